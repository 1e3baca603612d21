import { expect, it } from 'vitest';
import { countSummaryOf } from '../src/count-summary.js';

const facts = {
  closedWindows: 8,
  openWindows: 4,
  tweets: 12_345,
  repeats: 1,
  openTweets: 67,
  skipped: 2,
  troubleByCode: new Map(),
};

it('says what is counted for good, and what will be counted again', () => {
  expect(countSummaryOf(facts, 12_340)).toEqual([
    'closed     8 windows, 12,345 tweets, 1 repeats left out',
    'open       4 windows, 67 tweets: counted again from their start',
    'skipped    2 records that are no tweets',
    'trouble    none',
    'time       12.34 s',
  ]);
});

it('lists trouble by code', () => {
  const troubleByCode = new Map([
    ['READ_FAILED', 1_200],
    ['LEASE_LOST', 1],
  ]);
  expect(countSummaryOf({ ...facts, troubleByCode }, 0)).toContain(
    'trouble    tried again: 1,200 READ_FAILED, 1 LEASE_LOST',
  );
});
