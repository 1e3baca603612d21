import { describe, expect, it } from 'vitest';
import { CallRates } from '../src/call-rates.js';

describe('CallRates', () => {
  it('counts each operation by itself, and refills it with time', () => {
    const rates = new CallRates({ ListStreams: 2, DescribeLimits: 1 });
    expect([0, 0, 0].map((ms) => rates.tryCall('ListStreams', ms))).toEqual([true, true, false]);
    expect(rates.tryCall('DescribeLimits', 0)).toBe(true);
    expect(rates.tryCall('ListStreams', 499)).toBe(false);
    expect(rates.tryCall('ListStreams', 500)).toBe(true);
    expect(rates.tryCall('DescribeLimits', 999)).toBe(false);
  });

  it('lets operations without a rate pass', () => {
    const rates = new CallRates({ ListStreams: Number.POSITIVE_INFINITY });
    for (let call = 0; call < 1_000; call += 1) {
      expect(rates.tryCall('ListStreams', 0)).toBe(true);
      expect(rates.tryCall('PutRecords', 0)).toBe(true);
    }
  });
});
