import { describe, expect, it } from 'vitest';
import { splitPoint } from '../src/demo/split-point.js';

describe('splitPoint', () => {
  it('begins the second child at the middle of the range', () => {
    const half = 2n ** 127n;
    expect(splitPoint({ startingHashKey: '0', endingHashKey: String(2n ** 128n - 1n) })).toBe(String(half));
    expect(splitPoint({ startingHashKey: String(half), endingHashKey: String(2n ** 128n - 1n) })).toBe(
      String(half + half / 2n),
    );
  });

  it('leaves at least one hash key on each side', () => {
    expect(splitPoint({ startingHashKey: '7', endingHashKey: '8' })).toBe('8');
    expect(splitPoint({ startingHashKey: '7', endingHashKey: '9' })).toBe('8');
  });

  it('refuses a range of one hash key', () => {
    expect(() => splitPoint({ startingHashKey: '7', endingHashKey: '7' })).toThrow('cannot be split');
  });
});
