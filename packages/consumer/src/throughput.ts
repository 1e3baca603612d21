/** Weight of the newest window, as in the KCL. */
const weight = 0.5;

/**
 * What a shard gives, in kilobytes of user data a second: an exponential average over the windows between renewals, begun with the
 * figure of the owner before (KCL: throughputKBps).
 */
export class Throughput {
  #bytes = 0;
  #sinceMs: number;
  #averageKBps: number | undefined;

  constructor(before: number | undefined, nowMs: number) {
    this.#averageKBps = before;
    this.#sinceMs = nowMs;
  }

  /** Counts data that was read. */
  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Ends a window; undefined while nothing was ever read. */
  sample(nowMs: number): number | undefined {
    const seconds = (nowMs - this.#sinceMs) / 1_000;
    if (seconds > 0 && (this.#bytes > 0 || this.#averageKBps !== undefined)) {
      const window = this.#bytes / 1_024 / seconds;
      const before = this.#averageKBps ?? window;
      this.#averageKBps = before + weight * (window - before);
      this.#bytes = 0;
      this.#sinceMs = nowMs;
    }
    return this.#averageKBps;
  }
}
