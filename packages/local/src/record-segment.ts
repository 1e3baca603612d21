/** Data of this size or more is kept by itself. */
const largeBytes = 4_096;

/** The most records of one segment: it is given back as a whole, so it must end some time. */
const maxRecords = 1_024;

/** What is known of a record beside its data. */
export interface RecordFacts {
  /** Absent only where a stream distributes records by itself and none was given. */
  readonly partitionKey: string | undefined;
  /** A whole number of milliseconds; never less than that of the record before. */
  readonly arrivalMs: number;
  /** Data plus partition key in UTF-8. */
  readonly sizeBytes: number;
}

/** A record as it is given to a shard. */
export interface NewRecord extends RecordFacts {
  readonly data: Uint8Array;
}

/** What a kept record costs beside its data and key: its places in the columns and the head of its key. */
const overheadBytes = 64;

/** What data that is kept by itself costs beside that. */
const largeOverheadBytes = 256;

/** What keeping a record of `sizeBytes`, `dataBytes` of them data, costs: measured, for keys of some twenty characters. */
export function retainedSize(sizeBytes: number, dataBytes: number): number {
  return sizeBytes + overheadBytes + (dataBytes < largeBytes ? 0 : largeOverheadBytes);
}

/**
 * Records of one shard that were stored one after the other. They lie in columns, the data of small ones in one block: an
 * object, a buffer and a text for each of a million records cost more memory than the records, and most of the time that
 * a put takes. The data is copied, so that no record keeps the request alive that it came in.
 */
export class RecordSegment {
  /** Position of its first record in the log. */
  readonly base: number;
  readonly #block: Buffer;
  readonly #ends: number[] = [];
  readonly #keys: (string | undefined)[] = [];
  readonly #arrivals: number[] = [];
  readonly #sizes: number[] = [];
  #large: Map<number, Uint8Array> | undefined;

  constructor(base: number, blockBytes: number) {
    this.base = base;
    this.#block = Buffer.allocUnsafeSlow(blockBytes);
  }

  /** Position after its last record. */
  get end(): number {
    return this.base + this.#ends.length;
  }

  /** How much of the block is in use. */
  get usedBytes(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** Appends a record, if there is room. */
  tryAppend({ data, partitionKey, arrivalMs, sizeBytes }: NewRecord): boolean {
    const index = this.#ends.length;
    if (index === maxRecords) return false;
    const used = this.usedBytes;
    const needed = blockNeeded(data);
    if (used + needed > this.#block.byteLength) return false;
    if (needed > 0) {
      this.#block.set(data, used);
    } else if (data.byteLength > 0) {
      this.#large ??= new Map();
      this.#large.set(index, alone(data));
    }
    this.#ends.push(used + needed);
    this.#keys.push(partitionKey);
    this.#arrivals.push(arrivalMs);
    this.#sizes.push(sizeBytes);
    return true;
  }

  /*
   * What is known of the record at `position`, which must be one of this segment's. Asked for by the column: these are the
   * inner steps of reading, where one more object a record is felt.
   */

  keyAt(position: number): string | undefined {
    return this.#keys[position - this.base];
  }

  arrivalAt(position: number): number {
    return this.#arrivals[position - this.base] ?? 0;
  }

  sizeAt(position: number): number {
    return this.#sizes[position - this.base] ?? 0;
  }

  /** A copy of the data of the record at `position`, which must be one of this segment's. */
  copyData(position: number): Buffer {
    const index = position - this.base;
    const large = this.#large?.get(index);
    if (large) return Buffer.from(large);
    const start = this.#ends[index - 1] ?? 0;
    const end = this.#ends[index] ?? start;
    const copy = Buffer.allocUnsafe(end - start);
    this.#block.copy(copy, 0, start, end);
    return copy;
  }
}

/** The room that a record takes in a block. */
export function blockNeeded(data: Uint8Array): number {
  return data.byteLength >= largeBytes ? 0 : data.byteLength;
}

/** The data in memory of its own: as it is, where nothing else lies in the same memory. */
function alone(data: Uint8Array): Uint8Array {
  return data.buffer.byteLength === data.byteLength ? data : Uint8Array.from(data);
}
