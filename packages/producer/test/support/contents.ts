import type { BodyEntry } from '../../src/request-body.js';

/** What of an entry a test of request bodies may leave out. */
export interface ContentFacts {
  readonly data?: Uint8Array | string;
  readonly partitionKey?: string;
  readonly explicitHashKey?: string | undefined;
}

/** An entry for a request body, which can be moved into one as a real one is. */
export function content({
  data = 'data',
  partitionKey = 'key',
  explicitHashKey,
}: ContentFacts = {}): BodyEntry {
  let bytes: Uint8Array = Buffer.from(data);
  return {
    partitionKey,
    explicitHashKey,
    dataBytes: bytes.length,
    get data() {
      return bytes;
    },
    moveTo(body, at) {
      body.set(bytes, at);
      bytes = body.subarray(at, at + bytes.length);
      return at + bytes.length;
    },
  };
}
