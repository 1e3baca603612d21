import type { RetainedBytes } from './retained-bytes.js';

/** A record as a shard keeps it. */
export interface StoredRecord {
  readonly data: Uint8Array;
  /** Absent only where a stream distributes records by itself and none was given. */
  readonly partitionKey: string | undefined;
  readonly sequenceNumber: string;
  readonly arrivalMs: number;
  /** Data plus partition key in UTF-8. */
  readonly sizeBytes: number;
}

/** What a kept record costs beside its data: the objects around it, roughly. */
const overheadBytes = 256;

/** What keeping a record of `sizeBytes` costs. */
export function retainedSize(sizeBytes: number): number {
  return sizeBytes + overheadBytes;
}

/**
 * The records of one shard in order. A position is the number of records before it since the shard was opened; it stays
 * valid when the records before it are trimmed.
 */
export class RecordLog {
  readonly #budget: RetainedBytes;
  #records: (StoredRecord | undefined)[] = [];
  /** Places at the front of `#records` whose record was trimmed. */
  #dead = 0;
  /** Position of `#records[0]`. */
  #base = 0;

  constructor(budget: RetainedBytes) {
    this.#budget = budget;
  }

  /** Position of the oldest record kept. */
  get first(): number {
    return this.#base + this.#dead;
  }

  /** Position after the newest record. */
  get end(): number {
    return this.#base + this.#records.length;
  }

  /** The record at `position`, if it is kept. */
  at(position: number): StoredRecord | undefined {
    return position < this.first ? undefined : this.#records[position - this.#base];
  }

  append(record: StoredRecord): void {
    this.#budget.add(retainedSize(record.sizeBytes));
    this.#records.push(record);
  }

  /** Drops the records that arrived before `ms`. */
  trimBefore(ms: number): void {
    const first = this.#search((record) => record.arrivalMs >= ms);
    for (let position = this.first; position < first; position += 1) this.#release(position);
    this.#dead = first - this.#base;
    // Amortised: the array is copied only once half of it is dead.
    if (this.#dead * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#dead);
      this.#base = first;
      this.#dead = 0;
    }
  }

  /** Position of the first record that arrived at or after `ms`. */
  positionAtTime(ms: number): number {
    return this.#search((record) => record.arrivalMs >= ms);
  }

  /** Position of the first record whose sequence number is `sequenceNumber` or higher. */
  positionAtSequenceNumber(sequenceNumber: string): number {
    return this.#search((record) => record.sequenceNumber >= sequenceNumber);
  }

  /** Gives back all that the records hold. */
  clear(): void {
    this.trimBefore(Number.POSITIVE_INFINITY);
  }

  #release(position: number): void {
    const record = this.at(position);
    if (!record) return;
    this.#budget.release(retainedSize(record.sizeBytes));
    this.#records[position - this.#base] = undefined;
  }

  /** Binary search: the first kept position for which `reached` holds, it being monotone. */
  #search(reached: (record: StoredRecord) => boolean): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const record = this.at(middle);
      if (record && !reached(record)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
