import type { Epoch } from './epochs.js';
import type { Sink } from './sink.js';

/**
 * What is remembered of the user records in one entry besides their bytes. Parallel arrays, since an object per record
 * that lives until its answer costs more than aggregating it.
 */
export class Members {
  readonly epoch: Epoch;
  readonly sinks: (Sink | undefined)[] = [];
  readonly tags: number[] = [];
  readonly putAtMs: number[] = [];
  chargedBytes = 0;
  /** When the oldest record was put. Records moved from several lanes need not stand in the order of their puts. */
  oldestPutAtMs = Number.POSITIVE_INFINITY;
  /** When the newest record was put. */
  newestPutAtMs = Number.NEGATIVE_INFINITY;

  constructor(epoch: Epoch) {
    this.epoch = epoch;
  }

  get count(): number {
    return this.tags.length;
  }

  add(sink: Sink | undefined, tag: number, putAtMs: number, chargedBytes: number): void {
    this.sinks.push(sink);
    this.tags.push(tag);
    this.putAtMs.push(putAtMs);
    this.chargedBytes += chargedBytes;
    if (putAtMs < this.oldestPutAtMs) this.oldestPutAtMs = putAtMs;
    if (putAtMs > this.newestPutAtMs) this.newestPutAtMs = putAtMs;
  }
}
