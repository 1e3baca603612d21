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

  constructor(epoch: Epoch) {
    this.epoch = epoch;
  }

  get count(): number {
    return this.tags.length;
  }

  /** When the oldest record was put; members stand in put order. */
  get oldestPutAtMs(): number {
    return this.putAtMs[0] ?? Number.POSITIVE_INFINITY;
  }

  add(sink: Sink | undefined, tag: number, putAtMs: number, chargedBytes: number): void {
    this.sinks.push(sink);
    this.tags.push(tag);
    this.putAtMs.push(putAtMs);
    this.chargedBytes += chargedBytes;
  }
}
