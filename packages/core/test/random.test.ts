import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { seededRandom, systemRandom } from '../src/random.js';

const draw = (seed: number, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

describe('seededRandom', () => {
  test('draws the same for the same seed, always', () => {
    expect(draw(1, 5)).toEqual(draw(1, 5));
    // Fixed, so that seeds noted in a report replay in later versions.
    expect(draw(1, 3).map((value) => value * 2 ** 32)).toEqual([2693262067, 11749833, 2265367787]);
  });

  test('draws differently for neighbouring seeds', () => {
    const firsts = Array.from({ length: 1_000 }, (_, seed) => draw(seed, 1)[0]);
    expect(new Set(firsts).size).toBe(1_000);
  });

  test('stays in [0, 1) for any seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        for (const value of draw(seed, 50)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(1);
        }
      }),
    );
  });

  test('fills its range evenly', () => {
    const buckets = new Array<number>(10).fill(0);
    for (const value of draw(42, 100_000)) {
      const bucket = Math.floor(value * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) {
      expect(count).toBeGreaterThan(9_500);
      expect(count).toBeLessThan(10_500);
    }
  });
});

test('systemRandom draws from the machine, looked up at call time', () => {
  const drawn = vi.spyOn(Math, 'random').mockReturnValue(0.125);
  expect(systemRandom.next()).toBe(0.125);
  drawn.mockRestore();
});
