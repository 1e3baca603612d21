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
  readonly length: number;
  readonly stored: boolean;
  readonly #stream: string;
  readonly #attempts: readonly Attempt[];
  readonly #end: Landing | Failure;

  constructor(stream: string, entry: Entry, end: Landing | FailureOf) {
    this.length = entry.members.count;
    this.stored = typeof end !== 'function';
    this.#stream = stream;
    this.#attempts = entry.attempts;
    // Of what is stored only the place is kept: whoever keeps outcomes must not keep the payload with them (P2).
    this.#end = typeof end === 'function' ? new Failure(entry, end) : end;
  }

  /** Code of the errors, where the records have failed. */
  get failureCode(): string {
    if (!(this.#end instanceof Failure)) return '';
    this.#end.first ??= this.#error(this.#end, 0);
    return this.#end.first.code;
  }

  at(index: number): Outcome {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) throw this.#noRecord(index);
    if (this.#end instanceof Failure) return { index, stored: false, error: this.#error(this.#end, index) };
    return { index, stored: true, result: this.#result(this.#end, index) };
  }

  *failures(): Generator<Extract<Outcome, { stored: false }>> {
    if (this.stored) return;
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
    if (this.#end instanceof Failure) reject(this.#error(this.#end, position));
    else resolve(this.#result(this.#end, position));
  }

  /** What a log shows of it. */
  [Symbol.for('nodejs.util.inspect.custom')](): object {
    return {
      outcomes: this.length,
      stored: this.stored ? this.length : 0,
      failed: this.stored ? 0 : this.length,
    };
  }

  #result(landing: Landing, position: number): PutResult {
    const { shardId, sequenceNumber } = landing;
    return { shardId, sequenceNumber, subSequenceNumber: position, attempts: this.#attempts };
  }

  #error(failure: Failure, position: number): RecordFailedError {
    const { first } = failure;
    if (position === 0 && first) {
      failure.first = undefined;
      return first;
    }
    return failure.errorOf({
      stream: this.#stream,
      attempts: this.#attempts,
      mayBeStored: failure.mayBeStored,
      record: () => {
        const record = failure.records()[position];
        if (!record) throw this.#noRecord(position);
        return record;
      },
    });
  }

  #noRecord(index: number): RangeError {
    return new RangeError(`There is no record at ${index} of ${this.length}.`);
  }
}

/** What is kept of an entry whose records have failed: enough to give each of them back. */
class Failure {
  readonly mayBeStored: boolean;
  readonly errorOf: FailureOf;
  /** The error of the first record, which was made for its code, until somebody asks for it: each is of whoever gets it. */
  first: RecordFailedError | undefined;
  readonly #entry: Entry;
  #records: readonly UserRecord[] | undefined;

  constructor(entry: Entry, errorOf: FailureOf) {
    this.mayBeStored = entry.mayBeStored;
    this.errorOf = errorOf;
    this.#entry = entry;
  }

  /** Read back once, when somebody asks. */
  records(): readonly UserRecord[] {
    this.#records ??= this.#entry.records();
    return this.#records;
  }
}
