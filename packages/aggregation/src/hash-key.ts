import { AggregationError, describeValue } from './aggregation-error.js';
import { writeMessageDigest } from './message-digest.js';
import { sharedKeyBlock } from './shared-md5.js';

/**
 * A place in the hash space of a stream, 0 to 2^128 - 1: four 32-bit words, most significant first.
 * A record goes to the shard whose range holds its hash key.
 */
export type HashKey = Uint32Array;

/** Digits taken in or put out at a time: 2^32 * 10^6 is still exact in a double. */
const digitsAtOnce = 6;
const groupSize = 1_000_000;
const wordSize = 0x1_0000_0000;
/** 2^128 - 1 has 39 digits. */
const mostDigits = 39;

/**
 * The hash key that Kinesis gives a record: its explicit hash key, or else the MD5 of the UTF-8 form of its partition key.
 * A lone surrogate hashes as U+FFFD, which is what it is sent as.
 *
 * @param partitionKey - The partition key; not looked at when there is an explicit hash key.
 * @param explicitHashKey - A decimal number from 0 to 2^128 - 1, see {@link parseHashKey}.
 * @param into - Where to write the hash key. Default: a new one.
 * @throws AggregationError `INVALID_HASH_KEY` when the explicit hash key is not such a number.
 */
export function hashKeyOf(
  partitionKey: string,
  explicitHashKey?: string,
  into: HashKey = new Uint32Array(4),
): HashKey {
  if (explicitHashKey !== undefined) return requireHashKey(explicitHashKey, 'explicit hash key', into);
  const keyBlock = sharedKeyBlock();
  if (keyBlock.hold(partitionKey)) keyBlock.digest(into);
  else digestLongKey(partitionKey, into);
  return into;
}

/** Bytes of a partition key in UTF-8. Asked right before or after {@link hashKeyOf} it costs nothing. */
export function partitionKeyBytes(partitionKey: string): number {
  const keyBlock = sharedKeyBlock();
  return keyBlock.hold(partitionKey) ? keyBlock.byteLength : Buffer.byteLength(partitionKey);
}

function digestLongKey(partitionKey: string, into: HashKey): void {
  const bytes = Buffer.from(partitionKey, 'utf8');
  const digest = Buffer.allocUnsafe(16);
  writeMessageDigest(bytes, 0, bytes.length, digest, 0);
  for (let word = 0; word < 4; word++) into[word] = digest.readUInt32BE(word * 4);
}

/** {@link parseHashKey} for what must be a hash key. */
export function requireHashKey(decimal: string, what: string, into?: HashKey): HashKey {
  const key = parseHashKey(decimal, into);
  if (key === undefined) {
    const received = describeValue(decimal);
    throw new AggregationError(
      'INVALID_HASH_KEY',
      `The ${what} must be a decimal number from 0 to 2^128 - 1; received ${received}.`,
      { received },
    );
  }
  return key;
}

/**
 * Reads a hash key from its decimal form, as tolerant as the KPL: surrounding white space (and control characters), a sign and
 * leading zeros are allowed.
 *
 * @param decimal - The decimal form.
 * @param into - Where to write the hash key; left alone when there is none. Default: a new one.
 * @returns The hash key, or `undefined` when the text is not a number from 0 to 2^128 - 1.
 */
export function parseHashKey(decimal: string, into: HashKey = new Uint32Array(4)): HashKey | undefined {
  const digits = trimmed(decimal);
  const negative = digits.charCodeAt(0) === 0x2d;
  let at = negative || digits.charCodeAt(0) === 0x2b ? 1 : 0;
  const end = digits.length;
  if (at === end) return undefined;
  while (digits.charCodeAt(at) === 0x30) at++;
  if (end - at > mostDigits || (negative && at < end)) return undefined;

  let w0 = 0;
  let w1 = 0;
  let w2 = 0;
  let w3 = 0;
  while (at < end) {
    const stop = Math.min(at + digitsAtOnce, end);
    let group = 0;
    let scale = 1;
    for (; at < stop; at++) {
      const digit = digits.charCodeAt(at) - 0x30;
      if (digit < 0 || digit > 9) return undefined;
      group = group * 10 + digit;
      scale *= 10;
    }
    const p3 = w3 * scale + group;
    w3 = p3 >>> 0;
    const p2 = w2 * scale + (p3 - w3) / wordSize;
    w2 = p2 >>> 0;
    const p1 = w1 * scale + (p2 - w2) / wordSize;
    w1 = p1 >>> 0;
    w0 = w0 * scale + (p1 - w1) / wordSize;
  }
  if (w0 >= wordSize) return undefined;
  into[0] = w0;
  into[1] = w1;
  into[2] = w2;
  into[3] = w3;
  return into;
}

/** Without what Java's `trim` takes off: everything up to the space. JavaScript's takes other characters. */
function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) <= 0x20) from++;
  while (to > from && text.charCodeAt(to - 1) <= 0x20) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

/** The decimal form of a hash key, without leading zeros: what Kinesis and the KPL write. */
export function formatHashKey(key: HashKey): string {
  let w0 = key[0] as number;
  let w1 = key[1] as number;
  let w2 = key[2] as number;
  let w3 = key[3] as number;
  let text = '';
  while (w0 > 0 || w1 > 0 || w2 > 0 || w3 >= groupSize) {
    const p0 = w0;
    w0 = Math.floor(p0 / groupSize);
    const p1 = (p0 % groupSize) * wordSize + w1;
    w1 = Math.floor(p1 / groupSize);
    const p2 = (p1 % groupSize) * wordSize + w2;
    w2 = Math.floor(p2 / groupSize);
    const p3 = (p2 % groupSize) * wordSize + w3;
    w3 = Math.floor(p3 / groupSize);
    text = String(p3 % groupSize).padStart(digitsAtOnce, '0') + text;
  }
  return String(w3) + text;
}

/** Below zero when `a` comes before `b` in the hash space, above zero when it comes after, 0 when they are the same. */
export function compareHashKeys(a: HashKey, b: HashKey): number {
  for (let word = 0; word < 4; word++) {
    const difference = (a[word] as number) - (b[word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
