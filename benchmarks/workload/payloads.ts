import { randomFillSync } from 'node:crypto';

/** A power of two. */
export const PAYLOAD_COUNT = 256;
/** In all: more than caches hold, and no burden on the process. */
const MOST_BYTES = 33_554_432;

/** Random payloads of one size, each with memory of its own, to be used in turn: a power of two of them. */
export function payloads(bytes: number): readonly Uint8Array[] {
  let count = PAYLOAD_COUNT;
  while (count > 1 && count * bytes > MOST_BYTES) count /= 2;
  return Array.from({ length: count }, () => randomFillSync(new Uint8Array(bytes)));
}

/** The payload of record `index`. */
export function payloadOf(all: readonly Uint8Array[], index: number): Uint8Array {
  const payload = all[index & (all.length - 1)];
  if (payload === undefined) throw new RangeError(`no payload ${index}`);
  return payload;
}
