import { describe, expect, it } from 'vitest';
import type { Entry } from '../src/entry.js';
import { judgeLanding, type LandingFacts, notAcknowledged } from '../src/landing.js';
import type { ShardRange } from '../src/shard-map.js';
import { aggregate } from './support/entries.js';

const shard = (from: number, to: number): ShardRange => ({
  shardId: 'shardId-000000000007',
  startingHashKey: String(from),
  endingHashKey: String(to),
});
/** With the number 100. */
const judge = (entry: Entry, facts: Omit<LandingFacts, 'landing'>) =>
  judgeLanding(entry, { landing: { shardId: 'shardId-000000000007', sequenceNumber: '100' }, ...facts });
const members = (...hashKeys: number[]) =>
  aggregate(hashKeys.map((hashKey) => ({ explicitHashKey: String(hashKey) })));

describe('judgeLanding', () => {
  it('acknowledges an aggregate whose members all belong where it landed (P4)', () => {
    const entry = members(10, 15, 20);
    expect(judge(entry, { landed: shard(10, 20), predictedStillOpen: false })).toBe('acknowledge');
  });

  it('acknowledges it too while the predicted shard is still listed', () => {
    expect(judge(members(10, 20), { landed: shard(10, 20), predictedStillOpen: true })).toBe('acknowledge');
  });

  it.each([
    ['the first', members(9, 15, 20)],
    ['one in the middle', members(10, 25, 20)],
    ['the last', members(10, 15, 21)],
  ])('puts every member again when %s belongs elsewhere: all or nothing', (_, entry) => {
    expect(judge(entry, { landed: shard(10, 20), predictedStillOpen: false })).toBe('put-again');
  });

  it('puts each alone when the predicted shard is still open: no map says where they belong', () => {
    expect(judge(members(9, 15), { landed: shard(10, 20), predictedStillOpen: true })).toBe(
      'put-again-alone',
    );
  });

  it.each([true, false])(
    'puts each alone when nobody knows the shard (still open: %s)',
    (predictedStillOpen) => {
      expect(judge(members(15), { landed: undefined, predictedStillOpen })).toBe('put-again-alone');
    },
  );

  it('judges members without explicit hash key by the hash of their partition key', () => {
    const entry = aggregate([{ partitionKey: 'a' }, { partitionKey: 'b' }]);
    const whole = { ...shard(0, 0), endingHashKey: String(2n ** 128n - 1n) };
    expect(judge(entry, { landed: whole, predictedStillOpen: false })).toBe('acknowledge');
    expect(judge(entry, { landed: shard(0, 0), predictedStillOpen: false })).toBe('put-again');
  });

  it.each([
    ['99', 'acknowledge'],
    ['100', 'acknowledge'],
    ['101', 'put-again'],
  ])(
    'takes a shard whose numbers begin at %s for the one it landed on, or for one of a later stream: %s',
    (startingSequenceNumber, verdict) => {
      const landed = { ...shard(10, 20), startingSequenceNumber };
      expect(judge(members(10, 20), { landed, predictedStillOpen: false })).toBe(verdict);
    },
  );
});

describe('notAcknowledged', () => {
  const landing = { shardId: 'shardId-000000000007', sequenceNumber: '100' };
  const failure = { call: 'ListShards', reason: 'TimeoutError', message: 'It was late.' } as const;

  it.each([
    [{ landed: shard(10, 20), failure }, 'WrongShard', /which is not the shard of every user record/],
    [{ landed: undefined }, 'UnknownShard', /000007, which no listing showed in time\.$/],
    [
      { landed: undefined, failure },
      'UnknownShard',
      /: ListShards failed with TimeoutError \(It was late\.\)\.$/,
    ],
  ] as const)('says what was wrong, or why that is not known: %j', (facts, name, message) => {
    expect(notAcknowledged({ landing, predictedStillOpen: false, ...facts })).toEqual({
      name,
      message: expect.stringMatching(message),
    });
  });
});
