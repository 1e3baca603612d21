import { parseHashKey } from '@shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { coversEverything, ShardMap, type ShardRange, sameRange } from '../src/shard-map.js';
import { evenShards, split } from './support/shards.js';

const end = 2n ** 128n - 1n;
const middle = 2n ** 127n;
const range = (shardId: string, from: bigint, to: bigint): ShardRange => ({
  shardId,
  startingHashKey: String(from),
  endingHashKey: String(to),
});
const low = range('shardId-000000000000', 0n, middle - 1n);
const high = range('shardId-000000000001', middle, end);
const key = (value: bigint) => parseHashKey(String(value)) ?? new Uint32Array(4);

describe('ShardMap', () => {
  it.each([
    [0n, low],
    [middle - 1n, low],
    [middle, high],
    [end, high],
  ])('finds the shard of hash key %s, whatever the order of the listing', (hash, shard) => {
    expect(new ShardMap([low, high]).shardFor(key(hash))).toBe(shard);
    expect(new ShardMap([high, low]).shardFor(key(hash))).toBe(shard);
  });

  it('has no shard for a hash key in a hole', () => {
    expect(new ShardMap([high]).shardFor(key(1n))).toBeUndefined();
    expect(new ShardMap([]).shardFor(key(1n))).toBeUndefined();
  });

  it('knows which shards it has', () => {
    const map = new ShardMap([low]);
    expect(map.has(low.shardId)).toBe(true);
    expect(map.has(high.shardId)).toBe(false);
    expect([map.get(low.shardId), map.get(high.shardId)]).toEqual([low, undefined]);
  });

  it('equals a map with the same shards and ranges, in any order', () => {
    expect(new ShardMap([low, high]).equals(new ShardMap([high, low]))).toBe(true);
  });

  it.each([
    ['a shard fewer', [low]],
    ['a shard more', [low, high, range('shardId-000000000002', 0n, 1n)]],
    ['another shard', [low, { ...high, shardId: 'shardId-000000000002' }]],
    ['another range under the same id', [low, { ...high, startingHashKey: '5' }]],
    ['another end under the same id', [low, { ...high, endingHashKey: String(middle) }]],
  ])('does not equal one with %s', (_, shards) => {
    const map = new ShardMap([low, high]);
    expect(map.equals(new ShardMap(shards))).toBe(false);
    expect(new ShardMap(shards).equals(map)).toBe(false);
  });
});

describe('sameRange', () => {
  it('asks for id and range', () => {
    expect(sameRange(low, { ...low })).toBe(true);
    expect(sameRange(low, { ...low, shardId: 'other' })).toBe(false);
    expect(sameRange(low, { ...low, startingHashKey: '1' })).toBe(false);
    expect(sameRange(low, { ...low, endingHashKey: '1' })).toBe(false);
    expect(sameRange(low, undefined)).toBe(false);
  });
});

describe('ShardMap.newestBefore', () => {
  const id = (number: number) => `shardId-${String(number).padStart(12, '0')}`;
  const map = new ShardMap([9, 10, 0, 4].map((number) => range(id(number), 0n, 1n)));

  it.each([
    [11, id(10)],
    [10, id(9)],
    [9, id(4)],
    [5, id(4)],
    [4, id(0)],
    [1, id(0)],
    [0, undefined],
  ])('of shard %i is %s, wherever it stands', (number, newest) => {
    expect(map.newestBefore(id(number))).toBe(newest);
  });

  it('is unknown without shards', () => {
    expect(new ShardMap([]).newestBefore(id(1))).toBeUndefined();
  });
});

describe('coversEverything', () => {
  it.each([
    ['one shard', [range('a', 0n, end)]],
    ['two, in any order', [high, low]],
    ['a shard of one key', [range('a', 0n, 0n), range('b', 1n, end)]],
  ])('accepts %s', (_, shards) => {
    expect(coversEverything(shards)).toBe(true);
  });

  it.each([
    ['nothing', []],
    ['a hole at the start', [high]],
    ['a hole at the end', [low]],
    ['a hole of one key', [low, range('b', middle + 1n, end)]],
    ['an overlap of one key', [low, range('b', middle - 1n, end)]],
    ['a parent beside its children', [range('a', 0n, end), low, high]],
    ['a last key that is one short', [low, range('b', middle, end - 1n)]],
  ])('refuses %s', (_, shards) => {
    expect(coversEverything(shards)).toBe(false);
  });
});

it('a shard of the same id and range is another one if its numbers begin elsewhere; unknown beginnings say nothing', () => {
  const [lower, upper] = evenShards(2) as [ShardRange, ShardRange];
  const map = new ShardMap([{ ...lower, startingSequenceNumber: '100' }, upper]);
  expect(map.holds({ ...lower, startingSequenceNumber: '100' })).toBe(true);
  expect(map.holds(lower)).toBe(true);
  expect(map.holds({ ...lower, startingSequenceNumber: '200' })).toBe(false);
  expect(map.holds({ ...upper, endingHashKey: '5' })).toBe(false);
  expect(map.equals(new ShardMap([{ ...lower, startingSequenceNumber: '200' }, upper]))).toBe(false);
});

it('a map that has an id for another shard is of another stream; one after a reshard is not', () => {
  const map = new ShardMap(evenShards(2));
  expect(map.isOfAnotherStream(new ShardMap(split(evenShards(2), 0, 2)))).toBe(false);
  expect(map.isOfAnotherStream(new ShardMap(evenShards(2)))).toBe(false);
  expect(map.isOfAnotherStream(new ShardMap(evenShards(3)))).toBe(true);
});
