import { describe, expect, it } from 'vitest';
import { brokenBound, bytesOf, grownBy, lastingGrowth } from '../workload/memory-growth.js';

const boundBytes = 10_000_000;

describe('brokenBound', () => {
  it('lets a process grow by the bound and a fifth', () => {
    expect(brokenBound({ grownBytes: 12_000_000, boundBytes, fullTurns: 1 })).toBeUndefined();
    expect(brokenBound({ grownBytes: 12_000_001, boundBytes, fullTurns: 1 })).toBe(
      'grew by 12.0 MB, 1.20 of the bound of 10.0 MB',
    );
  });

  it('takes no bound that was never full for kept', () => {
    expect(brokenBound({ grownBytes: 1, boundBytes, fullTurns: 0 })).toBe('the producer was never full');
  });

  it('takes no missing figure for a good one', () => {
    expect(brokenBound({ grownBytes: Number.NaN, boundBytes, fullTurns: 1 })).toBeDefined();
    expect(brokenBound({ grownBytes: 1, boundBytes: Number.NaN, fullTurns: 1 })).toBeDefined();
    expect(brokenBound({ grownBytes: 1, boundBytes, fullTurns: Number.NaN })).toBeDefined();
  });
});

describe('grownBy', () => {
  it('tells the growth of each part', () => {
    const grown = grownBy(
      { heapBytes: 10, bufferBytes: 20, nativeBytes: 5 },
      { heapBytes: 1, bufferBytes: 2, nativeBytes: 8 },
    );
    expect(grown).toEqual({ heapBytes: 9, bufferBytes: 18, nativeBytes: -3 });
    expect(bytesOf(grown)).toBe(24);
  });
});

describe('lastingGrowth', () => {
  async function lookingAt(...looks: number[]): Promise<[number, number]> {
    const left = [...looks];
    const look = async () => ({ heapBytes: left.shift() ?? Number.NaN, bufferBytes: 0, nativeBytes: 0 });
    const grown = await lastingGrowth(look, looks.length, 10);
    return [bytesOf(grown), left.length];
  }

  it('looks once where it is little', async () => {
    expect(await lookingAt(10, 1, 1)).toEqual([10, 2]);
  });

  it('looks again where it is much, and takes what is still there', async () => {
    expect(await lookingAt(20, 11, 9, 1)).toEqual([9, 1]);
    expect(await lookingAt(20, 12, 15)).toEqual([12, 0]);
  });
});
