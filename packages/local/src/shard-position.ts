import type { Account } from './account.js';
import { KinesisServiceError } from './service-error.js';
import type { Shard } from './shard.js';
import type { Stream } from './stream.js';

/** How long a shard iterator lives. */
const iteratorLifeMs = 300_000;

/** Where a shard iterator stands: before the record at `position`. */
export interface ShardPosition {
  readonly streamName: string;
  readonly streamCreatedAtMs: number;
  readonly shardId: string;
  readonly position: number;
  /** Arrival of the record before, or where the iterator began: gaps in time are measured from here. */
  readonly timeMs: number;
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
  const [streamName, streamCreatedAtMs, shardId, position, timeMs, createdAtMs] = content as [
    string,
    number,
    string,
    number,
    number,
    number,
  ];
  if (now - createdAtMs > iteratorLifeMs) {
    const [created, current] = [new Date(createdAtMs), new Date(now)].map((time) => time.toUTCString());
    throw new KinesisServiceError(
      'ExpiredIteratorException',
      `Iterator expired. The iterator was created at time ${created} while right now it is ${current} which is further ` +
        `in the future than the tolerated delay of ${iteratorLifeMs} milliseconds.`,
    );
  }
  return { streamName, streamCreatedAtMs, shardId, position, timeMs };
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
