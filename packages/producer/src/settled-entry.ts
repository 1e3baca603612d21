import type { Attempt } from './attempt.js';
import type { Entry } from './entry.js';
import type { FailedRecordFacts, RecordFailedError } from './errors.js';
import type { Outcome, Outcomes, PutResult } from './outcomes.js';
import type { Settled } from './sink.js';
import type { UserRecord } from './user-record.js';

/** Where the service stored an entry. */
export interface Landing {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** Makes the error of one record that was not stored. */
export type FailureOf = (facts: FailedRecordFacts) => RecordFailedError;

/**
 * The end of an entry: all of its records are stored, or all have failed for one reason. Outcomes of single records are
 * made when asked for.
 */
export class SettledEntry implements Outcomes, Settled {
  readonly #entry: Entry;
  readonly #stream: string;
  readonly #end: Landing | FailureOf;
  #records: readonly UserRecord[] | undefined;

  constructor(stream: string, entry: Entry, end: Landing | FailureOf) {
    this.#stream = stream;
    this.#entry = entry;
    this.#end = end;
  }

  get length(): number {
    return this.#entry.members.count;
  }

  get attempts(): readonly Attempt[] {
    return this.#entry.attempts;
  }

  /** Code of the errors, where the records have failed. */
  get failureCode(): string {
    return typeof this.#end === 'function' ? this.#error(this.#end, 0).code : '';
  }

  at(index: number): Outcome {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) throw this.#noRecord(index);
    if (typeof this.#end === 'function')
      return { index, stored: false, error: this.#error(this.#end, index) };
    return { index, stored: true, result: this.#result(this.#end, index) };
  }

  *failures(): Generator<Extract<Outcome, { stored: false }>> {
    for (const outcome of this) if (!outcome.stored) yield outcome;
  }

  *[Symbol.iterator](): Generator<Outcome> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index);
  }

  /** Hands the outcome of one record to the callbacks of a promise. */
  deliver(
    position: number,
    resolve: (result: PutResult) => void,
    reject: (error: RecordFailedError) => void,
  ): void {
    if (typeof this.#end === 'function') reject(this.#error(this.#end, position));
    else resolve(this.#result(this.#end, position));
  }

  #result(landing: Landing, position: number): PutResult {
    const { shardId, sequenceNumber } = landing;
    return { shardId, sequenceNumber, subSequenceNumber: position, attempts: this.attempts };
  }

  #error(failureOf: FailureOf, position: number): RecordFailedError {
    const { attempts, mayBeStored } = this.#entry;
    return failureOf({ stream: this.#stream, attempts, mayBeStored, record: () => this.#record(position) });
  }

  #record(position: number): UserRecord {
    this.#records ??= this.#entry.records();
    const record = this.#records[position];
    if (!record) throw this.#noRecord(position);
    return record;
  }

  #noRecord(index: number): RangeError {
    return new RangeError(`There is no record at ${index} of ${this.length}.`);
  }
}
