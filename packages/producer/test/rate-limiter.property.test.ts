import { seededRandom } from '@shardline/core/internal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RateCeiling, RateLimiter } from '../src/rate-limiter.js';

/*
 * Whatever is offered, and whatever the service answers, over every window of time: what goes out is at most the rate times the
 * window, plus the burst, plus one entry larger than the burst, in records and in bytes (P5).
 */

const burstSeconds = 0.5;
const shard: RateCeiling = { recordsPerSecond: 1_000, bytesPerSecond: 1_048_576, maxShare: 1 };
const ceiling = fc.record({
  recordsPerSecond: fc.integer({ min: 1, max: 2_000 }),
  bytesPerSecond: fc.integer({ min: 100, max: 2_000_000 }),
  maxShare: fc.constantFrom(1, 1, 4),
});
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      offer: fc.integer({ min: 1, max: 50 }),
      bytes: fc.integer({ min: 1, max: 100_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ offer: fc.constant(3), bytes: fc.integer({ min: 1, max: 3_000_000 }) }),
  },
  { weight: 3, arbitrary: fc.record({ passMs: fc.double({ min: 0, max: 3_000, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.constant({ throttled: true as const }) },
  { weight: 2, arbitrary: fc.constant({ succeeded: true as const }) },
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface Sent {
  readonly atMs: number;
  readonly bytes: number;
}

/** A limiter under random load, and everything that it let out. */
class Play {
  readonly #limiter: RateLimiter;
  readonly #sent: Sent[] = [];
  #nowMs = 0;
  /** The highest rates that it had, as a share of the ceiling. */
  #highestShare = 1;

  constructor(limits: RateCeiling) {
    this.#limiter = new RateLimiter(limits, 0);
  }

  take(next: Step): void {
    if ('passMs' in next) this.#nowMs += next.passMs;
    else if ('throttled' in next) this.#limiter.throttled(1, this.#nowMs);
    else if ('succeeded' in next) this.#limiter.succeeded(100, this.#nowMs);
    else this.#offer(next.offer, next.bytes);
    this.#highestShare = Math.max(this.#highestShare, this.#limiter.share);
  }

  /** Checks every window that ends with what was sent last. */
  check(limits: RateCeiling): void {
    const recordsPerSecond = limits.recordsPerSecond * this.#highestShare;
    const bytesPerSecond = limits.bytesPerSecond * this.#highestShare;
    let records = 0;
    let bytes = 0;
    let largest = 0;
    for (const one of [...this.#sent].reverse()) {
      records += 1;
      bytes += one.bytes;
      largest = Math.max(largest, one.bytes);
      const seconds = ((this.#sent.at(-1)?.atMs ?? 0) - one.atMs) / 1_000 + burstSeconds;
      expect(records).toBeLessThanOrEqual(recordsPerSecond * seconds + 1);
      expect(bytes).toBeLessThanOrEqual(bytesPerSecond * seconds + largest);
    }
  }

  #offer(count: number, bytes: number): void {
    for (let left = count; left > 0 && this.#limiter.waitMs(bytes, this.#nowMs) === 0; left -= 1) {
      this.#limiter.take(bytes, this.#nowMs);
      this.#sent.push({ atMs: this.#nowMs, bytes });
    }
  }
}

it('a RateLimiter never lets out more than rate times time plus burst plus one oversized entry', () => {
  fc.assert(
    fc.property(ceiling, fc.array(step, { maxLength: 60, size: 'max' }), (limits, steps) => {
      const play = new Play(limits);
      for (const next of steps) {
        play.take(next);
        play.check(limits);
      }
    }),
    { numRuns: 200 },
  );
});

it('a RateLimiter that was throttled and then succeeds comes back to the whole rate', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 1_000 }),
      (throttles, everyMs) => {
        const limiter = new RateLimiter(shard, 0);
        let nowMs = 0;
        for (let count = 0; count < throttles; count += 1, nowMs += 300) limiter.throttled(1, nowMs);
        expect(limiter.share).toBeLessThan(1);
        for (const endMs = nowMs + 60_000; nowMs < endMs; nowMs += everyMs) limiter.succeeded(100, nowMs);
        expect(limiter.share).toBe(1);
      },
    ),
  );
});

it('two RateLimiters on one shard converge on fair shares, however they start', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), (seed, throttles) => {
      const random = seededRandom(seed);
      const producers = [0, 1].map(() => ({ limiter: new RateLimiter(shard, 0), stored: 0 }));
      for (let count = 0; count < throttles; count += 1) producers[0]?.limiter.throttled(1, count * 250);
      let tokens = 1_000;
      for (let nowMs = 5_000; nowMs < 90_000; nowMs += 10) {
        tokens = Math.min(1_000, tokens + 10);
        for (const producer of random.next() < 0.5 ? producers : [...producers].reverse()) {
          const taken = sendAll(producer.limiter, tokens, nowMs);
          tokens -= taken;
          if (nowMs >= 45_000) producer.stored += taken;
        }
      }
      const [first = 0, second = 0] = producers.map(({ stored }) => stored);
      expect(first + second).toBeGreaterThan(0.85 * 45 * 1_000);
      expect(Math.min(first, second) / Math.max(first, second)).toBeGreaterThan(0.5);
    }),
    // First those that ended unfair, the worst at 0.41, where a producer took itself for alone at three quarters of the ceiling: it stayed
    // just above that, the other at a fifth. Of 20,000 other courses none does now, and the worst ends at 0.55.
    {
      numRuns: 13,
      examples: [
        [2006217659, 7],
        [388601601, 11],
        [1527237892, 18],
      ],
    },
  );
});

/** Sends whatever the limiter allows to a shard that has `tokens` left; returns how many records it took. */
function sendAll(limiter: RateLimiter, tokens: number, nowMs: number): number {
  let taken = 0;
  while (limiter.waitMs(100, nowMs) === 0) {
    limiter.take(100, nowMs);
    if (taken + 1 > tokens) limiter.throttled(1, nowMs);
    else {
      taken += 1;
      limiter.succeeded(100, nowMs);
    }
  }
  return taken;
}
