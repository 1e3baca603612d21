import { createHash, type Hash } from 'node:crypto';
import { md5Bytes } from './hot/md5.js';

/** Up to this many bytes the call into node:crypto costs more than the digest. */
const shortMessage = 512;

/**
 * Writes the MD5 of `bytes[from, to)` at `at` of `out`: the end of an aggregate. The one place where whole messages are digested.
 */
export function writeMessageDigest(
  bytes: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
  at: number,
  openHash: () => Hash = openMd5,
): void {
  const native = to - from > shortMessage ? nativeDigest(bytes.subarray(from, to), openHash) : undefined;
  if (native !== undefined) {
    out.set(native, at);
    return;
  }
  md5Bytes(bytes, from, to, new DataView(out.buffer, out.byteOffset, out.length), at);
}

const openMd5 = () => createHash('md5');

/** `undefined` where OpenSSL refuses MD5, as in FIPS mode. Here it is a checksum and guards nothing. */
function nativeDigest(bytes: Uint8Array, openHash: () => Hash): Uint8Array | undefined {
  let hash: Hash;
  try {
    hash = openHash();
  } catch {
    return undefined;
  }
  return hash.update(bytes).digest();
}

/** Whether the 16 bytes after a message are its MD5. */
export function messageDigestMatches(bytes: Uint8Array, from: number, to: number): boolean {
  const digest = Buffer.allocUnsafe(16);
  writeMessageDigest(bytes, from, to, digest, 0);
  for (let at = 0; at < 16; at++) if (digest[at] !== bytes[to + at]) return false;
  return true;
}
