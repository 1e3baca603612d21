import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempt, noAttempts, withAttempt } from '../src/attempt.js';

const attempt = (delayMs: number): Attempt => ({ delayMs, durationMs: 1, success: false, errorCode: 'X' });

describe('withAttempt', () => {
  it('puts the newest attempt last', () => {
    expect(withAttempt([attempt(1)], attempt(2))).toEqual([attempt(1), attempt(2)]);
  });

  it('begins with one, and leaves the empty history to others', () => {
    expect(withAttempt(noAttempts, attempt(1))).toEqual([attempt(1)]);
    expect(noAttempts).toEqual([]);
  });

  it('leaves the history that it was given alone: records may share it', () => {
    const history = Object.freeze([attempt(1)]);
    withAttempt(history, attempt(2));
    expect(history).toEqual([attempt(1)]);
  });

  it('keeps the first two attempts and the newest four (P2)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (count) => {
        let history: readonly Attempt[] = [];
        for (let index = 0; index < count; index += 1) history = withAttempt(history, attempt(index));
        const kept = history.map(({ delayMs }) => delayMs);
        const all = Array.from({ length: count }, (_, index) => index);
        expect(kept).toEqual(count <= 6 ? all : [...all.slice(0, 2), ...all.slice(-4)]);
      }),
    );
  });
});
