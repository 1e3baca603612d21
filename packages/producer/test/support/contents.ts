import type { EntryContent } from '../../src/entry-content.js';

/** What of an entry a test of request bodies may leave out. */
export interface ContentFacts {
  readonly data?: Uint8Array | string;
  readonly partitionKey?: string;
  readonly explicitHashKey?: string | undefined;
}

/** An entry without user records behind it, which can be moved into a request body as a real one is. */
export function content({
  data = 'data',
  partitionKey = 'key',
  explicitHashKey,
}: ContentFacts = {}): EntryContent {
  let bytes: Uint8Array = typeof data === 'string' ? Buffer.from(data) : data;
  return {
    partitionKey,
    explicitHashKey,
    aggregated: false,
    dataBytes: bytes.length,
    get data() {
      return bytes;
    },
    moveTo(body, at) {
      body.set(bytes, at);
      bytes = body.subarray(at, at + bytes.length);
      return at + bytes.length;
    },
    moveAsBase64: (body, at) => at + body.write(Buffer.from(bytes).toString('base64'), at, 'latin1'),
  };
}
