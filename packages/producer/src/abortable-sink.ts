import type { ShardlineError } from '@shardline/core';
import type { RecordFailedError } from './errors.js';
import type { Outcome, PutResult } from './outcomes.js';
import type { RefusableSink, Settled } from './sink.js';

/**
 * What a put with a signal of its own holds besides: this sink, the listener, and a place in `Withdrawals`. Measured as the heap of 100,000
 * such puts, built as published, less that of the same puts without and of the signals alone: 490 bytes for the signal of a
 * controller, 575 for a time-out, 8 for its lane, and 48 once an abort has made the index of `LoneEntries`. Where puts share a signal
 * it is too much.
 */
export const ownSignalBytes = 640;

/** The sink of a call with a signal: knows when the call is over, and says of each record that it was too late to withdraw. */
export class AbortableSink implements RefusableSink {
  readonly recordOverheadBytes: number;
  readonly #inner: RefusableSink;
  #left: number;
  #cameTooLate = false;
  #onOver: (() => void) | undefined;
  #lateEnd: LateSettled | undefined;

  /** Stands before `inner` with `records` records. */
  constructor(inner: RefusableSink, records: number) {
    this.#inner = inner;
    this.#left = records;
    // A batch has one for all.
    this.recordOverheadBytes = inner.recordOverheadBytes + (records === 1 ? ownSignalBytes : 0);
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  /** Calls `onOver` when every record is settled or refused. */
  whenOver(onOver: () => void): void {
    this.#onOver = onOver;
  }

  /** What is settled from now on went on although the signal had fired. */
  abortCameTooLate(): void {
    this.#cameTooLate = true;
  }

  settle(tag: number, settled: Settled, position: number): void {
    this.#inner.settle(tag, this.#cameTooLate ? this.#lateEndOf(settled) : settled, position);
    this.#ended();
  }

  refuse(tag: number, error: ShardlineError): void {
    this.#inner.refuse(tag, error);
    this.#ended();
  }

  /** One for all the records that an entry has of the call. */
  #lateEndOf(settled: Settled): Settled {
    if (this.#lateEnd?.settled !== settled) this.#lateEnd = new LateSettled(settled);
    return this.#lateEnd;
  }

  #ended(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#onOver?.();
  }
}

/** The end of an entry whose records could not be withdrawn any more. */
class LateSettled implements Settled {
  readonly stored: boolean;
  readonly settled: Settled;

  constructor(settled: Settled) {
    this.stored = settled.stored;
    this.settled = settled;
  }

  keep(): number {
    return this.settled.keep();
  }

  letGo(): number {
    return this.settled.letGo();
  }

  at(position: number): Outcome {
    const outcome = this.settled.at(position);
    return outcome.stored
      ? { ...outcome, result: late(outcome.result) }
      : { ...outcome, error: lateError(outcome.error) };
  }

  deliver(
    position: number,
    resolve: (result: PutResult) => void,
    reject: (error: RecordFailedError) => void,
  ): void {
    this.settled.deliver(
      position,
      (result) => resolve(late(result)),
      (error) => reject(lateError(error)),
    );
  }
}

function late(result: PutResult): PutResult {
  return { ...result, abortedTooLate: true };
}

/** Each error is of one record, of which it is true whoever asks. */
function lateError<Failure extends ShardlineError>(error: Failure): Failure {
  return Object.assign(error, { abortedTooLate: true });
}
