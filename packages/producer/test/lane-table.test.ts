import { hashKeyOf, parseHashKey } from '@shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { LaneTable, overlaps } from '../src/lane-table.js';
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

describe('overlaps', () => {
  it.each([
    ['the same', range(10, 20), range(10, 20)],
    ['one inside the other', range(10, 20), range(12, 13)],
    ['the end of one is the start of the other', range(10, 20), range(20, 30)],
    ['numbers of different length', range(9, 1_000), range(20, 30)],
    ['the ends of the hash space', range(0, 2n ** 128n - 1n), range(2n ** 128n - 1n, 2n ** 128n - 1n)],
    ['an unknown range', undefined, range(20, 30)],
    ['two unknown ranges', undefined, undefined],
  ])('sees %s', (_, one, other) => {
    expect(overlaps(one, other)).toBe(true);
    expect(overlaps(other, one)).toBe(true);
  });

  it.each([
    ['neighbours', range(10, 20), range(21, 30)],
    ['numbers that only look larger', range(3, 9), range(10, 20)],
    ['the ends of the hash space', range(0, 0), range(2n ** 128n - 1n, 2n ** 128n - 1n)],
  ])('sees none between %s', (_, one, other) => {
    expect(overlaps(one, other)).toBe(false);
    expect(overlaps(other, one)).toBe(false);
  });
});
