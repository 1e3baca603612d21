import { hashKeyOf, parseHashKey } from '@shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { LaneTable } from '../src/lane-table.js';
import { ShardMap, type ShardRange } from '../src/shard-map.js';
import { makeLane } from './support/lanes.js';
import { evenShards } from './support/shards.js';

const lane = (range: ShardRange | undefined) => makeLane({ range }).lane;
const range = (from: number | bigint, to: number | bigint): ShardRange => ({
  shardId: 'shardId-000000000000',
  startingHashKey: String(from),
  endingHashKey: String(to),
});

describe('LaneTable', () => {
  it('takes every hash key to the lane whose range holds it', () => {
    const map = new ShardMap(evenShards(4));
    const table = new LaneTable(map, map.shards.map(lane));
    for (const shard of map.shards) {
      for (const end of [shard.startingHashKey, shard.endingHashKey]) {
        const hash = parseHashKey(end) ?? new Uint32Array(4);
        expect(table.laneFor(hash).shardId).toBe(shard.shardId);
      }
    }
    expect(table.map).toBe(map);
  });

  it('takes everything to the one lane when there is no map', () => {
    const whole = lane(undefined);
    const table = new LaneTable(undefined, [whole]);
    expect(table.laneFor(hashKeyOf('any'))).toBe(whole);
    expect(table.laneFor(parseHashKey('0') ?? new Uint32Array(4))).toBe(whole);
  });

  it('never drops a record in a hole in silence', () => {
    const map = new ShardMap([range(10, 20)]);
    const table = new LaneTable(map, map.shards.map(lane));
    expect(() => table.laneFor(Uint32Array.of(0, 0, 0, 9))).toThrow(/hole/);
  });
});

describe('LaneTable.lanesIn', () => {
  const ends = [0n, 10n, 100n, 2n ** 127n, 2n ** 128n - 1n];
  const map = new ShardMap(
    // Not in their order: listings are in that of the shards' ages.
    [3, 0, 4, 1, 2].map((at) => range(at === 0 ? 0n : (ends[at - 1] ?? 0n) + 1n, ends[at] ?? 0n)),
  );
  const table = new LaneTable(map, map.shards.map(lane));
  const endsIn = (within: ShardRange | undefined) =>
    table.lanesIn(within).map((one) => ends.indexOf(BigInt(one.range?.endingHashKey ?? -1)));

  it.each([
    ['one whole lane', range(1, 10), [1]],
    ['the inside of one', range(12, 13), [2]],
    ['the ends of two', range(10, 11), [1, 2]],
    ['numbers that only look larger', range(2, 9), [1]],
    ['the first key', range(0, 0), [0]],
    ['the last key', range(2n ** 128n - 1n, 2n ** 128n - 1n), [4]],
    ['everything', range(0, 2n ** 128n - 1n), [0, 1, 2, 3, 4]],
    ['an unknown range', undefined, [0, 1, 2, 3, 4]],
  ])('finds what shares a key with %s', (_, within, expected) => {
    expect(endsIn(within)).toEqual(expected);
  });

  it('finds the one lane over everything', () => {
    const whole = lane(undefined);
    for (const within of [range(0, 0), range(5, 6), undefined]) {
      expect(new LaneTable(undefined, [whole]).lanesIn(within)).toEqual([whole]);
    }
  });
});
