import type { Clock, Timer } from '@shardline/core';

/** A clock that is moved by hand. Promise jobs run between its timers. */
export class HandClock implements Clock {
  #monotonicMs = 0;
  #wallMs: number;
  #timers: { readonly dueMs: number; readonly run: () => void }[] = [];

  constructor(wallMs = 1_767_225_600_000) {
    this.#wallMs = wallMs;
  }

  now(): number {
    return this.#wallMs + this.#monotonicMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  schedule(delayMs: number, run: () => void): Timer {
    const timer = { dueMs: this.#monotonicMs + delayMs, run };
    this.#timers.push(timer);
    return { cancel: () => this.#forget(timer) };
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Moves the wall clock alone. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  /** Lets time pass at once; for tests in which nothing waits on a timer. */
  pass(ms: number): void {
    this.#monotonicMs += ms;
  }

  /** Lets time pass and runs what comes due. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#monotonicMs + ms;
    await drain();
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.#monotonicMs = Math.max(this.#monotonicMs, next.dueMs);
      this.#forget(next);
      next.run();
      await drain();
    }
    this.#monotonicMs = untilMs;
  }

  #next(untilMs: number) {
    return this.#timers.filter((timer) => timer.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }

  #forget(timer: { readonly dueMs: number }): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }
}

/** Lets the promise jobs that are ready run, and those that they make ready. */
async function drain(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
}
