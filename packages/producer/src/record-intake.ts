import type { ShardlineError } from '@shardline/core';
import { InvalidRecordError, type RecordFailedError, RecordTooLargeError } from './errors.js';
import type { RefusableSink, Settled, Sink } from './sink.js';
import type { UserRecord } from './user-record.js';

/** Records that a stream itself holds while they wait for room, besides what the producer's own bounds allow. */
export const heldRecords = 16;

/** What a {@link RecordIntake} needs from outside. */
export interface IntakeParts {
  /** Lets a record in at once, or says that there is no room. Throws what is wrong with it, or with the producer. */
  readonly tryEnter: (record: UserRecord, sink: Sink) => boolean;
  /** Lines up a record for which there was no room; the returned function withdraws it if it still waits. */
  readonly enterLater: (
    record: UserRecord,
    sink: RefusableSink,
    onOver: () => void,
  ) => (reason: unknown) => void;
  /** Sends what lingers. */
  readonly hurry: () => void;
}

/** Who a {@link RecordIntake} tells. */
export interface IntakeListener {
  /** A record was refused, or accepted and not stored. What it throws ends the intake; without it the first failure does. */
  readonly onFailure?: ((error: ShardlineError, record: UserRecord) => void) | undefined;
  /** The intake has ended with the failure of a record that it had accepted. */
  readonly onBroken: (error: unknown) => void;
}

/**
 * What the two kinds of streams of records have in common: takes records in order, one at a time and none past one that waits for
 * room (P2), without a promise for any, and knows when all that it took is settled (P6).
 */
export class RecordIntake implements RefusableSink {
  /** One counter for all records. */
  readonly recordOverheadBytes = 0;
  readonly #parts: IntakeParts;
  readonly #listener: IntakeListener;
  #taken = 0;
  #outstanding = 0;
  #ended: { readonly reason: unknown } | undefined;
  /** Withdraws the record that waits for room. */
  #withdraw: (reason: unknown) => void = () => {};
  /** Why that record was refused. */
  #refusal: ShardlineError | undefined;
  #onIdle: { readonly resolve: () => void; readonly reject: (reason: unknown) => void } | undefined;

  constructor(parts: IntakeParts, listener: IntakeListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** How many records, the first of the stream, were accepted or told to `onFailure`. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes a record, then calls `done`: at once, or as soon as there was room. The error says that it was not taken. */
  take(record: UserRecord, done: (error?: Error) => void): void {
    try {
      if (!this.#takeNow(record)) {
        this.#takeLater(record, done);
        return;
      }
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  }

  /** Resolves when every record that was taken is settled; rejects with the reason if the intake ends before. */
  settled(): Promise<void> {
    if (this.#ended) return Promise.reject(this.#ended.reason);
    if (this.#outstanding === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#onIdle = { resolve, reject };
      this.#parts.hurry();
    });
  }

  /** Takes no more, and not the record that waits; what was accepted goes on. */
  end(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = { reason };
    this.#withdraw(reason);
    this.#onIdle?.reject(reason);
  }

  settle(_tag: number, settled: Settled, position: number): void {
    this.#outstanding -= 1;
    if (!settled.stored) {
      settled.deliver(
        position,
        () => {},
        (error) => this.#failed(error),
      );
    }
    if (this.#outstanding === 0) this.#onIdle?.resolve();
  }

  /** The record that waited was not accepted. */
  refuse(_tag: number, error: ShardlineError): void {
    this.#outstanding -= 1;
    this.#refusal = error;
  }

  /** False where it must wait. Throws what ends the intake. */
  #takeNow(record: UserRecord): boolean {
    if (this.#ended) throw this.#ended.reason;
    try {
      if (!this.#parts.tryEnter(record, this)) return false;
      this.#outstanding += 1;
    } catch (error) {
      this.#refused(error, record);
    }
    this.#taken += 1;
    return true;
  }

  #takeLater(record: UserRecord, done: (error?: Error) => void): void {
    this.#refusal = undefined;
    // Already: its outcome may come before the next tick.
    this.#outstanding += 1;
    this.#withdraw = this.#parts.enterLater(record, this, () => {
      // Not at once: the gate is letting records in, and what is called may be anybody's. Nor before the callbacks of earlier writes.
      process.nextTick(() => this.#waited(record, done));
    });
  }

  #waited(record: UserRecord, done: (error?: Error) => void): void {
    this.#withdraw = () => {};
    try {
      if (this.#refusal) this.#refused(this.#refusal, record);
      this.#taken += 1;
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  }

  /** Tells of a record that was not accepted. Throws what ends the intake: whatever is wrong with more than the record, too. */
  #refused(error: unknown, record: UserRecord): void {
    const ofTheRecord = error instanceof InvalidRecordError || error instanceof RecordTooLargeError;
    try {
      if (!ofTheRecord || !this.#listener.onFailure) throw error;
      this.#listener.onFailure(error, record);
    } catch (reason) {
      this.end(reason);
      throw reason;
    }
  }

  /** Tells of a record that was accepted and not stored. */
  #failed(error: RecordFailedError): void {
    try {
      if (!this.#listener.onFailure) throw error;
      // Here, since the record is read back from its entry: that may throw too.
      this.#listener.onFailure(error, error.record);
    } catch (reason) {
      const first = !this.#ended;
      this.end(reason);
      if (first) this.#listener.onBroken(reason);
    }
  }
}
