import type { Account } from './account.js';
import { KinesisServiceError } from './service-error.js';
import type { Stream } from './stream.js';

/** Throws unless the stream is ACTIVE, as operations that change a stream demand. */
export function requireActive(account: Pick<Account, 'id'>, stream: Stream): void {
  if (stream.status !== 'ACTIVE') throw notActive(account, stream);
}

/** The service's error for a stream that is in another status than the call wants. */
export function notActive(account: Pick<Account, 'id'>, { name, status }: Stream): KinesisServiceError {
  return new KinesisServiceError(
    'ResourceInUseException',
    `Stream ${name} under account ${account.id} not ACTIVE, instead in state ${status}`,
  );
}

/** Throws where the stream resizes itself, as operations on its shards demand. */
export function requireProvisioned(account: Pick<Account, 'id'>, stream: Stream): void {
  if (stream.mode === 'PROVISIONED') return;
  throw new KinesisServiceError(
    'ValidationException',
    `Request is invalid. Stream ${stream.name} under account ${account.id} is in On-Demand mode.`,
  );
}
