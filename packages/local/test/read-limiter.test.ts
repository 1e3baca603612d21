import { describe, expect, it } from 'vitest';
import { ReadLimiter } from '../src/read-limiter.js';

const MiB = 1_048_576;
const limits = { shardReadBytesPerSecond: 2 * MiB, shardReadCallsPerSecond: 5 };

describe('ReadLimiter', () => {
  it('takes five calls a second, empty ones included', () => {
    const limiter = new ReadLimiter(limits, 0);
    for (let call = 0; call < 5; call += 1) expect(limiter.tryCall(0)).toBe(true);
    expect(limiter.tryCall(199)).toBe(false);
    expect(limiter.tryCall(200)).toBe(true);
  });

  it('is blocked after X bytes for X / 2 MiB/s', () => {
    const limiter = new ReadLimiter(limits, 0);
    limiter.tryCall(0);
    limiter.charge(10 * MiB, 0);
    expect(limiter.tryCall(4_999)).toBe(false);
    expect(limiter.tryCall(5_000)).toBe(true);
  });

  it('is not blocked by an empty answer', () => {
    const limiter = new ReadLimiter(limits, 0);
    limiter.tryCall(0);
    limiter.charge(0, 0);
    expect(limiter.tryCall(0)).toBe(true);
  });

  it('does not count a refused call', () => {
    const limiter = new ReadLimiter(limits, 0);
    limiter.charge(2 * MiB, 0);
    for (let call = 0; call < 100; call += 1) expect(limiter.tryCall(500)).toBe(false);
    for (let call = 0; call < 5; call += 1) expect(limiter.tryCall(1_000)).toBe(true);
  });

  it('gives a client that never stops asking the cap within 2 %', () => {
    const limiter = new ReadLimiter(limits, 0);
    const pageBytes = MiB / 2;
    let read = 0;
    for (let ms = 0; ms < 60_000; ms += 2) {
      if (!limiter.tryCall(ms)) continue;
      limiter.charge(pageBytes, ms);
      read += pageBytes;
    }
    expect(read / 60 / (2 * MiB)).toBeGreaterThan(0.98);
    expect(read / 60 / (2 * MiB)).toBeLessThan(1.02);
  });

  it.each([1, 100, 1_024, 2_047, 4_095, 5_000, 100_000])(
    'charges small answers in full: %i bytes, without a limit of calls',
    (pageBytes) => {
      const lifted = { ...limits, shardReadCallsPerSecond: Number.POSITIVE_INFINITY };
      const start = 1_800_000_000_000;
      const limiter = new ReadLimiter(lifted, start);
      const seconds = pageBytes < 100 ? 0.2 : 10;
      let read = 0;
      for (let ms = 0; ms < seconds * 1_000; ms += 1) {
        while (read < 2 * seconds * 2 * MiB && limiter.tryCall(start + ms)) {
          limiter.charge(pageBytes, start + ms);
          read += pageBytes;
        }
      }
      expect(read / seconds / (2 * MiB)).toBeGreaterThan(0.98);
      expect(read / seconds / (2 * MiB)).toBeLessThan(1.02);
    },
  );

  it('keeps a debt of less than a millisecond until it has passed', () => {
    const limiter = new ReadLimiter(limits, 0);
    limiter.charge(2_000, 0);
    expect(limiter.tryCall(0)).toBe(true);
    limiter.charge(2_000, 0);
    expect(limiter.tryCall(0)).toBe(false);
    expect(limiter.tryCall(1)).toBe(true);
    limiter.charge(2_000, 60_000);
    expect(limiter.tryCall(60_000)).toBe(true);
  });

  it('saves up nothing while nobody reads', () => {
    const limiter = new ReadLimiter(limits, 0);
    limiter.charge(2 * MiB, 60_000);
    expect(limiter.tryCall(60_999)).toBe(false);
    expect(limiter.tryCall(61_000)).toBe(true);
  });

  it('can be lifted', () => {
    const none = Number.POSITIVE_INFINITY;
    const limiter = new ReadLimiter({ shardReadBytesPerSecond: none, shardReadCallsPerSecond: none }, 0);
    for (let call = 0; call < 1_000; call += 1) {
      expect(limiter.tryCall(0)).toBe(true);
      limiter.charge(10 * MiB, 0);
    }
  });
});
