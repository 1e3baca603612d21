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
  /** How much of that is for their data and partition keys. */
  payloadBytes = 0;
  /** When the oldest record was put. Records moved from several lanes need not stand in the order of their puts. */
  oldestPutAtMs = Number.POSITIVE_INFINITY;
  /** When the newest record was put. */
  newestPutAtMs = Number.NEGATIVE_INFINITY;

  constructor(epoch: Epoch) {
    this.epoch = epoch;
  }

  /** Those of one record, in arrays of just that length. */
  static one(epoch: Epoch, sink: Sink | undefined, tag: number, putAtMs: number, bytes: number): Members {
    const members = new Members(epoch);
    members.sinks = [sink];
    members.tags = [tag];
    members.putAtMs = [putAtMs];
    members.#count(sink, putAtMs, bytes);
    return members;
  }

  get count(): number {
    return this.tags.length;
  }

  /** Adds a record of `bytes` of data and partition key. */
  add(sink: Sink | undefined, tag: number, putAtMs: number, bytes: number): void {
    this.sinks.push(sink);
    this.tags.push(tag);
    this.putAtMs.push(putAtMs);
    this.#count(sink, putAtMs, bytes);
  }

  /** Lets go of the sinks: a batch knows its entries, and entries that knew their batches would keep each other for ever (P2). */
  release(): void {
    this.sinks = [];
    this.tags = [];
    this.putAtMs = [];
  }

  #count(sink: Sink | undefined, putAtMs: number, bytes: number): void {
    this.payloadBytes += bytes;
    this.chargedBytes += chargeOf(bytes, sink);
    if (putAtMs < this.oldestPutAtMs) this.oldestPutAtMs = putAtMs;
    if (putAtMs > this.newestPutAtMs) this.newestPutAtMs = putAtMs;
  }
}

/** What a record of `bytes` is charged when it is let in. */
export function chargeOf(bytes: number, sink: Sink | undefined): number {
  return bytes + recordOverheadBytes + (sink === undefined ? 0 : sink.recordOverheadBytes);
}
