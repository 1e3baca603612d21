import { createHash } from 'node:crypto';

/** The plain twin of md5.ts: what `md5Text` must write. */
export function md5TextReference(text: string, into: Uint32Array): void {
  readDigest(createHash('md5').update(text, 'utf8').digest(), into);
}

/** The plain twin of md5.ts: what `md5Bytes` must write. */
export function md5BytesReference(bytes: Uint8Array, from: number, to: number, into: Uint32Array): void {
  readDigest(createHash('md5').update(bytes.subarray(from, to)).digest(), into);
}

function readDigest(digest: Buffer, into: Uint32Array): void {
  for (let word = 0; word < 4; word++) into[word] = digest.readUInt32BE(word * 4);
}
