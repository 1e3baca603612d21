import { structure } from '../input-shape.js';
import { type Operation, operation } from '../operation.js';
import { KinesisServiceError } from '../service-error.js';

/** An operation of the service that has no meaning here, with the reason. */
export function unsupported(name: string, reason: string): Operation {
  return operation<object>(structure({}), () => {
    throw new KinesisServiceError(
      'LocalUnsupportedOperationException',
      `The local Kinesis does not offer ${name}: ${reason}`,
    );
  });
}
