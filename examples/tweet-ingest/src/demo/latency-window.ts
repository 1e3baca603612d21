import { LatencyHistogram, type LatencyQuantiles } from '../latency-histogram.js';

/** Latencies of the last few seconds, and of the whole run. */
export class LatencyWindow {
  readonly #whole = new LatencyHistogram();
  readonly #rotateMs: number;
  #current = new LatencyHistogram();
  #before = new LatencyHistogram();
  #rotatedMs: number;

  /** What is older than one to two times `rotateMs` is forgotten. */
  constructor(rotateMs: number, nowMs: number) {
    this.#rotateMs = rotateMs;
    this.#rotatedMs = nowMs;
  }

  /** Adds one latency. */
  record(latencyMs: number): void {
    this.#whole.record(latencyMs);
    this.#current.record(latencyMs);
  }

  /** Of the whole run. */
  get whole(): LatencyQuantiles | undefined {
    return this.#whole.quantiles;
  }

  /** Of the time before `nowMs`. */
  recent(nowMs: number): LatencyQuantiles | undefined {
    if (nowMs - this.#rotatedMs >= this.#rotateMs) {
      this.#before = this.#current;
      this.#current = new LatencyHistogram();
      this.#rotatedMs = nowMs;
    }
    return this.#before.with(this.#current).quantiles;
  }
}
