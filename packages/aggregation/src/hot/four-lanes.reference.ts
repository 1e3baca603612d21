import { createHash } from 'node:crypto';

/** The plain twin of four-lanes.ts: what `digests` must return. */
export function digestsReference(messages: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(messages.map((message) => createHash('md5').update(message).digest())));
}
