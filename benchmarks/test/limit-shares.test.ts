import { describe, expect, it } from 'vitest';
import { brokenLimit, jainIndex, limitShares, type ProducerTake } from '../workload/limit-shares.js';

const take = (facts: Partial<ProducerTake> = {}): ProducerTake => ({
  countedFromMs: 1_000_000,
  countedMs: 10_000,
  storedBytes: 10_485_760,
  storedEntries: 100,
  sentEntries: 100,
  throttledEntries: 0,
  failedRecords: 0,
  ...facts,
});
const goal = { leastStored: 0.97, mostThrottled: 0.02, leastJain: 0.9 };

describe('jainIndex', () => {
  it('is 1 for even shares, one n-th where one has everything, and nothing where nobody has anything', () => {
    expect(jainIndex([5, 5, 5])).toBe(1);
    expect(jainIndex([7, 0, 0])).toBeCloseTo(1 / 3);
    expect(jainIndex([0, 0])).toBeNaN();
  });
});

describe('limitShares', () => {
  it('counts by the limit that is nearer, over all shards', () => {
    expect(limitShares([take()], 1).storedShare).toBe(1);
    expect(limitShares([take()], 2).storedShare).toBe(0.5);
    expect(limitShares([take({ storedEntries: 10_000, storedBytes: 1 })], 1).storedShare).toBe(1);
  });

  it('adds producers up by the time that each counted', () => {
    const half = take({ storedBytes: 5_242_880 });
    const longer = take({ storedBytes: 10_485_760, countedMs: 20_000 });
    expect(limitShares([half, longer], 1)).toMatchObject({ storedShare: 1, jainIndex: 1 });
  });

  it('knows for how much of the time all of them counted', () => {
    expect(limitShares([take()], 1).togetherShare).toBe(1);
    expect(limitShares([take(), take({ countedFromMs: 1_001_000 })], 1).togetherShare).toBe(0.9);
    expect(limitShares([take(), take({ countedFromMs: 1_020_000 })], 1).togetherShare).toBe(0);
  });

  it('takes refusals as a share of what was sent by all', () => {
    const refused = take({ throttledEntries: 10, sentEntries: 100, failedRecords: 2 });
    expect(limitShares([take(), refused], 1)).toMatchObject({ throttledShare: 0.05, failedRecords: 2 });
  });
});

describe('brokenLimit', () => {
  const good = {
    togetherShare: 0.8,
    storedShare: 0.97,
    throttledShare: 0.02,
    jainIndex: 0.9,
    failedRecords: 0,
  };

  it('is nothing where every goal is kept', () => {
    expect(brokenLimit(good, goal)).toBeUndefined();
  });

  it.each([
    [{ togetherShare: 0.79 }, 'the producers counted together for 79.0 % of the time only'],
    [{ storedShare: 0.969 }, '96.9 % of the cap stored'],
    [{ throttledShare: 0.021 }, '2.1 % of entries throttled'],
    [{ jainIndex: 0.899 }, "Jain's index is 0.899"],
    [{ failedRecords: 1 }, '1 records failed'],
    [{ storedShare: Number.NaN }, 'NaN % of the cap stored'],
    [{ jainIndex: Number.NaN }, "Jain's index is NaN"],
  ])('names what is not: %o', (facts, words) => {
    expect(brokenLimit({ ...good, ...facts }, goal)).toBe(words);
  });
});
