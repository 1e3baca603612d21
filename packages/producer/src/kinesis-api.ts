import type { EntryContent } from './entry-content.js';
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
  /** One answer per entry, in order. Aborting destroys the connection, so that the attempt is over when it returns. Called once. */
  send(signal: AbortSignal): Promise<readonly EntryAnswer[]>;
  /** Gives the body back. It is used again only if no socket may still read it, and no entry lives on in it (`isLivedIn`). */
  release(isLivedIn?: boolean): void;
}

/**
 * The service as the producer sees it: one stream, three calls, failures as thrown. The edge for the SDK, for a hand-made
 * request body, and for simulation.
 */
export interface KinesisApi {
  /** Has `listener` told of what happens besides the calls; one at most. */
  listen(listener: KinesisApiListener): void;
  /**
   * Puts a request together; nothing is sent yet. Where the body is the producer's own and holds data as it is, each entry is
   * moved into it ({@link EntryContent.moveTo}), digests of aggregates are written afterwards; elsewhere `data` is read. Every request
   * is released, once; no entry lives in it by then, unless there is no memory for it elsewhere.
   */
  prepare(entries: readonly EntryContent[]): PutRequest;
  /** All pages. */
  listShards(query: ShardQuery, signal: AbortSignal): Promise<readonly ShardRange[]>;
  describeStreamSummary(signal: AbortSignal): Promise<StreamSummary>;
  /** Bytes that are set aside for request bodies and not held at the moment. */
  readonly setAsideBytes: number;
  /** Lets go of request bodies that are kept for later, beyond what is set aside for them. */
  shrink(): void;
  /** Lets go of request bodies that are kept for later. */
  trim(): void;
  /** Releases connections, where they are the producer's own, and bodies that nobody uses. */
  close(): void;
}

/** Who is told what happens at the edge without a call. */
export interface KinesisApiListener {
  /** Bytes of request bodies were taken or given back: those in flight and those kept for the next. */
  held(deltaBytes: number): void;
  /** The endpoint takes requests as JSON alone: why it refused CBOR. */
  fellBackToJson(reason: string, message: string): void;
}
