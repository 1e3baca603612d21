import { formatHashKey, HashRangeIndex, hashKeyOf, parseHashKey } from '@shardline/aggregation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniformShardOf, uniformShards } from '../workload/uniform-shards.js';

describe('uniformShards', () => {
  it('covers the hash-key space without gap or overlap, for any count', () => {
    for (const count of [1, 2, 3, 7, 64, 1000]) {
      let next = 0n;
      for (const { startingHashKey, endingHashKey } of uniformShards(count)) {
        expect(BigInt(startingHashKey)).toBe(next);
        next = BigInt(endingHashKey) + 1n;
      }
      expect(next).toBe(1n << 128n);
    }
  });
});

describe('uniformShardOf', () => {
  it('is right at both ends of every shard', () => {
    for (const count of [1, 3, 64]) {
      uniformShards(count).forEach(({ startingHashKey, endingHashKey }, index) => {
        expect(uniformShardOf(count, 'ignored', startingHashKey)).toBe(index);
        expect(uniformShardOf(count, 'ignored', endingHashKey)).toBe(index);
      });
    }
  });

  it('agrees with the look-up of @shardline/aggregation', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.integer({ min: 1, max: 200 }),
        (key, count) => {
          const index = new HashRangeIndex(uniformShards(count));
          expect(uniformShardOf(count, key)).toBe(index.find(hashKeyOf(key)));
        },
      ),
    );
  });

  it('takes explicit hash keys', () => {
    const key = parseHashKey('170141183460469231731687303715884105728');
    expect(key && formatHashKey(key)).toBe('170141183460469231731687303715884105728');
    expect(uniformShardOf(2, 'x', '170141183460469231731687303715884105728')).toBe(1);
    expect(uniformShardOf(2, 'x', '170141183460469231731687303715884105727')).toBe(0);
  });
});
