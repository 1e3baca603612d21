import type { Account } from './account.js';
import { KinesisServiceError } from './service-error.js';
import type { Shard } from './shard.js';
import type { Stream } from './stream.js';

/** Where reading is to begin, as a call names it. */
export interface StartingPosition {
  /** TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER or AT_TIMESTAMP. */
  readonly type: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly timestamp: Date | undefined;
}

/**
 * The place in a shard's log that a starting position means at `now`, and the time that gaps are measured from; or the
 * service's error.
 */
export function startOf(
  account: Pick<Account, 'id'>,
  stream: Stream,
  shard: Shard,
  start: StartingPosition,
  now: number,
): { readonly position: number; readonly timeMs: number } {
  const { log } = shard;
  const horizonMs = Math.max(stream.trimHorizonMs(now), shard.openedAtMs);
  switch (start.type) {
    case 'LATEST':
      return { position: log.end, timeMs: now };
    case 'AT_TIMESTAMP': {
      const timeMs = timestampOf(start, now);
      return { position: log.positionAtTime(timeMs), timeMs: Math.max(timeMs, horizonMs) };
    }
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const position = positionOf(account, stream, shard, start);
      return { position, timeMs: log.at(position)?.arrivalMs ?? now };
    }
    default:
      return { position: log.first, timeMs: horizonMs };
  }
}

function timestampOf({ timestamp }: StartingPosition, now: number): number {
  const timeMs = timestamp?.getTime();
  if (timeMs === undefined) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
  if (timeMs > now) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ' +
        `timestampInMillis: ${timeMs}, currentTimestampInMillis: ${Math.floor(now)}`,
    );
  }
  return timeMs;
}

function positionOf(
  account: Pick<Account, 'id'>,
  stream: Stream,
  shard: Shard,
  { type, sequenceNumber: given }: StartingPosition,
): number {
  if (given === undefined) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      `Must specify startingSequenceNumber parameter for iterator of type ${type}. ` +
        'Current request has no startingSequenceNumber parameter.',
    );
  }
  const giver = stream.giverOf(given);
  if (!giver) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      `StartingSequenceNumber ${given} used on shard ${shard.id} in stream ${stream.name} under ` +
        `account ${account.id} is invalid because it did not come from this stream.`,
    );
  }
  if (giver !== shard) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      `Invalid StartingSequenceNumber. It encodes ${giver.id}, while it was used in a call to a ` +
        `shard with ${shard.id}`,
    );
  }
  const at = shard.log.positionAtSequenceNumber(given);
  return type === 'AFTER_SEQUENCE_NUMBER' && shard.log.at(at)?.sequenceNumber === given ? at + 1 : at;
}
