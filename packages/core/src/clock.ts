import { InvalidOptionError } from './error.js';

/** A pending call made by {@link Clock.schedule}. */
export interface Timer {
  /** Forgets the call. Does nothing once it has run. */
  cancel(): void;
}

/** How {@link Clock.schedule} treats a pending call. */
export interface ScheduleOptions {
  /**
   * Whether the pending call keeps the process alive.
   * @defaultValue true
   */
  readonly keepAlive?: boolean;
}

/**
 * Where time comes from. Everything in Shardline that reads the time or waits is given one, so that a test
 * can run it in virtual time (`ManualClock` and `simulate` of `@shardline/testing`).
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. May jump. */
  now(): number;
  /** Milliseconds since an arbitrary start. Never falls; deadlines and rates are judged by it. */
  monotonic(): number;
  /**
   * Calls `run` once, `delayMs` from now: 0 or more (less counts as 0), any length; Infinity never comes.
   * Throws {@link InvalidOptionError} for NaN, which would come at once.
   */
  schedule(delayMs: number, run: () => void, options?: ScheduleOptions): Timer;
}

/** `setTimeout` takes a longer delay for 1 ms. */
const longestTimeoutMs = 2_147_483_647;

/**
 * The machine's own clock. Timers and dates are looked up at call time, so that fake timers which a user's
 * test framework installs later still take effect.
 */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs: number, run: () => void, options?: ScheduleOptions): Timer {
    if (Number.isNaN(delayMs)) {
      const expected = 'a number of milliseconds';
      throw new InvalidOptionError({
        owner: 'Clock.schedule',
        option: 'delayMs',
        received: delayMs,
        expected,
      });
    }
    let timer: ReturnType<typeof setTimeout>;
    const arm = (leftMs: number) => {
      const stepMs = Math.min(leftMs, longestTimeoutMs);
      timer = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : run()), stepMs);
      if (options?.keepAlive === false) timer.unref();
    };
    arm(delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
});

/** Resolves `delayMs` from now, or at once when `signal` fires (it never rejects: the caller looks at the signal). */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.schedule(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
