import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RateCeiling, RateLimiter } from '../src/rate-limiter.js';

const shard: RateCeiling = { recordsPerSecond: 1_000, bytesPerSecond: 1_048_576, maxShare: 1 };
const wholeStream: RateCeiling = { ...shard, maxShare: 100 };

/** Sends records of `bytes` as fast as it may from `fromMs` to `toMs`; returns how many went. */
function drive(limiter: RateLimiter, bytes: number, fromMs: number, toMs: number): number {
  let sent = 0;
  for (let nowMs = fromMs; nowMs < toMs; ) {
    const waitMs = limiter.waitMs(bytes, nowMs);
    if (waitMs > 0) nowMs += Math.ceil(waitMs);
    else {
      limiter.take(bytes, nowMs);
      sent += 1;
    }
  }
  return sent;
}

describe('RateLimiter, its rate', () => {
  it('lets half a second of the rate go at once', () => {
    expect(drive(new RateLimiter(shard, 0), 10, 0, 0.1)).toBe(500);
    expect(drive(new RateLimiter(shard, 0), 104_857, 0, 0.1)).toBe(5);
  });

  it('holds records to the record rate', () => {
    expect(drive(new RateLimiter(shard, 0), 10, 0, 10_000)).toBe(500 + 9_999);
  });

  it('holds large records to the byte rate', () => {
    const sent = drive(new RateLimiter(shard, 0), 51_200, 0, 10_000);
    expect(sent * 51_200).toBeGreaterThan(10 * shard.bytesPerSecond);
    expect(sent * 51_200).toBeLessThanOrEqual(10.5 * shard.bytesPerSecond);
  });

  it('lets a record larger than the burst go when the bucket is full, and pays it back', () => {
    const limiter = new RateLimiter(shard, 0);
    expect(limiter.waitMs(1_048_576, 0)).toBe(0);
    limiter.take(1_048_576, 0);
    expect(limiter.waitMs(1_048_576, 0)).toBeCloseTo(1_000);
    expect(limiter.waitMs(1, 0)).toBeCloseTo(500, 1);
    expect(limiter.waitMs(1_048_576, 999)).toBeGreaterThan(0);
    expect(limiter.waitMs(1_048_576, 1_000)).toBe(0);
  });

  it('saves up no more than the burst', () => {
    const limiter = new RateLimiter(shard, 0);
    expect(drive(limiter, 10, 3_600_000, 3_600_000.1)).toBe(500);
  });

  it('goes on when the rate is below one record in the burst', () => {
    const slow = new RateLimiter({ recordsPerSecond: 1, bytesPerSecond: 100, maxShare: 1 }, 0);
    expect(drive(slow, 1, 0, 10_000)).toBeGreaterThanOrEqual(10);
  });

  it('may go after the wait that it asked for, and not before', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 2_000_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, (entries) => {
        const limiter = new RateLimiter(shard, 0);
        let nowMs = 0;
        for (const bytes of entries) {
          const waitMs = limiter.waitMs(bytes, nowMs);
          if (waitMs > 1) expect(limiter.waitMs(bytes, nowMs + waitMs - 1)).toBeGreaterThan(0);
          nowMs += Math.ceil(waitMs);
          expect(limiter.waitMs(bytes, nowMs)).toBe(0);
          limiter.take(bytes, nowMs);
        }
      }),
    );
  });
});

describe('RateLimiter, throttled', () => {
  it('sends a fifth less', () => {
    const limiter = new RateLimiter(shard, 0);
    limiter.throttled(1, 0);
    expect(limiter.share).toBeCloseTo(0.8);
    expect(limiter.recordsPerSecond).toBeCloseTo(800);
    expect(limiter.bytesPerSecond).toBeCloseTo(0.8 * 1_048_576);
    expect(drive(limiter, 10, 0, 0.1)).toBe(400);
  });

  it('counts one burst of refusals once', () => {
    const limiter = new RateLimiter(shard, 0);
    for (const nowMs of [0, 10, 249]) limiter.throttled(1, nowMs);
    expect(limiter.share).toBeCloseTo(0.8);
    limiter.throttled(1, 250);
    expect(limiter.share).toBeCloseTo(0.64);
  });

  it('never stops probing', () => {
    const limiter = new RateLimiter(shard, 0);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 250) limiter.throttled(1, nowMs);
    expect(limiter.share).toBe(0.02);
    expect(limiter.waitMs(10, 61_000)).toBe(0);
  });

  it('recovers with successes to its ceiling and no further', () => {
    const limiter = new RateLimiter(shard, 0);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 250) limiter.throttled(1, nowMs);
    let before = limiter.share;
    for (let nowMs = 60_000; nowMs < 120_000; nowMs += 100) {
      limiter.succeeded(1_000, nowMs);
      expect(limiter.share).toBeGreaterThanOrEqual(before);
      before = limiter.share;
    }
    expect(limiter.share).toBe(1);
  });

  it('gives up a twentieth where it is alone and hardly ever refused, a fifth where others are evident', () => {
    const alone = new RateLimiter(shard, 0);
    for (let nowMs = 0; nowMs < 1_000; nowMs += 10) alone.succeeded(10, nowMs);
    alone.throttled(1, 1_000);
    expect(alone.share).toBeCloseTo(0.95);
    const crowded = new RateLimiter(shard, 0);
    for (let nowMs = 0; nowMs < 1_000; nowMs += 10) crowded.succeeded(10, nowMs);
    crowded.throttled(20, 1_000);
    expect(crowded.share).toBeCloseTo(0.8);
  });

  it('counts old answers for little when it judges whether it is alone', () => {
    const limiter = new RateLimiter(shard, 0);
    for (let nowMs = 0; nowMs < 1_000; nowMs += 10) limiter.succeeded(10, nowMs);
    limiter.throttled(1, 20_000);
    expect(limiter.share).toBeCloseTo(0.8);
  });

  it('gives up a fifth on a small share, however seldom it is refused: somebody else is there', () => {
    const limiter = new RateLimiter(shard, 0);
    for (let nowMs = 0; nowMs < 1_000; nowMs += 250) limiter.throttled(1, nowMs);
    const { share } = limiter;
    for (let at = 0; at < 1_000; at += 1) limiter.succeeded(10, 1_000);
    limiter.throttled(1, 1_001);
    expect(limiter.share).toBeGreaterThan(0.79 * share);
    expect(limiter.share).toBeLessThan(0.85 * share);
  });

  it('recovers sooner far below the ceiling than near it', () => {
    const low = new RateLimiter(shard, 0);
    for (let nowMs = 0; nowMs < 3_000; nowMs += 250) low.throttled(1, nowMs);
    const high = new RateLimiter(shard, 0);
    high.throttled(1, 2_750);
    const before = [low.share, high.share] as const;
    for (const limiter of [low, high]) limiter.succeeded(1_000, 3_750);
    expect(low.share - before[0]).toBeGreaterThan(1.5 * (high.share - before[1]));
  });

  it('recovers after a large entry for all the time that the entry paid for', () => {
    const small = new RateLimiter(shard, 0);
    const large = new RateLimiter(shard, 0);
    for (const limiter of [small, large])
      for (let nowMs = 0; nowMs < 3_000; nowMs += 250) limiter.throttled(1, nowMs);
    const { share } = large;
    small.succeeded(1_000, 12_750);
    large.succeeded(1_048_576, 12_750);
    expect(small.share - share).toBeLessThan(0.06);
    expect(large.share - share).toBeGreaterThan(5 * (small.share - share));
  });

  it('does not recover in one leap after a pause: an unused rate proves nothing', () => {
    const limiter = new RateLimiter(shard, 0);
    limiter.throttled(1, 0);
    limiter.succeeded(1_000, 3_600_000);
    expect(limiter.share).toBeLessThan(0.9);
  });
});

describe('RateLimiter, of a whole stream', () => {
  /** Offers more than it takes for `seconds`, every entry a success. */
  function press(limiter: RateLimiter, seconds: number): void {
    for (let nowMs = 0; nowMs < seconds * 1_000; nowMs += 50) {
      drive(limiter, 10_000, nowMs, nowMs + 50);
      limiter.succeeded(1_000, nowMs + 50);
    }
  }

  it('seeks an unknown ceiling soon, up to its own bound', () => {
    const limiter = new RateLimiter(wholeStream, 0);
    press(limiter, 5);
    expect(limiter.share).toBeGreaterThan(16);
    press(new RateLimiter(shard, 0), 5);
    const bound = new RateLimiter({ ...shard, maxShare: 3 }, 0);
    press(bound, 20);
    expect(bound.share).toBe(3);
  });

  it('seeks slowly once it was throttled', () => {
    const limiter = new RateLimiter(wholeStream, 0);
    press(limiter, 5);
    const found = limiter.share;
    limiter.throttled(1, 5_000);
    limiter.waitMs(1e9, 5_001);
    limiter.succeeded(1_000, 6_000);
    expect(limiter.share).toBeLessThan(found);
    expect(limiter.share).toBeGreaterThan(0.8 * found);
  });

  it('does not rise above the start while the rate is not what holds records up', () => {
    const limiter = new RateLimiter(wholeStream, 0);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 1_000) {
      if (limiter.waitMs(10, nowMs) === 0) limiter.take(10, nowMs);
      limiter.succeeded(1_000, nowMs);
    }
    expect(limiter.share).toBe(1);
  });
});
