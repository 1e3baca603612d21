import type { EntryContent } from './entry.js';
import type { ShardRange } from './shard-map.js';

/** The service's answer for one entry of a PutRecords request. */
export type EntryAnswer =
  | { readonly shardId: string; readonly sequenceNumber: string }
  | { readonly errorCode: string; readonly errorMessage: string };

/** Which shards to list: open now, or everything made after a shard (P4). */
export type ShardQuery =
  | { readonly filter: 'at-latest' }
  | { readonly filter: 'after-shard-id'; readonly shardId: string };

/** What DescribeStreamSummary says that matters to a producer. */
export interface StreamSummary {
  /** `AUTO`: the service places records itself and must not be sent aggregates; undefined: it did not say. */
  readonly recordDistribution: 'AUTO' | 'USER_PARTITION_KEY' | undefined;
  /** Largest record, data plus partition key, in bytes. */
  readonly maxRecordBytes: number;
  readonly openShardCount: number;
}

/**
 * The service as the producer sees it: one stream, three calls, failures as thrown. The edge for the SDK, for a hand-made
 * request body, and for simulation.
 */
export interface KinesisApi {
  /** One answer per entry, in order. Aborting destroys the connection, so that the attempt is over when it returns. */
  putRecords(entries: readonly EntryContent[], signal: AbortSignal): Promise<readonly EntryAnswer[]>;
  /** All pages. */
  listShards(query: ShardQuery, signal: AbortSignal): Promise<readonly ShardRange[]>;
  describeStreamSummary(signal: AbortSignal): Promise<StreamSummary>;
  /** Releases connections, where they are the producer's own. */
  close(): void;
}
