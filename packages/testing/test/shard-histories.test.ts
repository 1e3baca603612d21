import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HistoricShard, shardHistories } from '../src/shard-histories.js';

const rangeOf = ({ startingHashKey, endingHashKey }: HistoricShard) =>
  [BigInt(startingHashKey), BigInt(endingHashKey)] as const;

/** Whether ranges, put in order, cover everything from `first` to `last` without overlap. */
function cover(shards: readonly HistoricShard[], first: bigint, last: bigint): boolean {
  const ranges = shards.map(rangeOf).sort(([a], [b]) => (a < b ? -1 : 1));
  const starts = [...ranges.map(([start]) => start), last + 1n];
  return (
    starts[0] === first &&
    ranges.every(([start, end], index) => start <= end && end + 1n === starts[index + 1])
  );
}

describe('shardHistories', () => {
  test('the open shards cover the hash space, and so did the first', () => {
    fc.assert(
      fc.property(shardHistories(), (shards) => {
        const whole = [0n, 2n ** 128n - 1n] as const;
        expect(
          cover(
            shards.filter(({ open }) => open),
            ...whole,
          ),
        ).toBe(true);
        expect(
          cover(
            shards.filter(({ parentShardIds }) => parentShardIds.length === 0),
            ...whole,
          ),
        ).toBe(true);
      }),
    );
  });

  test('children cover their parents, which are closed and older', () => {
    fc.assert(
      fc.property(shardHistories({ maxShards: 4, maxReshards: 12 }), (shards) => {
        const ids = shards.map(({ shardId }) => shardId);
        expect(new Set(ids).size).toBe(ids.length);
        for (const shard of shards) {
          const parents = shard.parentShardIds.map((id) => shards[ids.indexOf(id)] as HistoricShard);
          expect(
            parents.every(
              (parent) => !parent.open && ids.indexOf(parent.shardId) < ids.indexOf(shard.shardId),
            ),
          ).toBe(true);
          if (parents.length === 2) expect(cover(parents, ...rangeOf(shard))).toBe(true);
        }
        for (const shard of shards.filter(({ open }) => !open)) {
          const children = shards.filter(({ parentShardIds }) => parentShardIds.includes(shard.shardId));
          const split = children.length === 2;
          if (split) expect(cover(children, ...rangeOf(shard))).toBe(true);
          else expect(children.map(({ parentShardIds }) => parentShardIds.length)).toEqual([2]);
        }
      }),
    );
  });

  test('hold splits, merges and shards of a single hash key', () => {
    const all = fc.sample(shardHistories(), { numRuns: 300, seed: 1 }).flat();
    const count = (matches: (shard: HistoricShard) => boolean) => all.filter(matches).length;
    expect(count(({ parentShardIds }) => parentShardIds.length === 1)).toBeGreaterThan(100);
    expect(count(({ parentShardIds }) => parentShardIds.length === 2)).toBeGreaterThan(100);
    expect(count(({ startingHashKey, endingHashKey }) => startingHashKey === endingHashKey)).toBeGreaterThan(
      50,
    );
  });
});
