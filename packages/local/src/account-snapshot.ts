import type { Account } from './account.js';
import { rangeInDecimal, type Shard } from './shard.js';
import type { Stream, StreamStatus } from './stream.js';
import type { StreamConsumer, StreamConsumerStatus } from './stream-consumer.js';

/** All that a local Kinesis holds at one moment. Plain data. */
export interface AccountSnapshot {
  /** The moment, in milliseconds since 1970 on the service's clock. */
  readonly nowMs: number;
  /** What the records of all streams cost in memory, in bytes. */
  readonly retainedBytes: number;
  /** How much they may cost. */
  readonly maxRetainedBytes: number;
  /** In order of their names. */
  readonly streams: readonly StreamSnapshot[];
}

/** One stream of an {@link AccountSnapshot}. */
export interface StreamSnapshot {
  /** Its name. */
  readonly name: string;
  /** Its ARN. */
  readonly arn: string;
  /** As the API names it. */
  readonly status: StreamStatus;
  /** Capacity mode. */
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  /** How many of its shards are open. */
  readonly openShards: number;
  /** How many are closed, and not yet past the retention period. */
  readonly closedShards: number;
  /** Open and closed, in order of their numbers; closed ones until their records are past the retention period. */
  readonly shards: readonly ShardSnapshot[];
  /** In order of their names. */
  readonly consumers: readonly ConsumerSnapshot[];
}

/** One shard of a {@link StreamSnapshot}. */
export interface ShardSnapshot {
  /** Its id, such as `shardId-000000000000`. */
  readonly shardId: string;
  /** Whether it takes records. */
  readonly open: boolean;
  /** None, one, or two after a merge. */
  readonly parentShardIds: readonly string[];
  /** The hash keys that are its own, both ends included, in decimal as in the API. */
  readonly hashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  /** Records that can be read. */
  readonly records: number;
  /** What they cost in memory, in bytes; with those before them whose memory is not given back yet. */
  readonly retainedBytes: number;
}

/** One registered consumer of a {@link StreamSnapshot}. */
export interface ConsumerSnapshot {
  /** Its name. */
  readonly name: string;
  /** Its ARN. */
  readonly arn: string;
  /** As the API names it. */
  readonly status: StreamConsumerStatus;
  /** Those that run, in order of their shards. */
  readonly subscriptions: readonly { readonly shardId: string; readonly startedAtMs: number }[];
}

/** What an account holds at `now`. Changes nothing but what is due by then. */
export function snapshotOf(account: Account, now: number): AccountSnapshot {
  const streams = account.streamsByName(now).map((stream) => streamSnapshot(stream, now));
  const { used, limit } = account.budget;
  return { nowMs: now, retainedBytes: used, maxRetainedBytes: limit, streams };
}

function streamSnapshot(stream: Stream, now: number): StreamSnapshot {
  stream.trim(now);
  const shards = stream.shards.map(shardSnapshot);
  const openShards = stream.openShards.length;
  return {
    name: stream.name,
    arn: stream.arn,
    status: stream.status,
    mode: stream.mode,
    openShards,
    closedShards: shards.length - openShards,
    shards,
    consumers: stream.consumers.list(now).map((consumer) => consumerSnapshot(consumer, now)),
  };
}

function shardSnapshot(shard: Shard): ShardSnapshot {
  return {
    shardId: shard.id,
    open: shard.closedAtMs === undefined,
    parentShardIds: shard.parentIds,
    hashKeyRange: rangeInDecimal(shard.range),
    records: shard.log.end - shard.log.first,
    retainedBytes: shard.log.retainedBytes,
  };
}

function consumerSnapshot(consumer: StreamConsumer, now: number): ConsumerSnapshot {
  const subscriptions = [...consumer.subscriptions]
    .filter(([, { isOver }]) => !isOver)
    .map(([shardId, { startedAtMs }]) => ({ shardId, startedAtMs }))
    .sort((a, b) => (a.shardId < b.shardId ? -1 : 1));
  return { name: consumer.name, arn: consumer.arn, status: consumer.statusAt(now), subscriptions };
}
