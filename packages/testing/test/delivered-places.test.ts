import { describe, expect, test } from 'vitest';
import { DeliveredPlaces } from '../src/delivered-places.js';

const at = (sequenceNumber: string, subSequenceNumber = 0, shardId = 'shardId-0') => ({
  key: 'k',
  id: '1',
  shardId,
  sequenceNumber,
  subSequenceNumber,
});

describe('DeliveredPlaces', () => {
  test('numbers places, and knows them again by shard, sequence and sub-sequence number', () => {
    const places = new DeliveredPlaces();
    const distinct = [at('5'), at('5', 1), at('6'), at('5', 0, 'shardId-1')];
    expect(distinct.map((place, record) => places.add(place, 0, record))).toEqual([0, 1, 2, 3]);
    expect(distinct.map((place) => places.add(place, 0, 9))).toEqual([0, 1, 2, 3]);
    expect(places.size).toBe(4);
    expect([0, 1, 2, 3].map((place) => places.recordAt(place))).toEqual([0, 1, 2, 3]);
    expect(places.describe(1)).toBe('shardId-0 5/1');
    expect(places.shardIdAt(3)).toBe('shardId-1');
  });

  test('knows whose alone a place is', () => {
    const places = new DeliveredPlaces();
    const [shared, own] = [places.add(at('1'), 0, 0), places.add(at('2'), 1, 1)];
    places.add(at('1'), 1, 0);
    places.add(at('1'), 0, 0);
    places.add(at('2'), 1, 1);
    expect([places.isOnlyOf(shared, 0), places.isOnlyOf(shared, 1)]).toEqual([false, false]);
    expect([places.isOnlyOf(own, 0), places.isOnlyOf(own, 1)]).toEqual([false, true]);
  });

  test('ranks by the value of sequence numbers, then by sub-sequence numbers', () => {
    const places = new DeliveredPlaces();
    for (const place of [at('100'), at('99', 10), at('99', 9), at('9'), at('101')]) places.add(place, 0, 0);
    expect([...places.ranks()]).toEqual([3, 2, 1, 0, 4]);
  });
});
