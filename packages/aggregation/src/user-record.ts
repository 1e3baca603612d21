import type { Aggregate } from './aggregate.js';
import { AggregationError } from './aggregation-error.js';
import type { StoredRecord } from './stored-record.js';

/**
 * What an application put: one user record, read from a stored record that may hold many.
 *
 * It is a view. Keys are decoded when they are first asked for and then kept; data, text and JSON are made each time anew. A
 * user record that is kept keeps the whole stored record in memory: take out what is needed, data with {@link UserRecord.copy}.
 * In a log or as JSON it shows its keys, its numbers and how long its data is, not the data.
 */
export interface UserRecord {
  /** Partition key. Absent where the stored record has none (record distribution AUTO) and for bytes that are not an aggregate. */
  readonly partitionKey: string | undefined;
  /** Explicit hash key in decimal, as the producer wrote it into the aggregate. Kinesis does not give that of other records. */
  readonly explicitHashKey: string | undefined;
  /** A view of the data: valid as long as nobody writes to the stored record's bytes. */
  readonly data: Uint8Array;
  /** Sequence number of the stored record, shared by all its user records. Empty when only bytes were given. */
  readonly sequenceNumber: string;
  /** Index of the user record in its aggregate, whatever was left out before it; 0 when it was not aggregated. */
  readonly subSequenceNumber: number;
  /** Whether it came out of an aggregate. */
  readonly aggregated: boolean;
  /** User records in its aggregate, those left out included; 1 when it was not aggregated. */
  readonly aggregateCount: number;
  /**
   * Whether no further user record of the stored record follows. When it is done, all of the stored record is: a checkpoint then
   * stands at sub-sequence number `aggregateCount - 1`.
   */
  readonly lastOfAggregate: boolean;
  /** When Kinesis received the stored record, as it says. */
  readonly approximateArrivalTimestamp: Date | undefined;
  /** `NONE` or `KMS`, when Kinesis says so. */
  readonly encryptionType: string | undefined;
  /** Lambda's id of the stored record (`eventID`). A partial batch response wants the sequence number instead. */
  readonly eventId: string | undefined;

  /** A copy of the data, which keeps nothing else in memory. */
  copy(): Uint8Array;
  /** The data as UTF-8 text; malformed parts read as U+FFFD. */
  text(): string;
  /**
   * The data as JSON. The type is the caller's word; nothing checks it.
   *
   * @throws AggregationError `INVALID_JSON` when the data is not JSON.
   */
  json<T = unknown>(): T;
}

/** A user record over the bytes of its stored record. */
export class LazyUserRecord implements UserRecord {
  readonly #stored: StoredRecord;
  readonly #aggregate: Aggregate | undefined;
  readonly subSequenceNumber: number;
  readonly lastOfAggregate: boolean;

  constructor(stored: StoredRecord, aggregate: Aggregate | undefined, member: number, last: boolean) {
    this.#stored = stored;
    this.#aggregate = aggregate;
    this.subSequenceNumber = member;
    this.lastOfAggregate = last;
  }

  get partitionKey(): string | undefined {
    const aggregate = this.#aggregate;
    return aggregate === undefined
      ? this.#stored.partitionKey
      : aggregate.partitionKey(this.subSequenceNumber);
  }

  get explicitHashKey(): string | undefined {
    return this.#aggregate?.explicitHashKey(this.subSequenceNumber);
  }

  get data(): Uint8Array {
    const aggregate = this.#aggregate;
    if (aggregate !== undefined) return aggregate.data(this.subSequenceNumber);
    const { data } = this.#stored;
    return new Uint8Array(data.buffer, data.byteOffset, data.length);
  }

  get sequenceNumber(): string {
    return this.#stored.sequenceNumber;
  }

  get aggregated(): boolean {
    return this.#aggregate !== undefined;
  }

  get aggregateCount(): number {
    return this.#aggregate === undefined ? 1 : this.#aggregate.count;
  }

  get approximateArrivalTimestamp(): Date | undefined {
    return this.#stored.arrival;
  }

  get encryptionType(): string | undefined {
    return this.#stored.encryptionType;
  }

  get eventId(): string | undefined {
    return this.#stored.eventId;
  }

  copy(): Uint8Array {
    return this.data.slice();
  }

  text(): string {
    const { buffer, byteOffset, length } = this.data;
    return Buffer.from(buffer, byteOffset, length).toString('utf8');
  }

  /** For JSON.stringify. */
  toJSON(): object {
    return {
      partitionKey: this.partitionKey,
      explicitHashKey: this.explicitHashKey,
      sequenceNumber: this.sequenceNumber,
      subSequenceNumber: this.subSequenceNumber,
      aggregated: this.aggregated,
      aggregateCount: this.aggregateCount,
      lastOfAggregate: this.lastOfAggregate,
      approximateArrivalTimestamp: this.approximateArrivalTimestamp,
      dataBytes: this.data.length,
    };
  }

  /** For console.log and `inspect` of node:util, which find it by this symbol. */
  [Symbol.for('nodejs.util.inspect.custom')](
    depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return depth < 0 ? '[UserRecord]' : `UserRecord ${inspect(this.toJSON(), { ...options, depth })}`;
  }

  json<T = unknown>(): T {
    try {
      return JSON.parse(this.text()) as T;
    } catch (cause) {
      const place = `${this.sequenceNumber || 'of unknown sequence number'}/${this.subSequenceNumber}`;
      throw new AggregationError('INVALID_JSON', `The data of user record ${place} is not JSON.`, {
        received: place,
        cause,
      });
    }
  }
}
