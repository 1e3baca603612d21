/**
 * MD5 (RFC 1321) in JavaScript, its 64 steps written out. A partition key needs one block, and a call into node:crypto costs
 * several times as much as working it here.
 *
 * The scratch space outlives a call, but nothing is read from it that the same call has not written.
 */
const block = new Int32Array(16);
const state = new Int32Array(4);

/** Characters that fit one block when each is one byte: 64 less the end mark and the length. */
const longestInOneBlock = 55;

/** Writes the MD5 of the UTF-8 form of `text` to `into`, as four big-endian words, most significant first. */
export function md5Text(text: string, into: Uint32Array): void {
  if (text.length > longestInOneBlock || !fillFromAscii(text)) {
    const bytes = Buffer.from(text, 'utf8');
    md5Bytes(bytes, 0, bytes.length, into);
    return;
  }
  start();
  step(block, state);
  finish(into);
}

/** Writes the MD5 of `bytes[start, end)` to `into`, as four big-endian words, most significant first. */
export function md5Bytes(bytes: Uint8Array, from: number, to: number, into: Uint32Array): void {
  start();
  let at = from;
  for (; to - at >= 64; at += 64) {
    fillFromBytes(bytes, at, at + 64);
    step(block, state);
  }
  const rest = to - at;
  fillFromBytes(bytes, at, to);
  block[rest >> 2] = (block[rest >> 2] as number) | (0x80 << ((rest & 3) << 3));
  if (rest > longestInOneBlock) {
    step(block, state);
    block.fill(0);
  }
  const length = to - from;
  block[14] = length << 3;
  block[15] = length / 0x20000000;
  step(block, state);
  finish(into);
}

/** Lays an ASCII text of up to 55 characters out as a whole block; false when a character is not ASCII. */
function fillFromAscii(text: string): boolean {
  const length = text.length;
  let seen = 0;
  let word = 0;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const c0 = text.charCodeAt(at);
    const c1 = text.charCodeAt(at + 1);
    const c2 = text.charCodeAt(at + 2);
    const c3 = text.charCodeAt(at + 3);
    seen |= c0 | c1 | c2 | c3;
    block[word++] = c0 | (c1 << 8) | (c2 << 16) | (c3 << 24);
  }
  let last = 0;
  let shift = 0;
  for (; at < length; at++, shift += 8) {
    const c = text.charCodeAt(at);
    seen |= c;
    last |= c << shift;
  }
  block[word++] = last | (0x80 << shift);
  while (word < 14) block[word++] = 0;
  block[14] = length << 3;
  block[15] = 0;
  return seen < 0x80;
}

/** Lays up to 64 bytes out in the block and clears the rest of it. */
function fillFromBytes(bytes: Uint8Array, from: number, to: number): void {
  let word = 0;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    block[word++] =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
  }
  if (word === 16) return;
  let last = 0;
  for (let shift = 0; at < to; at++, shift += 8) last |= (bytes[at] as number) << shift;
  block[word++] = last;
  while (word < 16) block[word++] = 0;
}

function start(): void {
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
}

function finish(into: Uint32Array): void {
  into[0] = swapBytes(state[0] as number);
  into[1] = swapBytes(state[1] as number);
  into[2] = swapBytes(state[2] as number);
  into[3] = swapBytes(state[3] as number);
}

function swapBytes(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** Works one block of 16 little-endian words into the state. */
function step(words: Int32Array, sums: Int32Array): void {
  const w0 = words[0] as number;
  const w1 = words[1] as number;
  const w2 = words[2] as number;
  const w3 = words[3] as number;
  const w4 = words[4] as number;
  const w5 = words[5] as number;
  const w6 = words[6] as number;
  const w7 = words[7] as number;
  const w8 = words[8] as number;
  const w9 = words[9] as number;
  const w10 = words[10] as number;
  const w11 = words[11] as number;
  const w12 = words[12] as number;
  const w13 = words[13] as number;
  const w14 = words[14] as number;
  const w15 = words[15] as number;
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
