import { Tank } from './tank.js';

/** What a {@link ReadLimiter} keeps. Infinity lifts a limit. */
export interface ReadLimits {
  readonly shardReadBytesPerSecond: number;
  readonly shardReadCallsPerSecond: number;
}

/**
 * The read limit of one shard, shared by all who poll it: so many calls a second, empty ones included, and a debt of
 * bytes: an answer of X bytes blocks the shard for X / `shardReadBytesPerSecond`, in whole milliseconds, so that small
 * answers do not block those who read at the same moment of a virtual clock. A refused call consumes nothing.
 */
export class ReadLimiter {
  readonly #bytesPerMs: number;
  readonly #calls: Tank;
  #blockedUntil = Number.NEGATIVE_INFINITY;

  constructor(limits: ReadLimits, now: number) {
    this.#bytesPerMs = limits.shardReadBytesPerSecond / 1000;
    this.#calls = new Tank(limits.shardReadCallsPerSecond, limits.shardReadCallsPerSecond, now);
  }

  /** Whether a call may be made at `now`; if so it is counted. */
  tryCall(now: number): boolean {
    return now >= this.#blockedUntil && this.#calls.tryTake(1, now);
  }

  /** Charges the bytes of an answer given at `now`. */
  charge(bytes: number, now: number): void {
    const blockedMs = Math.floor(bytes / this.#bytesPerMs);
    if (blockedMs > 0) this.#blockedUntil = now + blockedMs;
  }
}
