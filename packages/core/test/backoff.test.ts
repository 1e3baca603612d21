import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullJitterMs } from '../src/backoff.js';

const policy = { baseMs: 100, capMs: 3_000 };
const at = (share: number) => ({ next: () => share });

describe('fullJitterMs', () => {
  test('doubles its ceiling from the base to the cap', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7].map((attempt) => fullJitterMs(attempt, policy, at(1)));
    expect(ceilings).toEqual([100, 200, 400, 800, 1_600, 3_000, 3_000]);
  });

  test('is anywhere between nothing and the ceiling', () => {
    expect(fullJitterMs(4, policy, at(0))).toBe(0);
    expect(fullJitterMs(4, policy, at(0.25))).toBe(200);
  });

  test('never passes the cap, however many attempts there were', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), share, (attempt, drawn) => {
        const delayMs = fullJitterMs(attempt, policy, at(drawn));
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(policy.capMs);
      }),
    );
  });
});
