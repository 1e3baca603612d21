import type { EntryContent } from './entry-content.js';

/** The formats of a request body: AWS CBOR 1.1, with data as it is, or AWS JSON 1.1, with data in base64. */
export type BodyFormat = 'cbor' | 'json';

/** Which stream, as members of the request: `StreamName`, `StreamARN`, `StreamId`. */
export type BodyTarget = Readonly<Record<string, string>>;

/** Writes PutRecords requests in one format. Lone surrogates become U+FFFD, as in the hash of a partition key. */
export interface BodyWriter {
  readonly contentType: string;
  /** Room that the body takes at most. */
  bytesOf(target: BodyTarget, entries: readonly EntryContent[]): number;
  /**
   * Writes the body at the beginning of `into`, which has {@link bytesOf} bytes at least, and returns where it ends. Where data
   * stands in it as it is, entries are moved into it.
   */
  write(target: BodyTarget, entries: readonly EntryContent[], into: Buffer): number;
}
