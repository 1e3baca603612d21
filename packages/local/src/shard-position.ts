import type { Account } from './account.js';
import type { OperationContext } from './operation.js';
import { KinesisServiceError } from './service-error.js';
import type { Shard } from './shard.js';
import type { Stream } from './stream.js';

/** Where a shard iterator stands: before the record at `position`. */
export interface ShardPosition {
  readonly streamName: string;
  readonly streamCreatedAtMs: number;
  readonly shardId: string;
  readonly position: number;
  /** Arrival of the record before, or where the iterator began: gaps in time are measured from here. */
  readonly timeMs: number;
  /** When the iterator was given out. */
  readonly sealedAtMs: number;
}

/** The text of an iterator that stands at `position` of `shard`. */
export function sealIterator(
  account: Account,
  stream: Stream,
  shard: Shard,
  position: number,
  timeMs: number,
  now: number,
): string {
  return account.tokens.seal('iterator', [
    stream.name,
    stream.createdAtMs,
    shard.id,
    position,
    timeMs,
    Math.floor(now),
  ]);
}

/** What an iterator stands for, or the service's error for one that is foreign or too old. */
export function openIterator(account: Account, iterator: string, now: number): ShardPosition {
  const content = account.tokens.open('iterator', iterator);
  if (!content) throw new KinesisServiceError('InvalidArgumentException', 'Invalid ShardIterator.');
  const [streamName, streamCreatedAtMs, shardId, position, timeMs, sealedAtMs] = content as [
    string,
    number,
    string,
    number,
    number,
    number,
  ];
  const lifeMs = account.limits.shardIteratorLifeMs;
  if (now - sealedAtMs > lifeMs) throw expired(sealedAtMs, now, lifeMs);
  return { streamName, streamCreatedAtMs, shardId, position, timeMs, sealedAtMs };
}

/** Throws the service's error when a fault has an iterator die before its time. */
export function refuseExpired(
  { now, faults }: Pick<OperationContext, 'now' | 'faults'>,
  stream: Stream,
  { shardId, sealedAtMs }: ShardPosition,
): void {
  const ageMs = now - sealedAtMs;
  const lifeMs = faults.iteratorLifeMs(stream, shardId, ageMs);
  if (ageMs > lifeMs) throw expired(sealedAtMs, now, lifeMs);
}

function expired(sealedAtMs: number, now: number, lifeMs: number): KinesisServiceError {
  const [created, current] = [new Date(sealedAtMs), new Date(now)].map((time) => time.toUTCString());
  return new KinesisServiceError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${created} while right now it is ${current} which is further ` +
      `in the future than the tolerated delay of ${lifeMs} milliseconds.`,
  );
}

/** The shard of this id, or the service's error. */
export function existingShard(account: Account, stream: Stream, shardId: string): Shard {
  const shard = stream.shard(shardId);
  if (shard) return shard;
  throw new KinesisServiceError(
    'ResourceNotFoundException',
    `Could not find shard ${shardId} in stream ${stream.name} under account ${account.id}.`,
  );
}
