import type { HashKeyRange, KinesisRecord } from '@shardline/aggregation';

/** A shard as ListShards has it. */
export interface StreamShard {
  /** Its id. */
  readonly shardId: string;
  /** Parent and, after a merge, adjacent parent; they are named even when the service has forgotten them. */
  readonly parentShardIds: readonly string[];
  /** The hash keys that it holds. */
  readonly hashKeyRange: HashKeyRange;
  /** The lowest sequence number that it may hold. */
  readonly startingSequenceNumber: string;
  /** False once it was split or merged. */
  readonly open: boolean;
}

/** A child as the last page of its parent has it. */
export type ChildShard = Pick<StreamShard, 'shardId' | 'parentShardIds' | 'hashKeyRange'>;

/** Which shards to list: all that the service knows, or the layer that was open at a time. */
export type ShardFilter =
  | { readonly type: 'all' }
  | { readonly type: 'at-latest' }
  | { readonly type: 'at-trim-horizon' }
  | { readonly type: 'at-timestamp'; readonly timestampMs: number };

/** Where an iterator begins. */
export type ReadPosition =
  | { readonly type: 'trim-horizon' }
  | { readonly type: 'latest' }
  | { readonly type: 'at-timestamp'; readonly timestampMs: number }
  | { readonly type: 'at-sequence-number'; readonly sequenceNumber: string }
  | { readonly type: 'after-sequence-number'; readonly sequenceNumber: string };

/** One answer of GetRecords. */
export interface RecordsPage {
  readonly records: readonly KinesisRecord[];
  /** Undefined at the end of a closed shard. */
  readonly nextIterator: string | undefined;
  /** At the end of a closed shard what it was split or merged into. */
  readonly childShards: readonly ChildShard[];
  readonly millisBehindLatest: number | undefined;
}

/**
 * The service as the consumer sees it: one stream, reads only, one try a call, failures as thrown (`serviceFaultOf` reduces them).
 * The edge for the SDK and for simulation.
 */
export interface KinesisReads {
  /** All pages. `serviceTimeMs` is the service's own time, from the Date header of the first answer; undefined: it has none. */
  listShards(
    filter: ShardFilter,
    signal: AbortSignal,
  ): Promise<{ readonly shards: readonly StreamShard[]; readonly serviceTimeMs: number | undefined }>;
  /** Whether the stream places records itself (C12); undefined: it does not say. */
  recordDistribution(signal: AbortSignal): Promise<'AUTO' | 'USER_PARTITION_KEY' | undefined>;
  getShardIterator(shardId: string, position: ReadPosition, signal: AbortSignal): Promise<string>;
  getRecords(iterator: string, limit: number, signal: AbortSignal): Promise<RecordsPage>;
  /** Releases connections, where they are the consumer's own. */
  close(): void;
}
