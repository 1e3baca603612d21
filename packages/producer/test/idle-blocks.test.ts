import { expect, it } from 'vitest';
import { blockSize, IdleBlocks } from '../src/idle-blocks.js';

const block = (size: number) => new Uint8Array(size);

it('gives back what was added, by its size', () => {
  const idle = new IdleBlocks();
  const [one, other, long] = [block(4_096), block(4_096), block(8_192)];
  for (const added of [one, other, long]) idle.add(added);
  expect(new Set([idle.take(4_096), idle.take(4_096)])).toEqual(new Set([one, other]));
  expect(idle.take(4_096)).toBeUndefined();
  expect(idle.take(8_192)).toBe(long);
  expect(idle.takeStale()).toBeUndefined();
});

it('finds what is not wanted: the sizes in the order in which they came, without the one that is', () => {
  const idle = new IdleBlocks();
  for (const size of [8_192, 4_096, 4_096, 16_384]) idle.add(block(size));
  expect(idle.takeStale(8_192)).toHaveLength(4_096);
  expect(idle.takeStale(8_192)).toHaveLength(4_096);
  expect(idle.takeStale(8_192)).toHaveLength(16_384);
  expect(idle.takeStale(8_192)).toBeUndefined();
  expect(idle.takeStale()).toHaveLength(8_192);
});

it('has no size for what is not worth keeping, and one that is its own for the rest', () => {
  expect(blockSize(4_095)).toBeUndefined();
  expect(blockSize(4_096)).toBe(4_096);
  for (const bytes of [4_097, 50_000, 1_048_576]) {
    const size = blockSize(bytes) as number;
    expect(size).toBeGreaterThanOrEqual(bytes);
    expect(size).toBeLessThanOrEqual(bytes * (1 + 1 / 16));
    expect(blockSize(size)).toBe(size);
  }
});
