import { describe, expect, it } from 'vitest';
import { DailyLimit } from '../src/daily-limit.js';

const day = 86_400_000;

describe('DailyLimit', () => {
  it('counts over any 24 hours, and what it refuses does not count', () => {
    const limit = new DailyLimit(2);
    expect([limit.tryTake(0), limit.tryTake(100), limit.tryTake(200), limit.tryTake(day - 1)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([limit.tryTake(day), limit.tryTake(day + 99), limit.tryTake(day + 100)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is lifted by Infinity', () => {
    const limit = new DailyLimit(Number.POSITIVE_INFINITY);
    for (let n = 0; n < 1_000; n += 1) expect(limit.tryTake(0)).toBe(true);
  });
});
