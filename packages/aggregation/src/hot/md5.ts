/**
 * MD5 (RFC 1321) in JavaScript, its 64 steps written out: where WebAssembly or its vectors are missing, and where OpenSSL refuses MD5.
 *
 * The scratch space outlives a call, but nothing is read from it that the same call has not written.
 */
const sums = new Int32Array(4);
const lastBlocks = new DataView(new ArrayBuffer(128));

/** Bytes of a message that fit its last block, beside the end mark and the length. */
const mostInLastBlock = 55;

/** Writes the MD5 of `bytes[from, to)` at `digestAt` of `out`. */
export function md5Bytes(bytes: Uint8Array, from: number, to: number, out: DataView, digestAt: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  start();
  let at = from;
  for (; to - at >= 64; at += 64) step(view, at, sums);
  const rest = to - at;
  const end = rest > mostInLastBlock ? 128 : 64;
  for (let byte = 0; byte < end; byte++)
    lastBlocks.setUint8(byte, byte < rest ? (bytes[at + byte] as number) : 0);
  lastBlocks.setUint8(rest, 0x80);
  lastBlocks.setUint32(end - 8, (to - from) << 3, true);
  lastBlocks.setUint32(end - 4, (to - from) / 0x2000_0000, true);
  for (let block = 0; block < end; block += 64) step(lastBlocks, block, sums);
  finish(out, digestAt);
}

/** {@link md5Bytes} of blocks that are ended and padded. */
export function md5Blocks(view: DataView, from: number, blocks: number, digestAt: number): void {
  start();
  for (let block = 0; block < blocks; block++) step(view, from + block * 64, sums);
  finish(view, digestAt);
}

function start(): void {
  sums[0] = 0x67452301;
  sums[1] = 0xefcdab89;
  sums[2] = 0x98badcfe;
  sums[3] = 0x10325476;
}

function finish(out: DataView, at: number): void {
  for (let word = 0; word < 4; word++) out.setInt32(at + word * 4, sums[word] as number, true);
}

/** Works the block of 16 little-endian words at `at` into the sums. */
function step(words: DataView, at: number, sums: Int32Array): void {
  const w0 = words.getInt32(at, true);
  const w1 = words.getInt32(at + 4, true);
  const w2 = words.getInt32(at + 8, true);
  const w3 = words.getInt32(at + 12, true);
  const w4 = words.getInt32(at + 16, true);
  const w5 = words.getInt32(at + 20, true);
  const w6 = words.getInt32(at + 24, true);
  const w7 = words.getInt32(at + 28, true);
  const w8 = words.getInt32(at + 32, true);
  const w9 = words.getInt32(at + 36, true);
  const w10 = words.getInt32(at + 40, true);
  const w11 = words.getInt32(at + 44, true);
  const w12 = words.getInt32(at + 48, true);
  const w13 = words.getInt32(at + 52, true);
  const w14 = words.getInt32(at + 56, true);
  const w15 = words.getInt32(at + 60, true);
  let a = sums[0] as number;
  let b = sums[1] as number;
  let c = sums[2] as number;
  let d = sums[3] as number;
  a = ((a + w0 - 680876936) | 0) + (d ^ (b & (c ^ d)));
  a = (((a << 7) | (a >>> 25)) + b) | 0;
  d = ((d + w1 - 389564586) | 0) + (c ^ (a & (b ^ c)));
  d = (((d << 12) | (d >>> 20)) + a) | 0;
  c = ((c + w2 + 606105819) | 0) + (b ^ (d & (a ^ b)));
  c = (((c << 17) | (c >>> 15)) + d) | 0;
  b = ((b + w3 - 1044525330) | 0) + (a ^ (c & (d ^ a)));
  b = (((b << 22) | (b >>> 10)) + c) | 0;
  a = ((a + w4 - 176418897) | 0) + (d ^ (b & (c ^ d)));
  a = (((a << 7) | (a >>> 25)) + b) | 0;
  d = ((d + w5 + 1200080426) | 0) + (c ^ (a & (b ^ c)));
  d = (((d << 12) | (d >>> 20)) + a) | 0;
  c = ((c + w6 - 1473231341) | 0) + (b ^ (d & (a ^ b)));
  c = (((c << 17) | (c >>> 15)) + d) | 0;
  b = ((b + w7 - 45705983) | 0) + (a ^ (c & (d ^ a)));
  b = (((b << 22) | (b >>> 10)) + c) | 0;
  a = ((a + w8 + 1770035416) | 0) + (d ^ (b & (c ^ d)));
  a = (((a << 7) | (a >>> 25)) + b) | 0;
  d = ((d + w9 - 1958414417) | 0) + (c ^ (a & (b ^ c)));
  d = (((d << 12) | (d >>> 20)) + a) | 0;
  c = ((c + w10 - 42063) | 0) + (b ^ (d & (a ^ b)));
  c = (((c << 17) | (c >>> 15)) + d) | 0;
  b = ((b + w11 - 1990404162) | 0) + (a ^ (c & (d ^ a)));
  b = (((b << 22) | (b >>> 10)) + c) | 0;
  a = ((a + w12 + 1804603682) | 0) + (d ^ (b & (c ^ d)));
  a = (((a << 7) | (a >>> 25)) + b) | 0;
  d = ((d + w13 - 40341101) | 0) + (c ^ (a & (b ^ c)));
  d = (((d << 12) | (d >>> 20)) + a) | 0;
  c = ((c + w14 - 1502002290) | 0) + (b ^ (d & (a ^ b)));
  c = (((c << 17) | (c >>> 15)) + d) | 0;
  b = ((b + w15 + 1236535329) | 0) + (a ^ (c & (d ^ a)));
  b = (((b << 22) | (b >>> 10)) + c) | 0;
  a = ((a + w1 - 165796510 + (c & ~d)) | 0) + (b & d);
  a = (((a << 5) | (a >>> 27)) + b) | 0;
  d = ((d + w6 - 1069501632 + (b & ~c)) | 0) + (a & c);
  d = (((d << 9) | (d >>> 23)) + a) | 0;
  c = ((c + w11 + 643717713 + (a & ~b)) | 0) + (d & b);
  c = (((c << 14) | (c >>> 18)) + d) | 0;
  b = ((b + w0 - 373897302 + (d & ~a)) | 0) + (c & a);
  b = (((b << 20) | (b >>> 12)) + c) | 0;
  a = ((a + w5 - 701558691 + (c & ~d)) | 0) + (b & d);
  a = (((a << 5) | (a >>> 27)) + b) | 0;
  d = ((d + w10 + 38016083 + (b & ~c)) | 0) + (a & c);
  d = (((d << 9) | (d >>> 23)) + a) | 0;
  c = ((c + w15 - 660478335 + (a & ~b)) | 0) + (d & b);
  c = (((c << 14) | (c >>> 18)) + d) | 0;
  b = ((b + w4 - 405537848 + (d & ~a)) | 0) + (c & a);
  b = (((b << 20) | (b >>> 12)) + c) | 0;
  a = ((a + w9 + 568446438 + (c & ~d)) | 0) + (b & d);
  a = (((a << 5) | (a >>> 27)) + b) | 0;
  d = ((d + w14 - 1019803690 + (b & ~c)) | 0) + (a & c);
  d = (((d << 9) | (d >>> 23)) + a) | 0;
  c = ((c + w3 - 187363961 + (a & ~b)) | 0) + (d & b);
  c = (((c << 14) | (c >>> 18)) + d) | 0;
  b = ((b + w8 + 1163531501 + (d & ~a)) | 0) + (c & a);
  b = (((b << 20) | (b >>> 12)) + c) | 0;
  a = ((a + w13 - 1444681467 + (c & ~d)) | 0) + (b & d);
  a = (((a << 5) | (a >>> 27)) + b) | 0;
  d = ((d + w2 - 51403784 + (b & ~c)) | 0) + (a & c);
  d = (((d << 9) | (d >>> 23)) + a) | 0;
  c = ((c + w7 + 1735328473 + (a & ~b)) | 0) + (d & b);
  c = (((c << 14) | (c >>> 18)) + d) | 0;
  b = ((b + w12 - 1926607734 + (d & ~a)) | 0) + (c & a);
  b = (((b << 20) | (b >>> 12)) + c) | 0;
  a = ((a + w5 - 378558) | 0) + (c ^ d ^ b);
  a = (((a << 4) | (a >>> 28)) + b) | 0;
  d = ((d + w8 - 2022574463) | 0) + (b ^ c ^ a);
  d = (((d << 11) | (d >>> 21)) + a) | 0;
  c = ((c + w11 + 1839030562) | 0) + (a ^ b ^ d);
  c = (((c << 16) | (c >>> 16)) + d) | 0;
  b = ((b + w14 - 35309556) | 0) + (d ^ a ^ c);
  b = (((b << 23) | (b >>> 9)) + c) | 0;
  a = ((a + w1 - 1530992060) | 0) + (c ^ d ^ b);
  a = (((a << 4) | (a >>> 28)) + b) | 0;
  d = ((d + w4 + 1272893353) | 0) + (b ^ c ^ a);
  d = (((d << 11) | (d >>> 21)) + a) | 0;
  c = ((c + w7 - 155497632) | 0) + (a ^ b ^ d);
  c = (((c << 16) | (c >>> 16)) + d) | 0;
  b = ((b + w10 - 1094730640) | 0) + (d ^ a ^ c);
  b = (((b << 23) | (b >>> 9)) + c) | 0;
  a = ((a + w13 + 681279174) | 0) + (c ^ d ^ b);
  a = (((a << 4) | (a >>> 28)) + b) | 0;
  d = ((d + w0 - 358537222) | 0) + (b ^ c ^ a);
  d = (((d << 11) | (d >>> 21)) + a) | 0;
  c = ((c + w3 - 722521979) | 0) + (a ^ b ^ d);
  c = (((c << 16) | (c >>> 16)) + d) | 0;
  b = ((b + w6 + 76029189) | 0) + (d ^ a ^ c);
  b = (((b << 23) | (b >>> 9)) + c) | 0;
  a = ((a + w9 - 640364487) | 0) + (c ^ d ^ b);
  a = (((a << 4) | (a >>> 28)) + b) | 0;
  d = ((d + w12 - 421815835) | 0) + (b ^ c ^ a);
  d = (((d << 11) | (d >>> 21)) + a) | 0;
  c = ((c + w15 + 530742520) | 0) + (a ^ b ^ d);
  c = (((c << 16) | (c >>> 16)) + d) | 0;
  b = ((b + w2 - 995338651) | 0) + (d ^ a ^ c);
  b = (((b << 23) | (b >>> 9)) + c) | 0;
  a = ((a + w0 - 198630844) | 0) + (c ^ (b | ~d));
  a = (((a << 6) | (a >>> 26)) + b) | 0;
  d = ((d + w7 + 1126891415) | 0) + (b ^ (a | ~c));
  d = (((d << 10) | (d >>> 22)) + a) | 0;
  c = ((c + w14 - 1416354905) | 0) + (a ^ (d | ~b));
  c = (((c << 15) | (c >>> 17)) + d) | 0;
  b = ((b + w5 - 57434055) | 0) + (d ^ (c | ~a));
  b = (((b << 21) | (b >>> 11)) + c) | 0;
  a = ((a + w12 + 1700485571) | 0) + (c ^ (b | ~d));
  a = (((a << 6) | (a >>> 26)) + b) | 0;
  d = ((d + w3 - 1894986606) | 0) + (b ^ (a | ~c));
  d = (((d << 10) | (d >>> 22)) + a) | 0;
  c = ((c + w10 - 1051523) | 0) + (a ^ (d | ~b));
  c = (((c << 15) | (c >>> 17)) + d) | 0;
  b = ((b + w1 - 2054922799) | 0) + (d ^ (c | ~a));
  b = (((b << 21) | (b >>> 11)) + c) | 0;
  a = ((a + w8 + 1873313359) | 0) + (c ^ (b | ~d));
  a = (((a << 6) | (a >>> 26)) + b) | 0;
  d = ((d + w15 - 30611744) | 0) + (b ^ (a | ~c));
  d = (((d << 10) | (d >>> 22)) + a) | 0;
  c = ((c + w6 - 1560198380) | 0) + (a ^ (d | ~b));
  c = (((c << 15) | (c >>> 17)) + d) | 0;
  b = ((b + w13 + 1309151649) | 0) + (d ^ (c | ~a));
  b = (((b << 21) | (b >>> 11)) + c) | 0;
  a = ((a + w4 - 145523070) | 0) + (c ^ (b | ~d));
  a = (((a << 6) | (a >>> 26)) + b) | 0;
  d = ((d + w11 - 1120210379) | 0) + (b ^ (a | ~c));
  d = (((d << 10) | (d >>> 22)) + a) | 0;
  c = ((c + w2 + 718787259) | 0) + (a ^ (d | ~b));
  c = (((c << 15) | (c >>> 17)) + d) | 0;
  b = ((b + w9 - 343485551) | 0) + (d ^ (c | ~a));
  b = (((b << 21) | (b >>> 11)) + c) | 0;
  sums[0] = (sums[0] as number) + a;
  sums[1] = (sums[1] as number) + b;
  sums[2] = (sums[2] as number) + c;
  sums[3] = (sums[3] as number) + d;
}
