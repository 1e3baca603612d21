import * as crypto from 'node:crypto';

/**
 * A 128-bit hash key as 32 hexadecimal digits: comparing as text is comparing as numbers, without BigInt per record.
 * This is deliberately not the code by which the producer places records: a slip there must show here.
 */
export type HashKey = string;

/** The range of hash keys of a shard, both ends included. */
export interface HashKeyRange {
  readonly start: HashKey;
  readonly end: HashKey;
}

/** Number of hash keys. */
const keySpace = 1n << 128n;

/** Hashes in one step, without an object for each key; Node has it from 20.12 on. */
const hashAtOnce: typeof crypto.hash | undefined = crypto.hash;

/** MD5 of the partition key in UTF-8. */
export function hashPartitionKey(partitionKey: string): HashKey {
  return (
    hashAtOnce?.('md5', partitionKey, 'hex') ?? crypto.createHash('md5').update(partitionKey).digest('hex')
  );
}

/** A decimal hash key, or `undefined` when it lies outside 0 to 2^128 − 1. */
export function hashKeyFromDecimal(decimal: string): HashKey | undefined {
  const value = BigInt(decimal);
  return value < keySpace ? hashKeyFrom(value) : undefined;
}

/** The decimal form, as the API shows it. */
export function hashKeyToDecimal(key: HashKey): string {
  return numberOf(key).toString();
}

/** The key before `key`. */
export function keyBefore(key: HashKey): HashKey {
  return hashKeyFrom(numberOf(key) - 1n);
}

/** The key after `key`. */
export function keyAfter(key: HashKey): HashKey {
  return hashKeyFrom(numberOf(key) + 1n);
}

/** How many keys lie from one to the other, the last included. */
export function keyDistance(a: HashKey, b: HashKey): bigint {
  const distance = numberOf(a) - numberOf(b);
  return distance < 0n ? -distance : distance;
}

/** The first key of the upper half of `range`, or `undefined` when the range is a single key. */
export function middleOf(range: HashKeyRange): HashKey | undefined {
  if (range.start === range.end) return undefined;
  return hashKeyFrom((numberOf(range.start) + numberOf(range.end) + 1n) / 2n);
}

/** `count` ranges of equal size (but for rounding) that cover all hash keys. */
export function uniformRanges(count: number): readonly HashKeyRange[] {
  const size = keySpace / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: hashKeyFrom(size * BigInt(index)),
    end: hashKeyFrom(index === count - 1 ? keySpace - 1n : size * BigInt(index + 1) - 1n),
  }));
}

function hashKeyFrom(value: bigint): HashKey {
  return value.toString(16).padStart(32, '0');
}

function numberOf(key: HashKey): bigint {
  return BigInt(`0x${key}`);
}
