/** The formats of a request body: AWS CBOR 1.1, with data as it is, or AWS JSON 1.1, with data in base64. */
export type BodyFormat = 'cbor' | 'json';

/** Which stream, as members of the request: `StreamName`, `StreamARN`, `StreamId`. */
export type BodyTarget = Readonly<Record<string, string>>;

/** What a body needs of an entry. */
export interface BodyEntry {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly dataBytes: number;
  readonly data: Uint8Array;
  /** Writes `data` into `body` at `at`, where the entry's data stands from then on; returns where it ends. */
  moveTo(body: Uint8Array, at: number): number;
  /** The same in base64. */
  moveAsBase64(body: Buffer, at: number): number;
}

/** Writes PutRecords requests in one format. Lone surrogates become U+FFFD, as in the hash of a partition key. */
export interface BodyWriter {
  readonly contentType: string;
  /** Room that the body takes at most. */
  bytesOf(target: BodyTarget, entries: readonly BodyEntry[]): number;
  /**
   * Writes the body at the beginning of `into`, which has {@link bytesOf} bytes at least, and returns where it ends. Where data
   * stands in it as it is, entries are moved into it.
   */
  write(target: BodyTarget, entries: readonly BodyEntry[], into: Buffer): number;
}
