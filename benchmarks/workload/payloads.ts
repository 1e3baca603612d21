import { randomFillSync } from 'node:crypto';

/** A power of two: `payloads[index & (PAYLOAD_COUNT - 1)]`. */
export const PAYLOAD_COUNT = 256;

/** Random payloads of one size, each with memory of its own, to be used in turn. */
export function payloads(bytes: number): readonly Uint8Array[] {
  return Array.from({ length: PAYLOAD_COUNT }, () => randomFillSync(new Uint8Array(bytes)));
}

/** The payload of record `index`. */
export function payloadOf(all: readonly Uint8Array[], index: number): Uint8Array {
  const payload = all[index & (PAYLOAD_COUNT - 1)];
  if (payload === undefined) throw new RangeError(`no payload ${index}`);
  return payload;
}
