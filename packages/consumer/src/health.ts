import type { Checkpoint } from './checkpoint.js';

/** How a consumer is doing. */
export interface ConsumerHealth {
  /** False when a shard waits for a failing or silent handler, cannot be read, or leases cannot be renewed. */
  readonly healthy: boolean;
  /** Where it is in its life. */
  readonly state: 'new' | 'starting' | 'running' | 'stopping' | 'stopped';
  /** The id under which it holds leases; empty before the first `start()`. */
  readonly workerId: string;
  /** The last answer of the lease store, in milliseconds ago; undefined before the first. */
  readonly leaseStoreSilentMs: number | undefined;
  /** Bytes of records read and not yet processed, reservations of reads under way included (C7). */
  readonly bufferedBytes: number;
  /** The shards that it holds, by id. */
  readonly shards: readonly ShardHealth[];
}

/** How one held shard is doing. */
export interface ShardHealth {
  /** The shard. */
  readonly shardId: string;
  /** Whether nothing is wrong: there is no `reason`. */
  readonly healthy: boolean;
  /** What it is at. */
  readonly state: ShardState;
  /** What is wrong, in words; undefined where nothing is. */
  readonly reason: string | undefined;
  /** How far behind the tip reading is at most, in milliseconds; grows while no answer comes. Undefined before the first. */
  readonly millisBehindLatest: number | undefined;
  /** User records that the handler has finished since the lease was gained. */
  readonly processedRecords: number;
  /** User records left out by C12. */
  readonly droppedRecords: number;
  /** Everything up to here is done and stored. */
  readonly checkpoint: Checkpoint;
  /** Time since the handler last finished something, or since it was given something, in milliseconds. */
  readonly silentMs: number;
}

/**
 * What a held shard is at: getting its handler ready, reading and processing, waiting to call a failed handler again, finishing
 * the shard, giving the lease up.
 */
export type ShardState = 'initializing' | 'processing' | 'retrying' | 'ending' | 'draining';
