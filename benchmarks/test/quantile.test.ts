import { describe, expect, it } from 'vitest';
import { quantile } from '../workload/quantile.js';

describe('quantile', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);

  it.each([
    [0, 1],
    [0.497, 100],
    [0.5, 100],
    [0.99, 198],
    [1, 200],
  ])('%d of 1 to 200 is %i', (part, expected) => {
    expect(quantile(values, part)).toBe(expected);
  });

  it('wants values', () => {
    expect(() => quantile([], 0.5)).toThrow('no values');
  });
});
