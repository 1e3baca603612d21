import { createHash } from 'node:crypto';

/** The plain twin of md5.ts: what `md5Bytes` must write, and `md5Blocks` of the same bytes ended and padded. */
export function md5BytesReference(
  bytes: Uint8Array,
  from: number,
  to: number,
  out: DataView,
  digestAt: number,
): void {
  const digest = createHash('md5').update(bytes.subarray(from, to)).digest();
  digest.forEach((byte, at) => {
    out.setUint8(digestAt + at, byte);
  });
}
