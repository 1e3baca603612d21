import { expect, test } from 'vitest';
import { type BoundFacts, fullAdvice } from '../src/full-advice.js';

const facts: BoundFacts = {
  outstandingRecords: 3,
  keptRecords: 0,
  maxOutstandingRecords: 10,
  waitingPuts: 0,
  maxWaitingPuts: 0,
};

test.each([
  [
    'records, and none may wait',
    { outstandingRecords: 10 },
    'maxOutstandingRecords was reached. Await earlier puts, put more slowly, add shards, or raise it.',
  ],
  [
    'records, of which some are still to come for room that is kept, and none may wait',
    { outstandingRecords: 8, keptRecords: 2 },
    'maxOutstandingRecords was reached. Await earlier puts, put more slowly, add shards, or raise it.',
  ],
  [
    'bytes, and none may wait',
    {},
    'maxOutstandingBytes was reached. Await earlier puts, put more slowly, add shards, or raise it.',
  ],
  [
    'records, and as many wait as may',
    { outstandingRecords: 10, waitingPuts: 5, maxWaitingPuts: 5 },
    'maxOutstandingRecords was reached, then maxWaitingPuts. Await earlier puts, put more slowly, add shards, or raise them.',
  ],
  [
    'records, and as many bytes wait as may',
    { outstandingRecords: 10, waitingPuts: 4, maxWaitingPuts: 5 },
    'maxOutstandingRecords was reached, then maxOutstandingBytes by what waits. Await earlier puts, put more slowly, add shards, or raise them.',
  ],
  [
    'bytes, and as many bytes wait as may',
    { waitingPuts: 4, maxWaitingPuts: 5 },
    'maxOutstandingBytes was reached, then once more by what waits. Await earlier puts, put more slowly, add shards, or raise it.',
  ],
  [
    'a record before it that may wait for the description of the stream',
    { waitingPuts: 1 },
    'Records before it wait, for maxOutstandingBytes or the description of the stream. Await earlier puts, put more slowly, add shards, or raise it.',
  ],
])('names what was reached: %s', (_, more, words) => {
  expect(fullAdvice({ ...facts, ...more })).toBe(words);
});
