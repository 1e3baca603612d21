import type { Lane } from './lane.js';
import type { ShardMapFailure } from './shard-map-failures.js';
import type { ProducerCounters } from './tally.js';

/** One shard, or the whole stream where the shards are not known. */
export interface ShardStats {
  /** Undefined for the whole stream. */
  readonly shardId: string | undefined;
  /** User records stored since the shard is known. */
  readonly storedRecords: number;
  /** Kinesis records stored since the shard is known. */
  readonly storedEntries: number;
  /** What they took of the shard's byte limit: data plus partition keys. */
  readonly storedBytes: number;
  /** Bytes that wait to be sent to it. */
  readonly waitingBytes: number;
  /** Current rate limit, after what throttling taught, in bytes per second. */
  readonly rateBytesPerSecond: number;
}

/** What is known of the shards. */
export interface ShardMapStats {
  /** Whether a shard map was ever had: records go without aggregation until it is. */
  readonly isKnown: boolean;
  /** How the call that tells of the stream or its shards failed last, unless it has succeeded since. */
  readonly lastFailure?: ShardMapFailure;
}

/** What a producer holds and has done. */
export interface ProducerStats extends ProducerCounters {
  /** User records accepted and not settled (P2). KPL: getOutstandingRecordsCount. */
  readonly outstandingRecords: number;
  /** What they are charged, in bytes. */
  readonly outstandingBytes: number;
  /**
   * All that counts towards `maxOutstandingBytes`: what outstanding records really take, and buffers that are kept for the next
   * ones, in bytes.
   */
  readonly heldBytes: number;
  /** Records of calls that wait for room. */
  readonly waitingPuts: number;
  /** PutRecords requests in flight. */
  readonly inFlightRequests: number;
  /** What is known of the shards. */
  readonly shardMap: ShardMapStats;
  /** The shards that take new records. */
  readonly shards: readonly ShardStats[];
}

/** The figures of one lane. */
export function shardStats(lane: Lane): ShardStats {
  const { userRecords, entries, bytes } = lane.storedSoFar;
  return {
    shardId: lane.shardId,
    storedRecords: userRecords,
    storedEntries: entries,
    storedBytes: bytes,
    waitingBytes: lane.waitingBytes,
    rateBytesPerSecond: lane.limiter.bytesPerSecond,
  };
}
