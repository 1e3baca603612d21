import { InvalidOptionError } from './error.js';

/**
 * Throws `INVALID_OPTION` where the `endpoint` of a `clientConfig` is text and no URL: the SDK takes a host for a protocol, and so
 * sends requests to somewhere else.
 */
export function refuseNoUrl(endpoint: unknown): void {
  if (typeof endpoint !== 'string' || (/^https?:\/\//i.test(endpoint) && URL.canParse(endpoint))) return;
  throw new InvalidOptionError({
    owner: 'clientConfig',
    option: 'endpoint',
    received: endpoint,
    expected: 'a URL that begins with http:// or https://',
  });
}
