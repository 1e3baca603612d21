import type { ShardlineError } from '@shardline/core';
import { type BatchAccount, BatchMemory, endBytes } from './batch-memory.js';
import type { Outcome, Outcomes, PutResult } from './outcomes.js';
import type { RefusableSink, Settled } from './sink.js';

/** Measured: 264 bytes for the promise of one `put` with what settles it, 96 for the reaction of whoever awaits it. */
export const promiseBytes = 360;

/** The sink of one `put`: a promise. */
export class PutSink implements RefusableSink {
  readonly recordOverheadBytes = promiseBytes;
  readonly result: Promise<PutResult>;
  #resolve!: (result: PutResult) => void;
  #reject!: (error: Error) => void;

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  settle(_tag: number, settled: Settled, position: number): void {
    settled.deliver(position, this.#resolve, this.#reject);
  }

  /** The record was not accepted. */
  refuse(_tag: number, error: ShardlineError): void {
    this.#reject(error);
  }
}

/** The sink of one `putMany`: settled when the last of its records is; a bad record never rejects it. */
export class BatchSink implements RefusableSink, Outcomes {
  /** Its slots are part of what every record is charged, but stay until the last record is settled. */
  readonly recordOverheadBytes = -endBytes;
  readonly length: number;
  readonly done: Promise<Outcomes>;
  /** Of each record how it ended and its position there, side by side: they are written, and come into the cache, together. */
  readonly #ends: (Settled | ShardlineError | number | undefined)[];
  readonly #memory: BatchMemory;
  #refusal: ShardlineError | undefined;
  #left: number;
  #resolve!: (outcomes: Outcomes) => void;

  constructor(length: number, account: BatchAccount) {
    this.length = length;
    this.#memory = new BatchMemory(length, account);
    this.#left = length;
    this.#ends = new Array<Settled | ShardlineError | number | undefined>(length * 2).fill(undefined);
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (length === 0) this.#resolve(this);
  }

  settle(tag: number, settled: Settled, position: number): void {
    this.#ends[tag * 2 + 1] = position;
    this.#memory.settled(settled);
    this.#end(tag, settled);
  }

  /** None of its records waits for room any more: from now on what it holds is counted. */
  count(): void {
    if (this.#left > 0) this.#memory.count();
  }

  /** The record at `index` was not accepted. */
  refuse(index: number, error: ShardlineError): void {
    // One says it of all that wait when a call is refused.
    if (this.#refusal !== error) this.#memory.refused();
    this.#refusal = error;
    this.#end(index, error);
  }

  at(index: number): Outcome {
    const end = Number.isInteger(index) ? this.#endOf(index) : undefined;
    if (end === undefined) throw new RangeError(`There is no record at ${index} of ${this.length}.`);
    if (end instanceof Error) return { index, stored: false, error: end };
    return { ...end.at(this.#ends[index * 2 + 1] as number), index };
  }

  *failures(): Generator<Extract<Outcome, { stored: false }>> {
    for (let index = 0; index < this.length; index += 1) {
      const end = this.#endOf(index);
      if (end instanceof Error || end?.stored === false) {
        const outcome = this.at(index);
        if (!outcome.stored) yield outcome;
      }
    }
  }

  *[Symbol.iterator](): Generator<Outcome> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index);
  }

  /** What a log shows of it. */
  [Symbol.for('nodejs.util.inspect.custom')](): object {
    const failed = [...this.failures()].length;
    return { outcomes: this.length, stored: this.length - failed, failed };
  }

  #endOf(index: number): Settled | ShardlineError | undefined {
    return this.#ends[index * 2] as Settled | ShardlineError | undefined;
  }

  #end(index: number, end: Settled | ShardlineError): void {
    this.#ends[index * 2] = end;
    this.#left -= 1;
    if (this.#left > 0) return;
    this.#memory.release();
    this.#resolve(this);
  }
}
