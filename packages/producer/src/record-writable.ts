import { addAbortSignal, Writable } from 'node:stream';
import type { RecordWritableOptions } from './call-options.js';
import { heldRecords, type IntakeParts, RecordIntake } from './record-intake.js';
import type { UserRecord } from './user-record.js';

/**
 * A Node stream of user records into a {@link Producer}: finishes when all that it took are settled. Destroyed, it takes no more; what it
 * took goes on.
 */
export class RecordWritable extends Writable {
  readonly #intake: RecordIntake;

  /** @internal */
  constructor(parts: IntakeParts, { onFailure, signal }: RecordWritableOptions) {
    super({ objectMode: true, highWaterMark: heldRecords });
    const onBroken = (error: unknown) => void this.destroy(error as Error);
    this.#intake = new RecordIntake(parts, { onFailure, onBroken });
    if (signal) addAbortSignal(signal, this);
  }

  /**
   * How many of the records that were written to it, the first ones, were accepted or told to `onFailure`. After an error the rest was
   * not accepted.
   */
  get takenRecords(): number {
    return this.#intake.taken;
  }

  /** @internal */
  override _write(record: UserRecord, _encoding: string, callback: (error?: Error | null) => void): void {
    this.#intake.take(record, callback);
  }

  /** @internal */
  override _final(callback: (error?: Error | null) => void): void {
    this.#intake.settled().then(() => callback(), callback);
  }

  /** @internal */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#intake.end(error ?? new Error('The stream was destroyed.'));
    callback(error);
  }
}
