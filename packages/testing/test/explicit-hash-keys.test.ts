import { formatHashKey, parseHashKey } from '@shardline/aggregation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explicitHashKeys } from '../src/explicit-hash-keys.js';

const highest = 2n ** 128n - 1n;
const sample = (options = {}) => fc.sample(explicitHashKeys(options), { numRuns: 2_000, seed: 1 });

describe('explicitHashKeys', () => {
  test('are decimal numbers of the hash space as the service writes them', () => {
    for (const key of sample()) {
      expect(key).toMatch(/^(0|[1-9]\d*)$/);
      expect(BigInt(key) <= highest).toBe(true);
    }
  });

  test('hold the ends and the places where ranges meet', () => {
    const keys = new Set(sample());
    for (const key of [0n, highest, 2n ** 127n, 2n ** 127n - 1n, 2n ** 64n, 2n ** 32n - 1n]) {
      expect(keys).toContain(String(key));
    }
  });

  test('in any form that the KPL takes, they mean the same', () => {
    const keys = sample({ anyForm: true });
    expect(keys.filter((key) => !/^(0|[1-9]\d*)$/.test(key)).length).toBeGreaterThan(500);
    for (const key of keys) {
      const parsed = parseHashKey(key);
      expect(parsed && formatHashKey(parsed)).toBe(String(BigInt(key.trim().replace('+', ''))));
    }
  });
});
