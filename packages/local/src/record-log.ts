import { EncryptionSpans } from './encryption-spans.js';
import {
  blockNeeded,
  type NewRecord,
  type RecordFacts,
  RecordSegment,
  retainedSize,
} from './record-segment.js';
import type { RetainedBytes } from './retained-bytes.js';
import { SequenceNumbers } from './sequence-number.js';

/** A record as a shard keeps it; its data is asked for apart. */
export interface StoredRecord extends RecordFacts {
  readonly sequenceNumber: string;
}

/** Each block of data is twice as large as what the one before came to hold, between these. */
const smallestBlockBytes = 1_024;
const largestBlockBytes = 65_536;

/**
 * The records of one shard in order. A position is the number of records before it since the shard was opened; it stays
 * valid when the records before it are trimmed. A record's sequence number is made from its position when it is asked
 * for. Memory is given back, and counted so, by whole segments.
 */
export class RecordLog {
  /** Which of its records were stored encrypted. */
  readonly encryption = new EncryptionSpans();
  readonly #numbers: SequenceNumbers;
  readonly #budget: RetainedBytes;
  readonly #segments: { readonly records: RecordSegment; bytes: number }[] = [];
  #first = 0;
  #end = 0;
  /** Where the last look-up found its segment: reading on stays near. */
  #recent = 0;

  /** `prefix` is what all sequence numbers of the shard begin with. */
  constructor(prefix: string, budget: RetainedBytes) {
    this.#numbers = new SequenceNumbers(prefix);
    this.#budget = budget;
  }

  /** Position of the oldest record kept. */
  get first(): number {
    return this.#first;
  }

  /** Position after the newest record. */
  get end(): number {
    return this.#end;
  }

  /** What its records are counted with. */
  get retainedBytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The record at `position`, if it is kept. */
  at(position: number): StoredRecord | undefined {
    if (position < this.#first || position >= this.#end) return undefined;
    const segment = this.#segmentOf(position);
    const arrivalMs = segment.arrivalAt(position);
    return {
      partitionKey: segment.keyAt(position),
      sequenceNumber: this.#numberOf(position, arrivalMs),
      arrivalMs,
      sizeBytes: segment.sizeAt(position),
    };
  }

  /** A copy of the data of the record at `position`, which must be kept. */
  copyData(position: number): Buffer {
    return this.#segmentOf(position).copyData(position);
  }

  /** Stores a record and returns its sequence number. */
  append(record: NewRecord): string {
    const position = this.#end;
    let last = this.#segments.at(-1);
    if (!last?.records.tryAppend(record)) {
      last = { records: new RecordSegment(position, nextBlockBytes(last?.records, record)), bytes: 0 };
      this.#segments.push(last);
      last.records.tryAppend(record);
    }
    const bytes = retainedSize(record.sizeBytes, record.data.byteLength);
    last.bytes += bytes;
    this.#budget.add(bytes);
    this.#end += 1;
    return this.#numberOf(position, record.arrivalMs);
  }

  /** Drops the records that arrived before `ms`. */
  trimBefore(ms: number): void {
    this.#first = this.positionAtTime(ms);
    let dropped = 0;
    for (const { records, bytes } of this.#segments) {
      if (records.end > this.#first) break;
      this.#budget.release(bytes);
      dropped += 1;
    }
    if (dropped > 0) this.#segments.splice(0, dropped);
  }

  /** Position of the first record that arrived at or after `ms`. */
  positionAtTime(ms: number): number {
    return this.#search((position) => this.#arrivalAt(position) >= ms);
  }

  /** Position of the first record whose sequence number is `sequenceNumber` or higher. */
  positionAtSequenceNumber(sequenceNumber: string): number {
    return this.#search((position) => {
      return this.#numberOf(position, this.#arrivalAt(position)) >= sequenceNumber;
    });
  }

  /** Gives back all that the records hold. */
  clear(): void {
    this.trimBefore(Number.POSITIVE_INFINITY);
  }

  /** The shard's first sequence number, with serial number 0, belongs to no record. */
  #numberOf(position: number, arrivalMs: number): string {
    return this.#numbers.format(position + 1, arrivalMs);
  }

  #arrivalAt(position: number): number {
    return this.#segmentOf(position).arrivalAt(position);
  }

  /** The segment of a position that is kept. */
  #segmentOf(position: number): RecordSegment {
    let low = 0;
    let high = this.#segments.length - 1;
    let middle = Math.min(this.#recent, high);
    for (;;) {
      const segment = this.#segments[middle]?.records;
      if (!segment) throw new RangeError(`No record at position ${position}.`);
      if (position < segment.base) high = middle - 1;
      else if (position >= segment.end) low = middle + 1;
      else {
        this.#recent = middle;
        return segment;
      }
      middle = (low + high) >>> 1;
    }
  }

  /** Binary search: the first kept position for which `reached` holds, it being monotone. */
  #search(reached: (position: number) => boolean): number {
    let low = this.#first;
    let high = this.#end;
    if (low < high && reached(low)) return low;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (reached(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function nextBlockBytes(before: RecordSegment | undefined, { data }: NewRecord): number {
  const usual = Math.min(largestBlockBytes, 2 * (before?.usedBytes ?? 0));
  return Math.max(usual, smallestBlockBytes, blockNeeded(data));
}
