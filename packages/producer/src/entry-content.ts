import type { AggregateEncoder } from '@shardline/aggregation';

/** What goes into a PutRecords entry. */
export interface EntryContent {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  /** Whether `data` is an aggregate. */
  readonly aggregated: boolean;
  /** Length of `data`. */
  readonly dataBytes: number;
  /** What is sent. */
  readonly data: Uint8Array;
  /**
   * Writes `data` into the body of a request at `at` and lives there from then on, so that its bytes are held once; digests may
   * be written only when the request is complete. Returns where it ends.
   */
  moveTo(body: Uint8Array, at: number): number;
  /** {@link EntryContent.moveTo} for a body that has `data` in base64, with its digest. */
  moveAsBase64(body: Buffer, at: number): number;
}

/** An entry as it is made: the bytes to send, or the encoder that holds them. */
export interface NewEntry {
  readonly content: Uint8Array | AggregateEncoder;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly aggregated: boolean;
  /** Whether `content` was taken from the {@link RecordMemory} as a block. */
  readonly inBlock?: boolean;
}
