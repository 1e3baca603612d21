import { expect, it } from 'vitest';
import { rowOf } from '../src/count-row.js';

const startMs = Date.parse('2020-03-16T01:00:00Z');
const byTag = new Map([
  ['lima', 2],
  ['b', 1_200],
  ['a', 2],
]);
const window = { startMs, tweets: 1_204, skipped: 0, repeats: 3, byTag };

it('begins with the key and shows the most frequent hashtags, by name where they are even', () => {
  expect(rowOf('shard-1', window, true, 5)).toBe(
    '2020-03-16T01:00:00Z shard-1 1,204 tweets: #b 1,200, #a 2, #lima 2',
  );
  expect(rowOf('shard-1', window, true, 2)).toBe('2020-03-16T01:00:00Z shard-1 1,204 tweets: #b 1,200, #a 2');
});

it('says what is not closed and what is no tweet', () => {
  expect(rowOf('shard-1', { ...window, skipped: 2, byTag: new Map() }, false, 5)).toBe(
    '2020-03-16T01:00:00Z shard-1 1,204 tweets, 2 others so far',
  );
});
