import { InvalidOptionError } from './error.js';
import { refuseOtherRegion } from './stream-region.js';

/** The ways in which a producer or a consumer comes to its client. */
export interface ClientChoice {
  readonly stream: string;
  readonly client?: object | undefined;
  readonly connection?: object | undefined;
  readonly clientConfig?: { readonly region?: unknown } | undefined;
}

/** Throws `INVALID_OPTION` where more than one way is given, or a configuration for another region than that of the stream's ARN. */
export function checkClientChoice(owner: string, choice: ClientChoice): void {
  const [option, second] = (['client', 'connection', 'clientConfig'] as const).filter((way) => choice[way]);
  if (option !== undefined && second !== undefined) {
    const expected = `absent where ${second} is given`;
    throw new InvalidOptionError({ owner, option, received: choice[option], expected });
  }
  refuseOtherRegion(owner, choice.stream, choice.clientConfig?.region, 'clientConfig');
}
