import { describe, expect, it } from 'vitest';
import { judgeLanding } from '../src/landing.js';
import type { ShardRange } from '../src/shard-map.js';
import { aggregate } from './support/entries.js';

const shard = (from: number, to: number): ShardRange => ({
  shardId: 'shardId-000000000007',
  startingHashKey: String(from),
  endingHashKey: String(to),
});
const members = (...hashKeys: number[]) =>
  aggregate(hashKeys.map((hashKey) => ({ explicitHashKey: String(hashKey) })));

describe('judgeLanding', () => {
  it('acknowledges an aggregate whose members all belong where it landed (P4)', () => {
    const entry = members(10, 15, 20);
    expect(judgeLanding(entry, { landed: shard(10, 20), predictedStillOpen: false })).toBe('acknowledge');
  });

  it('acknowledges it too while the predicted shard is still listed', () => {
    expect(judgeLanding(members(10, 20), { landed: shard(10, 20), predictedStillOpen: true })).toBe(
      'acknowledge',
    );
  });

  it.each([
    ['the first', members(9, 15, 20)],
    ['one in the middle', members(10, 25, 20)],
    ['the last', members(10, 15, 21)],
  ])('puts every member again when %s belongs elsewhere: all or nothing', (_, entry) => {
    expect(judgeLanding(entry, { landed: shard(10, 20), predictedStillOpen: false })).toBe('put-again');
  });

  it('puts each alone when the predicted shard is still open: no map says where they belong', () => {
    expect(judgeLanding(members(9, 15), { landed: shard(10, 20), predictedStillOpen: true })).toBe(
      'put-again-alone',
    );
  });

  it.each([true, false])(
    'puts each alone when nobody knows the shard (still open: %s)',
    (predictedStillOpen) => {
      expect(judgeLanding(members(15), { landed: undefined, predictedStillOpen })).toBe('put-again-alone');
    },
  );

  it('judges members without explicit hash key by the hash of their partition key', () => {
    const entry = aggregate([{ partitionKey: 'a' }, { partitionKey: 'b' }]);
    const whole = { ...shard(0, 0), endingHashKey: String(2n ** 128n - 1n) };
    expect(judgeLanding(entry, { landed: whole, predictedStillOpen: false })).toBe('acknowledge');
    expect(judgeLanding(entry, { landed: shard(0, 0), predictedStillOpen: false })).toBe('put-again');
  });
});
