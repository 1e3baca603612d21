import { createHistogram } from 'node:perf_hooks';

/** How often the event loop is asked for its attention. */
const EVERY_MS = 2;
const NS_PER_MS = 1e6;

/**
 * How late the event loop comes to a timer that is due, while it is watched. Node's own monitor forgets what it saw when it is enabled
 * again, and counts the interval itself as delay.
 */
export class LoopDelay {
  readonly #histogram = createHistogram();
  #timer: NodeJS.Timeout | undefined;

  /** Watches until {@link LoopDelay.pause}. */
  resume(): void {
    if (this.#timer !== undefined) return;
    let dueMs = performance.now() + EVERY_MS;
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      this.record(nowMs - dueMs);
      dueMs = nowMs + EVERY_MS;
    }, EVERY_MS).unref();
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Forgets what was seen so far. */
  reset(): void {
    this.#histogram.reset();
  }

  record(delayMs: number): void {
    this.#histogram.record(Math.max(1, Math.round(delayMs * NS_PER_MS)));
  }

  /** The delay that 99 of 100 looks did not exceed; 0 where there were none. */
  get p99Ms(): number {
    return this.#histogram.count === 0 ? 0 : this.#histogram.percentile(99) / NS_PER_MS;
  }
}
