import { describe, expect, it } from 'vitest';
import { brokenBound } from '../workload/memory-growth.js';

const boundBytes = 10_000_000;

describe('brokenBound', () => {
  it('lets a process grow by the bound and a fifth', () => {
    expect(brokenBound({ grownBytes: 12_000_000, boundBytes, fullSamples: 1 })).toBeUndefined();
    expect(brokenBound({ grownBytes: 12_000_001, boundBytes, fullSamples: 1 })).toBe(
      'grew by 12.0 MB, 1.20 of the bound of 10.0 MB',
    );
  });

  it('takes no bound that was never full for kept', () => {
    expect(brokenBound({ grownBytes: 1, boundBytes, fullSamples: 0 })).toBe('the producer was never full');
  });

  it('takes no missing figure for a good one', () => {
    expect(brokenBound({ grownBytes: Number.NaN, boundBytes, fullSamples: 1 })).toBeDefined();
    expect(brokenBound({ grownBytes: 1, boundBytes: Number.NaN, fullSamples: 1 })).toBeDefined();
    expect(brokenBound({ grownBytes: 1, boundBytes, fullSamples: Number.NaN })).toBeDefined();
  });
});
