import type { ShardlineError } from '@shardline/core';
import type { Outcome, Outcomes, PutResult } from './outcomes.js';
import type { RefusableSink, Settled } from './sink.js';

/** The sink of one `put`: a promise. */
export class PutSink implements RefusableSink {
  /** Measured: 264 bytes for the promise with what settles it, 96 for the reaction of whoever awaits it. */
  readonly recordOverheadBytes = 360;
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
  /** A slot in each of two arrays: part of what every record is charged. */
  readonly recordOverheadBytes = 0;
  readonly length: number;
  readonly done: Promise<Outcomes>;
  readonly #settled: (Settled | ShardlineError | undefined)[];
  /** Not an Int32Array: one of a hundred is made outside the heap, which costs a microsecond. */
  readonly #positions: number[];
  #left: number;
  #resolve!: (outcomes: Outcomes) => void;

  constructor(length: number) {
    this.length = length;
    this.#left = length;
    this.#settled = new Array<Settled | ShardlineError | undefined>(length).fill(undefined);
    this.#positions = new Array<number>(length).fill(0);
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (length === 0) this.#resolve(this);
  }

  settle(tag: number, settled: Settled, position: number): void {
    this.#positions[tag] = position;
    this.#end(tag, settled);
  }

  /** The record at `index` was not accepted. */
  refuse(index: number, error: ShardlineError): void {
    this.#end(index, error);
  }

  at(index: number): Outcome {
    const end = this.#settled[index];
    if (end === undefined) throw new RangeError(`There is no record at ${index} of ${this.length}.`);
    if (end instanceof Error) return { index, stored: false, error: end };
    return { ...end.at(this.#positions[index] ?? 0), index };
  }

  *failures(): Generator<Extract<Outcome, { stored: false }>> {
    for (let index = 0; index < this.length; index += 1) {
      const end = this.#settled[index];
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

  #end(index: number, end: Settled | ShardlineError): void {
    this.#settled[index] = end;
    this.#left -= 1;
    if (this.#left === 0) this.#resolve(this);
  }
}
