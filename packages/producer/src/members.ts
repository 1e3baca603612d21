import type { Epoch } from './epochs.js';
import type { Sink } from './sink.js';
import { recordOverheadBytes } from './user-record.js';

/**
 * What is remembered of the user records in one entry besides their bytes. Parallel arrays, since an object per record
 * that lives until its answer costs more than aggregating it; and nothing where there is nothing to remember.
 */
export class Members {
  readonly epoch: Epoch;
  /** Shorter than {@link Members.count} where the last records have no sink. */
  sinks: (Sink | undefined)[] = [];
  /** The place of each in its sink's call; as long as {@link Members.sinks}. */
  tags: number[] = [];
  /** Positions at which the millisecond changes: records of one millisecond share their entry in both. */
  #putFrom: number[] = [];
  #putAtMs: number[] = [];
  #count = 0;
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
    members.#putFrom = [0];
    members.#putAtMs = [Math.floor(putAtMs)];
    members.#charge(sink, putAtMs, bytes);
    return members;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a record of `bytes` of data and partition key. */
  add(sink: Sink | undefined, tag: number, putAtMs: number, bytes: number): void {
    const { tags } = this;
    if (sink !== undefined || tag !== 0) {
      for (; tags.length < this.#count; tags.push(0)) this.sinks.push(undefined);
      this.sinks.push(sink);
      tags.push(tag);
    }
    const ms = Math.floor(putAtMs);
    const putAt = this.#putAtMs;
    if (putAt[putAt.length - 1] !== ms) {
      this.#putFrom.push(this.#count);
      putAt.push(ms);
    }
    this.#charge(sink, putAtMs, bytes);
  }

  /** When the record at `position` was put, in whole milliseconds. */
  putAtMsOf(position: number): number {
    const from = this.#putFrom;
    let low = 0;
    for (let high = from.length; high - low > 1; ) {
      const middle = (low + high) >>> 1;
      if ((from[middle] as number) <= position) low = middle;
      else high = middle;
    }
    return this.#putAtMs[low] as number;
  }

  /** Lets go of the sinks: a batch knows its entries, and entries that knew their batches would keep each other for ever (P2). */
  release(): void {
    this.sinks = [];
    this.tags = [];
    this.#putFrom = [];
    this.#putAtMs = [];
  }

  #charge(sink: Sink | undefined, putAtMs: number, bytes: number): void {
    this.#count += 1;
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
