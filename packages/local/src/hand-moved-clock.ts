import { type Clock, InvalidOptionError, type Timer } from '@shardline/core';
import { type DueCall, DueCalls } from './due-calls.js';

interface PendingCall extends DueCall {
  readonly run: () => void;
}

/**
 * A clock that stands still until it is moved, for a server that is told the time from outside. Calls run in the order in
 * which they are due, those due together in the order in which they were made.
 */
export class HandMovedClock implements Clock {
  readonly #startMs: number;
  readonly #settle: () => Promise<void>;
  readonly #pending = new DueCalls<PendingCall>();
  #passedMs = 0;
  #moving: Promise<void> = Promise.resolve();

  /**
   * @param startMs - Wall-clock time at which it stands, in milliseconds since 1970.
   * @param settle - Lets what was woken get on: awaited after the calls of each moment.
   */
  constructor(startMs: number, settle: () => Promise<void>) {
    this.#startMs = startMs;
    this.#settle = settle;
  }

  now(): number {
    return this.#startMs + this.#passedMs;
  }

  monotonic(): number {
    return this.#passedMs;
  }

  schedule(delayMs: number, run: () => void): Timer {
    if (Number.isNaN(delayMs)) {
      const expected = 'a number of milliseconds';
      const owner = 'HandMovedClock.schedule';
      throw new InvalidOptionError({ owner, option: 'delayMs', received: delayMs, expected });
    }
    const call = { dueMs: this.#passedMs + Math.max(0, delayMs), run };
    this.#pending.add(call);
    return { cancel: () => this.#pending.remove(call) };
  }

  /** Lets `ms` milliseconds pass, one move after another. */
  advance(ms: number): Promise<void> {
    const moved = this.#moving.then(() => this.#advance(this.#passedMs + ms));
    // One that fails is its caller's to know of; the next goes on from there.
    this.#moving = moved.catch(() => undefined);
    return moved;
  }

  async #advance(untilMs: number): Promise<void> {
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.#passedMs = Math.max(this.#passedMs, next.dueMs);
      this.#pending.remove(next);
      next.run();
      if (this.#next(this.#passedMs) === undefined) await this.#settle();
    }
    this.#passedMs = untilMs;
  }

  /** The first call that is due by then. */
  #next(untilMs: number): PendingCall | undefined {
    const { first } = this.#pending;
    return first && first.dueMs <= untilMs && first.dueMs < Number.POSITIVE_INFINITY ? first : undefined;
  }
}
