import { describe, expect, it } from 'vitest';
import { zipfShares } from '../src/zipf.js';

describe('zipfShares', () => {
  it('is the classic law without flattening: rank r has 1/r of the first', () => {
    const shares = zipfShares({ count: 100, exponent: 1, flattening: 0 });
    expect((shares[1] ?? 0) / (shares[0] ?? 1)).toBeCloseTo(1 / 2, 12);
    expect((shares[99] ?? 0) / (shares[0] ?? 1)).toBeCloseTo(1 / 100, 12);
  });

  it('adds up to one and falls with the rank', () => {
    const shares = [...zipfShares({ count: 5_000, exponent: 1.2, flattening: 7 })];
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
    expect(shares).toEqual([...shares].sort((left, right) => right - left));
  });

  it('gives a flatter head with flattening', () => {
    const plain = zipfShares({ count: 50_000, exponent: 1, flattening: 0 });
    const flat = zipfShares({ count: 50_000, exponent: 1, flattening: 30 });
    expect(plain[0]).toBeGreaterThan(0.08);
    expect(flat[0]).toBeLessThan(0.005);
  });
});
