import { Tank } from './tank.js';

/** What a {@link ReadLimiter} keeps. Infinity lifts a limit. */
export interface ReadLimits {
  readonly shardReadBytesPerSecond: number;
  readonly shardReadCallsPerSecond: number;
}

/**
 * The read limit of one shard, shared by all who poll it: so many calls a second, empty ones included, and a debt of
 * bytes: an answer of X bytes blocks the shard for X / `shardReadBytesPerSecond`. A debt below a millisecond is kept but
 * blocks nobody, so that small answers do not block those who read at the same moment of a virtual clock. A refused call
 * consumes nothing.
 */
export class ReadLimiter {
  readonly #bytesPerMs: number;
  readonly #calls: Tank;
  /** What was owed at `#at`, in milliseconds: the moment it is paid at, as a sum, would lose the bytes of small answers. */
  #debtMs = 0;
  #at: number;

  constructor(limits: ReadLimits, now: number) {
    this.#bytesPerMs = limits.shardReadBytesPerSecond / 1000;
    this.#calls = new Tank(limits.shardReadCallsPerSecond, limits.shardReadCallsPerSecond, now);
    this.#at = now;
  }

  /** Whether a call may be made at `now`; if so it is counted. */
  tryCall(now: number): boolean {
    return this.#debtAt(now) < 1 && this.#calls.tryTake(1, now);
  }

  /** Charges the bytes of an answer given at `now`. */
  charge(bytes: number, now: number): void {
    this.#debtMs = this.#debtAt(now) + bytes / this.#bytesPerMs;
    this.#at = now;
  }

  #debtAt(now: number): number {
    return Math.max(0, this.#debtMs - (now - this.#at));
  }
}
