import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hashKeyFromDecimal,
  hashKeyToDecimal,
  hashPartitionKey,
  keyAfter,
  keyBefore,
  keyDistance,
  middleOf,
  uniformRanges,
} from '../src/hash-key.js';

const highest = 2n ** 128n - 1n;
const zero = '0'.repeat(32);
const top = 'f'.repeat(32);

describe('hash keys', () => {
  it('are the MD5 of the partition key in UTF-8', () => {
    // RFC 1321, appendix A.5.
    expect(hashPartitionKey('')).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(hashPartitionKey('message digest')).toBe('f96b697d7cb7938d525a2f31aaf161d0');
    expect(hashPartitionKey('\u00e9')).not.toBe(hashPartitionKey('e'));
    expect(hashPartitionKey('\ud800')).toBe(hashPartitionKey('\ufffd'));
  });

  it('survive the way to decimal and back, and compare as text as they do as numbers', () => {
    const value = fc.bigInt({ min: 0n, max: highest });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [first, second] = [hashKeyFromDecimal(a.toString()), hashKeyFromDecimal(b.toString())];
        if (first === undefined || second === undefined) throw new Error('in range, so it must be a key');
        expect(hashKeyToDecimal(first)).toBe(a.toString());
        expect(first < second).toBe(a < b);
      }),
    );
  });

  it('end at 2^128 − 1', () => {
    expect(hashKeyFromDecimal(highest.toString())).toBe(top);
    expect(hashKeyFromDecimal((highest + 1n).toString())).toBeUndefined();
  });

  it('have neighbours', () => {
    expect(keyAfter(zero)).toBe(`${'0'.repeat(31)}1`);
    expect(keyBefore(keyAfter(`${'0'.repeat(31)}f`))).toBe(`${'0'.repeat(31)}f`);
  });
});

describe('keyDistance', () => {
  it('counts keys in either direction', () => {
    const [low = '', high = ''] = ['5', '340282366920938463463374607431768211455'].map(hashKeyFromDecimal);
    expect(keyDistance(low, high)).toBe(2n ** 128n - 6n);
    expect(keyDistance(high, low)).toBe(2n ** 128n - 6n);
    expect(keyDistance(low, low)).toBe(0n);
  });
});

describe('uniformRanges', () => {
  it.each([1, 2, 3, 4, 7, 64, 1_000])(
    '%i ranges cover every key once and differ by rounding only',
    (count) => {
      const ranges = uniformRanges(count);
      expect(ranges).toHaveLength(count);
      expect(ranges[0]?.start).toBe(zero);
      expect(ranges.at(-1)?.end).toBe(top);
      const starts = ranges.slice(1).map(({ start }) => start);
      expect(starts).toEqual(ranges.slice(0, -1).map(({ end }) => keyAfter(end)));
      const sizes = ranges.map(({ start, end }) => BigInt(`0x${end}`) - BigInt(`0x${start}`));
      const [smallest = 0n] = sizes.toSorted((x, y) => (x < y ? -1 : 1));
      const [largest = 0n] = sizes.toSorted((x, y) => (x > y ? -1 : 1));
      expect(largest - smallest < BigInt(count)).toBe(true);
    },
  );

  it('are the service’s for four shards', () => {
    expect(uniformRanges(4).map(({ start }) => hashKeyToDecimal(start))).toEqual([
      '0',
      '85070591730234615865843651857942052864',
      '170141183460469231731687303715884105728',
      '255211775190703847597530955573826158592',
    ]);
  });
});

describe('middleOf', () => {
  it('is the start of the upper half', () => {
    expect(middleOf({ start: zero, end: top })).toBe(`8${'0'.repeat(31)}`);
    expect(middleOf({ start: zero, end: keyAfter(zero) })).toBe(keyAfter(zero));
    expect(middleOf({ start: zero, end: zero })).toBeUndefined();
  });
});
