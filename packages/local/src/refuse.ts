import type { Refusal } from './operation.js';
import { KinesisServiceError } from './service-error.js';

/** Throws what a record or a call is refused with, as the service's error. */
export function refuse({ code, message }: Refusal): never {
  throw new KinesisServiceError(code, message);
}

/** Throws what a dry run ends with that finds nothing wrong, when the call is one. */
export function refuseDryRun(dryRun: boolean | undefined): void {
  if (dryRun) refuse({ code: 'DryRunOperationException', message: 'The request would have succeeded.' });
}
