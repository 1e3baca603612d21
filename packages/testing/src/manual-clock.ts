import {
  type Clock,
  InvalidOptionError,
  type ScheduleOptions,
  ShardlineError,
  type Timer,
} from '@shardline/core';
import { integerBetween, type OptionTable, resolveOptions } from '@shardline/core/internal';
import { TimerQueue } from './timer-queue.js';
import { eachTurn } from './turns.js';

/** Options of {@link ManualClock}. */
export interface ManualClockOptions {
  /**
   * Wall-clock time at the start, in milliseconds since the epoch.
   * @defaultValue 2026-01-01T00:00:00Z
   */
  readonly nowMs?: number;
  /**
   * Most timers that one call of {@link ManualClock.advance} or {@link ManualClock.runUntilIdle} runs before it gives
   * up, so that a timer which renews itself with no delay fails a test instead of hanging it. 1 or more.
   * @defaultValue 1,000,000
   */
  readonly maxTimers?: number;
}

/** 2026-01-01T00:00:00Z. */
export const virtualEpochMs = 1_767_225_600_000;

/** Every option of {@link ManualClock}. */
export const manualClockOptions: OptionTable<keyof ManualClockOptions> = {
  nowMs: {
    summary: 'Wall-clock time at the start, in milliseconds since the epoch.',
    defaultValue: virtualEpochMs,
    reason: 'The start of 2026.',
    expected: 'a finite number',
    accepts: (value) => Number.isFinite(value),
  },
  maxTimers: {
    summary: 'Most timers that one call of advance or runUntilIdle runs.',
    defaultValue: 1_000_000,
    reason: 'A timer that renews itself with no delay fails a test instead of hanging it.',
    ...integerBetween(1, Number.MAX_SAFE_INTEGER),
  },
};

/** A {@link ManualClock} was asked for something that cannot end: the message says what. */
export class ManualClockError extends ShardlineError {
  /** Stable identifier of the failure. */
  override readonly code = 'MANUAL_CLOCK';

  constructor(what: string, atMs: number) {
    super(`ManualClock: ${what} (at ${atMs} ms).`, { retryable: false });
  }
}

/**
 * A clock that stands still until it is told to advance. Give it to whatever takes a `clock`.
 *
 * Timers run in the order in which they are due, those due together in the order in which they were set. Before each of
 * them, and before `advance` returns, every promise job and `process.nextTick` callback that is ready has run.
 */
export class ManualClock implements Clock {
  readonly #timers = new TimerQueue();
  readonly #maxTimers: number;
  #monotonicMs = 0;
  /** Wall time less monotonic time. */
  #wallOffsetMs: number;
  #advancing = false;

  constructor(options: ManualClockOptions = {}) {
    const resolved = resolveOptions('ManualClock', manualClockOptions, options);
    const { nowMs, maxTimers } = resolved as unknown as Required<ManualClockOptions>;
    this.#wallOffsetMs = nowMs;
    this.#maxTimers = maxTimers;
  }

  /** Wall-clock time in milliseconds since the epoch. */
  now(): number {
    return this.#wallOffsetMs + this.#monotonicMs;
  }

  /** Milliseconds that were let pass. Not moved by {@link ManualClock.setNow}. */
  monotonic(): number {
    return this.#monotonicMs;
  }

  /** Calls `run` when so much time has been let pass. */
  schedule(delayMs: number, run: () => void, options?: ScheduleOptions): Timer {
    return this.#timers.add(this.#monotonicMs, delayMs, run, options);
  }

  /** Timers that have neither run nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Sets the wall clock, as an operator or NTP would: monotonic time and timers do not notice. */
  setNow(now: number | Date): void {
    const nowMs = Number(now);
    if (!Number.isFinite(nowMs)) {
      const expected = 'a time: a finite number, or a valid Date';
      throw new InvalidOptionError({ owner: 'ManualClock.setNow', option: 'now', received: now, expected });
    }
    this.#wallOffsetMs = nowMs - this.#monotonicMs;
  }

  /**
   * Lets `ms` milliseconds pass, 0 or more. Runs the timers that come due, those included that are set meanwhile.
   * Rejects with what a timer throws; time then stands where it threw.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && Number.isFinite(ms))) {
      const expected = 'a finite number, 0 or more';
      throw new InvalidOptionError({ owner: 'ManualClock.advance', option: 'ms', received: ms, expected });
    }
    const untilMs = this.#monotonicMs + ms;
    await this.#run(() => (this.#timers.nextDueMs ?? Number.POSITIVE_INFINITY) <= untilMs);
    this.#monotonicMs = Math.max(this.#monotonicMs, untilMs);
  }

  /**
   * Lets time pass until no timer is left that would keep a process alive: those set with `keepAlive: false` run only
   * while others are pending. Rejects with what a timer throws.
   */
  async runUntilIdle(): Promise<void> {
    await this.#run(() => {
      return this.#timers.keepAliveSize > 0 && this.#timers.nextDueMs !== Number.POSITIVE_INFINITY;
    });
  }

  async #run(goesOn: () => boolean): Promise<void> {
    if (this.#advancing) {
      const what = 'a call of advance() or runUntilIdle() is under way, await it first';
      throw new ManualClockError(what, this.#monotonicMs);
    }
    this.#advancing = true;
    let ran = 0;
    try {
      await eachTurn(() => {
        if (!goesOn()) return false;
        if (ran === this.#maxTimers) {
          const what = `${ran} timers ran in one call, one of them seems to renew itself without end`;
          throw new ManualClockError(what, this.#monotonicMs);
        }
        ran += 1;
        this.#monotonicMs = Math.max(this.#monotonicMs, this.#timers.nextDueMs ?? 0);
        this.#timers.take()?.();
        return true;
      });
    } finally {
      this.#advancing = false;
    }
  }
}
