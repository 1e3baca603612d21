import { describe, expect, test } from 'vitest';
import { ranAhead } from '../src/delivery-runs.js';

const all = new Set([1, 2, 3, 4, 5]);

describe('ranAhead', () => {
  test.each([
    ['straight on', [1, 2, 3, 4, 5]],
    ['again from an earlier place', [1, 2, 3, 2, 3, 4, 5]],
    ['again and again, before it had caught up', [1, 2, 3, 4, 2, 3, 1, 2, 3, 4, 5]],
    ['the same place again', [1, 1, 2, 2, 2, 3, 4, 5]],
    ['nothing', []],
  ])('in order: %s', (_, run) => {
    expect(ranAhead(run, all)).toEqual([]);
  });

  test.each([
    ['two swapped: the first came early, and the run left it out', [1, 3, 2, 4, 5], [1, 3]],
    ['a late one', [1, 3, 4, 5, 2], [1]],
    ['backwards', [5, 4, 3, 2, 1], [0]],
    ['left out when begun again', [1, 2, 3, 1, 3, 4, 5], [4]],
    ['begun with one that is not the first', [2, 3, 4, 5, 1], [0]],
  ])('ahead: %s', (_, run, indexes) => {
    expect(ranAhead(run, all)).toEqual(indexes);
  });

  test('passes over what another worker has processed', () => {
    expect(ranAhead([1, 4, 5], new Set([1, 4, 5]))).toEqual([]);
    expect(ranAhead([1, 4, 5, 3], new Set([1, 4, 5]))).toEqual([]);
    expect(ranAhead([1, 4, 5, 3], new Set([1, 3, 4, 5]))).toEqual([1]);
  });
});
