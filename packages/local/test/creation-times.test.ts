import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CreationTimes } from '../src/creation-times.js';

describe('CreationTimes', () => {
  it('are the present, whole milliseconds, for names that differ', () => {
    const times = new CreationTimes(1_000);
    expect(['a', 'b', 'c'].map((name) => times.next(name, 1_234.5))).toEqual([1_234, 1_234, 1_234]);
  });

  it('differ by the unit between namesakes, and are the present again as soon as that differs', () => {
    const times = new CreationTimes(1_000);
    expect([1_234, 1_999, 2_500, 3_999, 4_000].map((now) => times.next('a', now))).toEqual([
      1_234, 2_000, 3_000, 4_000, 5_000,
    ]);
    expect(times.next('a', 6_001)).toBe(6_001);
    const fine = new CreationTimes(1);
    expect([7, 7, 7, 20].map((now) => fine.next('a', now))).toEqual([7, 8, 9, 20]);
  });

  it('are remembered no longer than they can be given out again', () => {
    const times = new CreationTimes(1_000);
    for (const name of ['a', 'b', 'a']) times.next(name, 999);
    expect(times.size).toBe(2);
    // The latest of a is 1,000, that of b 999.
    times.next('c', 1_000);
    expect(times.size).toBe(2);
    times.next('c', 2_000);
    expect(times.size).toBe(1);
  });

  it('are never those of a namesake, whatever else is created meanwhile', () => {
    const creation = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      passedMs: fc.integer({ min: 0, max: 900 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(1, 1_000), fc.array(creation, { maxLength: 40 }), (unitMs, creations) => {
        const times = new CreationTimes(unitMs);
        const given = new Set<string>();
        let now = 0;
        for (const { name, passedMs } of creations) {
          now += passedMs;
          const createdAtMs = times.next(name, now);
          expect(createdAtMs).toBeGreaterThanOrEqual(now);
          const key = `${name} ${Math.floor(createdAtMs / unitMs)}`;
          expect(given).not.toContain(key);
          given.add(key);
        }
      }),
    );
  });
});
