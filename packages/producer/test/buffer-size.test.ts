import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bufferSize } from '../src/buffer-size.js';

const sizes = fc.integer({ min: 0, max: 20_000_000 });
const steps = fc.constantFrom(1, 4, 16);

it('is enough, at most one step more than asked for, and its own size', () => {
  fc.assert(
    fc.property(sizes, steps, (bytes, count) => {
      const size = bufferSize(bytes, 4_096, count);
      expect(size).toBeGreaterThanOrEqual(bytes);
      expect(size).toBeLessThan(Math.max(4_097, bytes * (1 + 1 / count) + 1));
      expect(bufferSize(size, 4_096, count)).toBe(size);
    }),
  );
});

it('has so many sizes for each power of two', () => {
  const all = new Set(Array.from({ length: 65_536 }, (_, at) => bufferSize(65_537 + at, 4_096, 16)));
  expect(all.size).toBe(16);
});
