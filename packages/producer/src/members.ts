import type { Epoch } from './epochs.js';
import type { Sink } from './sink.js';
import { recordOverheadBytes } from './user-record.js';

/**
 * What is remembered of the user records in one entry besides their bytes. Parallel arrays, since an object per record
 * that lives until its answer costs more than aggregating it.
 */
export class Members {
  readonly epoch: Epoch;
  sinks: (Sink | undefined)[] = [];
  tags: number[] = [];
  putAtMs: number[] = [];
  /** What their records were charged when they were let in: the same is given back, wherever they have been moved since (P2). */
  chargedBytes = 0;
  /** When the oldest record was put. Records moved from several lanes need not stand in the order of their puts. */
  oldestPutAtMs = Number.POSITIVE_INFINITY;
  /** When the newest record was put. */
  newestPutAtMs = Number.NEGATIVE_INFINITY;

  constructor(epoch: Epoch) {
    this.epoch = epoch;
  }

  /** Those of one record, in arrays of just that length. */
  static one(epoch: Epoch, sink: Sink | undefined, tag: number, putAtMs: number, charged: number): Members {
    const members = new Members(epoch);
    members.sinks = [sink];
    members.tags = [tag];
    members.putAtMs = [putAtMs];
    members.#count(putAtMs, charged);
    return members;
  }

  get count(): number {
    return this.tags.length;
  }

  /** What of the charge is for the bytes of the records. */
  get payloadBytes(): number {
    return this.chargedBytes - recordOverheadBytes * this.count;
  }

  add(sink: Sink | undefined, tag: number, putAtMs: number, chargedBytes: number): void {
    this.sinks.push(sink);
    this.tags.push(tag);
    this.putAtMs.push(putAtMs);
    this.#count(putAtMs, chargedBytes);
  }

  /** Lets go of the sinks: a batch knows its entries, and entries that knew their batches would keep each other for ever (P2). */
  release(): void {
    this.sinks = [];
    this.tags = [];
    this.putAtMs = [];
  }

  #count(putAtMs: number, chargedBytes: number): void {
    this.chargedBytes += chargedBytes;
    if (putAtMs < this.oldestPutAtMs) this.oldestPutAtMs = putAtMs;
    if (putAtMs > this.newestPutAtMs) this.newestPutAtMs = putAtMs;
  }
}
