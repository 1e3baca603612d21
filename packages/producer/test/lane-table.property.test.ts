import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LaneTable } from '../src/lane-table.js';
import { ShardMap, type ShardRange } from '../src/shard-map.js';
import { makeLane } from './support/lanes.js';
import { shardId } from './support/shards.js';

/*
 * Streams that are cut up anywhere, listed in any order, and ranges of older maps. Catches: a lane that is not found, which would
 * send before what was put earlier has moved there (P3), and one found too many, which would wait for nothing. Cannot catch: what
 * the router makes of it (its own tests).
 */

const last = 2n ** 128n - 1n;
const hashKey = fc.oneof(
  fc.bigInt({ min: 0n, max: last }),
  fc.bigInt({ min: 0n, max: 200n }),
  fc.constantFrom(0n, 1n, 2n ** 127n, last - 1n, last),
);

/** All that is to be said of two ranges, one pair at a time. An unknown range is the whole. */
function overlaps(one: ShardRange | undefined, other: ShardRange | undefined): boolean {
  if (!one || !other) return true;
  const [start, end] = [BigInt(one.startingHashKey), BigInt(one.endingHashKey)];
  return start <= BigInt(other.endingHashKey) && BigInt(other.startingHashKey) <= end;
}

it('LaneTable.lanesIn finds what comparing every lane finds', () => {
  const cuts = fc.uniqueArray(hashKey, { maxLength: 12 });
  const within = fc.option(fc.tuple(hashKey, hashKey), { nil: undefined });
  fc.assert(
    fc.property(cuts, fc.array(within, { minLength: 1, maxLength: 8 }), fc.nat(), (ends, ranges, turn) => {
      const bounds = [...new Set([...ends, last])].sort((one, other) => (one < other ? -1 : 1));
      const inOrder = bounds.map((end, at) => rangeOf(at, at === 0 ? 0n : (bounds[at - 1] ?? 0n) + 1n, end));
      const from = turn % inOrder.length;
      const shards = [...inOrder.slice(from), ...inOrder.slice(0, from).reverse()];
      const table = new LaneTable(
        new ShardMap(shards),
        shards.map((range) => makeLane({ range }).lane),
      );
      for (const pair of ranges) {
        const [one, other] = pair ?? [0n, 0n];
        const range = pair && rangeOf(0, one < other ? one : other, one < other ? other : one);
        const expected = table.lanes.filter((lane) => overlaps(lane.range, range));
        expect(new Set(table.lanesIn(range))).toEqual(new Set(expected));
        expect(table.lanesIn(range)).toHaveLength(expected.length);
      }
    }),
    { numRuns: 300 },
  );
});

function rangeOf(index: number, start: bigint, end: bigint): ShardRange {
  return { shardId: shardId(index), startingHashKey: String(start), endingHashKey: String(end) };
}
