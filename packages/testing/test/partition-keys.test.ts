import { createHash } from 'node:crypto';
import { formatHashKey, hashKeyOf } from '@shardline/aggregation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partitionKeys } from '../src/partition-keys.js';

const sample = (options = {}) => fc.sample(partitionKeys(options), { numRuns: 3_000, seed: 1 });
const loneSurrogate = /\p{Surrogate}/u;

describe('partitionKeys', () => {
  test('are 1 to 256 code points, both ends included', () => {
    const lengths = sample().map((key) => [...key].length);
    expect(Math.min(...lengths)).toBe(1);
    expect(Math.max(...lengths)).toBe(256);
  });

  test('hold what is worth trying', () => {
    const keys = new Set(sample());
    for (const key of ['__proto__', 'constructor', '0', '1e3', ' ', '🙂'.repeat(256)])
      expect(keys).toContain(key);
    const some = (pattern: RegExp) => [...keys].filter((key) => pattern.test(key)).length;
    expect(some(/^[\x20-\x7e]+$/)).toBeGreaterThan(300);
    expect(some(/\P{ASCII}/u)).toBeGreaterThan(300);
    expect(some(loneSurrogate)).toBeGreaterThan(100);
  });

  test('come up more than once, so that records share keys', () => {
    const keys = sample();
    expect(new Set(keys).size).toBeLessThan(keys.length * 0.8);
  });

  test('are well-formed when asked to be', () => {
    expect(sample({ wellFormed: true }).filter((key) => loneSurrogate.test(key))).toEqual([]);
  });

  test('have hash keys', () => {
    fc.assert(
      fc.property(partitionKeys(), (key) => {
        const digest = createHash('md5').update(key, 'utf8').digest('hex');
        expect(formatHashKey(hashKeyOf(key))).toBe(String(BigInt(`0x${digest}`)));
      }),
    );
  });
});
