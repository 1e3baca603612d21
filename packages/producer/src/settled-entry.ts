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

/** Counted for the end of an entry that somebody keeps, besides its history (measured: 200 bytes with the sequence number). */
const storedBytes = 200;
/** Counted for one that has failed, besides its data (measured: 1,770 bytes for the error of its first record, 600 for the entry). */
const failedBytes = 2_400;

/** Makes the error of one record that was not stored. */
export type FailureOf = (facts: FailedRecordFacts) => RecordFailedError;

/**
 * The end of an entry: all of its records are stored, or all have failed for one reason. Outcomes of single records are
 * made when asked for.
 */
export class SettledEntry implements Outcomes, Settled {
  readonly length: number;
  readonly stored: boolean;
  readonly #attempts: readonly Attempt[];
  readonly #attemptsLeftOut: number;
  readonly #end: Landing | Failure;
  readonly #bytes: number;
  #keepers = 0;

  constructor(stream: string, entry: Entry, end: Landing | FailureOf) {
    this.length = entry.members.count;
    this.stored = typeof end !== 'function';
    this.#attempts = entry.attempts;
    this.#attemptsLeftOut = entry.attemptsLeftOut;
    // Of what is stored only the place is kept: whoever keeps outcomes must not keep the payload with them (P2).
    this.#end = typeof end === 'function' ? new Failure(stream, entry, end) : end;
    this.#bytes = entry.historyBytes + (this.stored ? storedBytes : failedBytes + entry.dataBytes);
  }

  /** The error of the first record, where the records have failed. */
  get failure(): RecordFailedError | undefined {
    return this.#end instanceof Failure ? this.#end.hand(0) : undefined;
  }

  at(index: number): Outcome {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) throw noRecord(index, this.length);
    if (this.#end instanceof Failure) return { index, stored: false, error: this.#end.hand(index) };
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
    if (this.#end instanceof Failure) reject(this.#end.hand(position));
    else resolve(this.#result(this.#end, position));
  }

  keep(): number {
    this.#keepers += 1;
    return this.#keepers === 1 ? this.#bytes : 0;
  }

  letGo(): number {
    this.#keepers -= 1;
    return this.#keepers === 0 ? this.#bytes : 0;
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
    const attempts = Object.freeze(this.#attempts);
    const result = { shardId, sequenceNumber, subSequenceNumber: position, attempts };
    return this.#attemptsLeftOut === 0 ? result : { ...result, attemptsLeftOut: this.#attemptsLeftOut };
  }
}

function noRecord(index: number, length: number): RangeError {
  return new RangeError(`There is no record at ${index} of ${length}.`);
}

/** What is kept of an entry whose records have failed: enough to give each of them back. */
class Failure {
  readonly #stream: string;
  readonly #entry: Entry;
  readonly #attempts: readonly Attempt[];
  readonly #attemptsLeftOut: number;
  readonly #mayBeStored: boolean;
  readonly #errorOf: FailureOf;
  /** By position: whoever asks again gets the same one. The first is told of in any case. */
  readonly #errors: (RecordFailedError | undefined)[];
  #records: readonly UserRecord[] | undefined;

  constructor(stream: string, entry: Entry, errorOf: FailureOf) {
    this.#stream = stream;
    this.#entry = entry;
    this.#attempts = entry.attempts;
    this.#attemptsLeftOut = entry.attemptsLeftOut;
    this.#mayBeStored = entry.mayBeStored;
    this.#errorOf = errorOf;
    this.#errors = [this.#error(0)];
  }

  /** The error of the record at `position`. */
  hand(position: number): RecordFailedError {
    const error = this.#errors[position] ?? this.#error(position);
    this.#errors[position] = error;
    return error;
  }

  #error(position: number): RecordFailedError {
    return this.#errorOf({
      stream: this.#stream,
      attempts: this.#attempts,
      attemptsLeftOut: this.#attemptsLeftOut,
      mayBeStored: this.#mayBeStored,
      record: () => this.#record(position),
    });
  }

  /** Read back once, when somebody asks. */
  #record(position: number): UserRecord {
    this.#records ??= this.#entry.records();
    const record = this.#records[position];
    if (!record) throw noRecord(position, this.#records.length);
    return record;
  }
}
