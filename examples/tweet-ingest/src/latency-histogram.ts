import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Quantiles of latencies, in milliseconds. */
export interface LatencyQuantiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Latencies in bounded memory: Node's own HDR histogram, three significant figures from 10 µs to an hour. */
export class LatencyHistogram {
  readonly #micros: RecordableHistogram = createHistogram({ lowest: 10, highest: 3_600_000_000, figures: 3 });

  /** Adds one latency. */
  record(latencyMs: number): void {
    this.#micros.record(Math.min(3_600_000_000, Math.max(10, Math.round(latencyMs * 1_000))));
  }

  /** Median and 99th percentile, or `undefined` before the first. */
  get quantiles(): LatencyQuantiles | undefined {
    if (this.#micros.count === 0) return undefined;
    return { p50Ms: this.#micros.percentile(50) / 1_000, p99Ms: this.#micros.percentile(99) / 1_000 };
  }

  /** The latencies of both. */
  with(other: LatencyHistogram): LatencyHistogram {
    const both = new LatencyHistogram();
    both.#micros.add(this.#micros);
    both.#micros.add(other.#micros);
    return both;
  }
}
