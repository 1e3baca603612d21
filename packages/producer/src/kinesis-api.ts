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

/** A PutRecords request with its body, made for one attempt. */
export interface PutRequest {
  /**
   * Where in the body the data of each entry stands, until the request is released; undefined where the body holds it in another
   * form, or is not the producer's own.
   */
  readonly views: readonly Uint8Array[] | undefined;
  /** One answer per entry, in order. Aborting destroys the connection, so that the attempt is over when it returns. Called once. */
  send(signal: AbortSignal): Promise<readonly EntryAnswer[]>;
  /** Gives the body back. It is used again only if no socket may still read it. */
  release(): void;
}

/**
 * The service as the producer sees it: one stream, three calls, failures as thrown. The edge for the SDK, for a hand-made
 * request body, and for simulation.
 */
export interface KinesisApi {
  /** Puts a request together; nothing is sent yet. Every request is released, once. */
  prepare(entries: readonly EntryContent[]): PutRequest;
  /** All pages. */
  listShards(query: ShardQuery, signal: AbortSignal): Promise<readonly ShardRange[]>;
  describeStreamSummary(signal: AbortSignal): Promise<StreamSummary>;
  /** Releases connections, where they are the producer's own. */
  close(): void;
}
