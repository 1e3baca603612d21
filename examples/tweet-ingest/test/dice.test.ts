import { describe, expect, it } from 'vitest';
import { Dice } from '../src/dice.js';

const draws = (seed: number, count = 1_000) => {
  const dice = new Dice(seed);
  return Array.from({ length: count }, () => dice.uniform());
};

describe('Dice', () => {
  it('repeats itself from the seed, and differs with another', () => {
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
  });

  it('draws evenly from [0, 1)', () => {
    const all = draws(3, 100_000);
    expect(Math.min(...all.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(all.every((value) => value < 1)).toBe(true);
    for (let decile = 0; decile < 10; decile += 1) {
      const hits = all.filter((value) => Math.floor(value * 10) === decile).length;
      expect(hits).toBeGreaterThan(9_700);
      expect(hits).toBeLessThan(10_300);
    }
  });

  it('chooses among all of a list', () => {
    const dice = new Dice(1);
    const seen = new Set(Array.from({ length: 200 }, () => dice.oneOf(['a', 'b', 'c'])));
    expect([...seen].sort()).toEqual(['a', 'b', 'c']);
  });
});
