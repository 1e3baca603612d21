import { InvalidOptionError } from './error.js';

/**
 * Throws `INVALID_OPTION` where the `region` of a `clientConfig` is there and no name, such as the empty one of a variable that is
 * not set: the SDK does not go on to its own chain then, but throws an error without a code.
 */
export function refuseNoRegion(clientConfig: unknown): void {
  const { region } = (clientConfig ?? {}) as { readonly region?: unknown };
  if ((region ?? undefined) === undefined || typeof region === 'function') return;
  if (typeof region === 'string' && region !== '') return;
  throw new InvalidOptionError({
    owner: 'clientConfig',
    option: 'region',
    received: region,
    expected: "the name of a region, such as 'eu-west-1', or absent",
  });
}
