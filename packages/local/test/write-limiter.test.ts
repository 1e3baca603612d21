import { describe, expect, it } from 'vitest';
import { createWriteLimiter, type WriteLimits, type WriteModel } from '../src/write-limiter.js';

const MiB = 1_048_576;

function limits(writeModel: WriteModel, more: Partial<WriteLimits> = {}): WriteLimits {
  return {
    writeModel,
    shardWriteBytesPerSecond: MiB,
    shardWriteRecordsPerSecond: 1_000,
    largeRecordBurstBytes: 10 * MiB,
    ...more,
  };
}

/** Offers records of these sizes, round and round, at three times the shard's caps; what passed in each second. */
function offerThrice(model: WriteModel, sizes: readonly number[], seconds: number) {
  const limiter = createWriteLimiter(limits(model), 0);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const perSecond = 3 * Math.min(1_000, MiB / mean);
  const taken = Array.from({ length: seconds }, () => ({ records: 0, bytes: 0 }));
  for (let offer = 0; offer < perSecond * seconds; offer += 1) {
    const size = sizes[offer % sizes.length] ?? 0;
    const atMs = (offer * 1_000) / perSecond;
    const second = taken[Math.floor(atMs / 1_000)];
    if (!second || !limiter.tryTake(size, atMs)) continue;
    second.records += 1;
    second.bytes += size;
  }
  return taken;
}

describe.each(['token-bucket', 'fixed-window', 'single-tank'] as const)('write model %s', (model) => {
  it.each([
    ['many small records', [100], 'records', 1_000],
    ['records of 1 kB, so that both caps are near', [1_000, 1_096, 900], 'records', 1_000],
    ['records of 10 KiB', [10_240], 'bytes', MiB],
    ['records of 1 MiB', [MiB], 'bytes', MiB],
    ['sizes from 1 byte to 50 kB', [1, 50_000, 300, 7_000, 20_000, 1_000], 'bytes', MiB],
    ['records above 1 MiB', [2 * MiB, 3 * MiB, 5 * MiB], 'bytes', MiB],
  ] as const)(
    'gives a client that offers three times the cap the cap within 2 %%: %s',
    (_name, sizes, what, cap) => {
      // The tank of 10 MiB, emptied at three times its rate, is dry after five seconds. Long, for large records.
      const settled = offerThrice(model, sizes, cap === MiB ? 410 : 30).slice(10);
      const mean = settled.reduce((sum, taken) => sum + taken[what], 0) / settled.length;
      expect(mean / cap).toBeGreaterThan(0.98);
      expect(mean / cap).toBeLessThan(1.02);
    },
  );

  it('counts records, whatever their size', () => {
    const limiter = createWriteLimiter(limits(model), 0);
    for (let record = 0; record < 1_000; record += 1) expect(limiter.tryTake(1, 0)).toBe(true);
    expect(limiter.tryTake(1, 0)).toBe(false);
  });

  it('charges nothing for a refused record', () => {
    const limiter = createWriteLimiter(limits(model, { shardWriteRecordsPerSecond: 3 }), 0);
    expect(limiter.tryTake(2 * MiB, 0)).toBe(true);
    expect(limiter.tryTake(10 * MiB, 0)).toBe(false);
    expect(limiter.tryTake(10, 0)).toBe(true);
    expect(limiter.tryTake(10, 0)).toBe(true);
    expect(limiter.tryTake(10, 0)).toBe(false);
  });

  it.each([
    ['the byte rate', 2_000, { shardWriteBytesPerSecond: 1_000, largeRecordBurstBytes: 1_000 }],
    ['the allowance for large ones', 2 * MiB, { largeRecordBurstBytes: MiB }],
    ['both', 10 * MiB, { shardWriteBytesPerSecond: 5 * MiB, largeRecordBurstBytes: 1 }],
  ])('takes a record that is larger than %s, at that rate', (_what, sizeBytes, lowered) => {
    const limiter = createWriteLimiter(limits(model, lowered), 0);
    const takenAt: number[] = [];
    for (let ms = 0; ms < 100_000; ms += 10) if (limiter.tryTake(sizeBytes, ms)) takenAt.push(ms);
    expect(takenAt[0]).toBe(0);
    expect(takenAt.length).toBeGreaterThanOrEqual(49);
    expect(takenAt.length).toBeLessThanOrEqual(51);
  });

  it('keeps small records waiting for what a larger one than the byte rate owes', () => {
    const lowered = { shardWriteBytesPerSecond: 1_000, largeRecordBurstBytes: 1_000 };
    const limiter = createWriteLimiter(limits(model, lowered), 0);
    expect(limiter.tryTake(3_000, 0)).toBe(true);
    expect(limiter.tryTake(1, 1_999)).toBe(false);
    expect(limiter.tryTake(1_000, 3_000)).toBe(true);
  });

  it('accepts anything when its limits are lifted', () => {
    const none = Number.POSITIVE_INFINITY;
    const lifted = {
      shardWriteBytesPerSecond: none,
      shardWriteRecordsPerSecond: none,
      largeRecordBurstBytes: none,
    };
    const limiter = createWriteLimiter(limits(model, lifted), 0);
    for (let record = 0; record < 5_000; record += 1) expect(limiter.tryTake(2 * MiB, 0)).toBe(true);
  });

  it('has no allowance for large records that runs out when the byte rate is lifted', () => {
    const lifted = { shardWriteBytesPerSecond: Number.POSITIVE_INFINITY };
    const limiter = createWriteLimiter(limits(model, lifted), 0);
    for (let record = 0; record < 100; record += 1) expect(limiter.tryTake(5 * MiB, 0)).toBe(true);
  });
});

describe('write model token-bucket', () => {
  it('lets a small record pass where a large one before it did not', () => {
    const limiter = createWriteLimiter(limits('token-bucket'), 0);
    expect(limiter.tryTake(MiB - 100, 0)).toBe(true);
    expect(limiter.tryTake(101, 0)).toBe(false);
    expect(limiter.tryTake(100, 0)).toBe(true);
  });

  it('holds one second’s worth', () => {
    const limiter = createWriteLimiter(limits('token-bucket'), 0);
    expect(limiter.tryTake(MiB, 60_000)).toBe(true);
    expect(limiter.tryTake(1, 60_000)).toBe(false);
    expect(limiter.tryTake(MiB / 2, 60_500)).toBe(true);
  });

  it('charges records above 1 MiB to an allowance of their own', () => {
    const limiter = createWriteLimiter(limits('token-bucket'), 0);
    expect(limiter.tryTake(10 * MiB, 0)).toBe(true);
    expect(limiter.tryTake(MiB + 1, 0)).toBe(false);
    expect(limiter.tryTake(MiB, 0)).toBe(true);
    expect(limiter.tryTake(2 * MiB, 1_999)).toBe(false);
    expect(limiter.tryTake(2 * MiB, 2_000)).toBe(true);
  });
});

describe('write model fixed-window', () => {
  it('starts anew with every second of the clock', () => {
    const limiter = createWriteLimiter(limits('fixed-window'), 0);
    expect(limiter.tryTake(MiB, 999)).toBe(true);
    expect(limiter.tryTake(1, 999.9)).toBe(false);
    expect(limiter.tryTake(MiB, 1_000)).toBe(true);
  });

  it('charges records above 1 MiB to an allowance of their own', () => {
    const limiter = createWriteLimiter(limits('fixed-window'), 0);
    expect(limiter.tryTake(10 * MiB, 0)).toBe(true);
    expect(limiter.tryTake(MiB, 0)).toBe(true);
    expect(limiter.tryTake(MiB + 1, 1_000)).toBe(false);
  });
});

describe('write model single-tank', () => {
  it('has one tank of 10 MiB for records of every size', () => {
    const limiter = createWriteLimiter(limits('single-tank'), 0);
    expect(limiter.tryTake(9 * MiB, 0)).toBe(true);
    expect(limiter.tryTake(MiB, 0)).toBe(true);
    expect(limiter.tryTake(1, 0)).toBe(false);
    expect(limiter.tryTake(MiB, 1_000)).toBe(true);
  });
});
