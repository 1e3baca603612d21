import type { ShardlineError } from '@shardline/core';
import { PutAbortedError } from './errors.js';
import type { Gate } from './gate.js';
import { chargeOf } from './members.js';
import type { SharedAbort } from './shared-abort.js';
import type { RefusableSink } from './sink.js';
import type { UserRecord } from './user-record.js';
import type { Waiter } from './waiting-line.js';

/** What a {@link WaitingCall} needs from outside. */
export interface WaitingCallParts {
  /** What the record will be charged; throws what is wrong with it. */
  readonly charge: (record: UserRecord) => number;
  /** Takes the record that was charged last, a moment ago. */
  readonly accept: (charged: number, index: number) => void;
  /** Nothing of the call waits any more; told once. */
  readonly onOver: () => void;
}

/** How a {@link WaitingCall} lines up. */
export interface LineUpRules {
  readonly gate: Pick<Gate, 'wait'>;
  readonly aborts: SharedAbort<WaitingCall>;
  /** Withdraws it. */
  readonly signal?: AbortSignal | undefined;
  /** However many wait already. */
  readonly mayAlways: boolean;
}

/**
 * ```
 * new ──lineUp──▶ in line ──▶ over
 *  └──nothing left, refused────▲
 * ```
 * The records of one call that are not yet in. They are the call's own: its caller may do with the array what it likes.
 */
export class WaitingCall implements Waiter {
  readonly #records: readonly UserRecord[];
  readonly #first: number;
  readonly #sink: RefusableSink;
  readonly #parts: WaitingCallParts;
  #at = 0;
  #charged = 0;
  #over = false;
  #leave = () => {};
  #forget = () => {};

  /** Waits with `records` from `first` on. */
  constructor(records: readonly UserRecord[], first: number, sink: RefusableSink, parts: WaitingCallParts) {
    this.#records = records.slice(first);
    this.#first = first;
    this.#sink = sink;
    this.#parts = parts;
  }

  get length(): number {
    return this.#records.length - this.#at;
  }

  /** What its records will be charged, as far as can be told without checking each. */
  get bytes(): number {
    const overheadBytes = chargeOf(0, this.#sink);
    return this.#records.reduce((sum, record) => sum + overheadBytes + charactersOf(record), 0);
  }

  nextBytes(): number | undefined {
    for (; this.#at < this.#records.length; this.#at += 1) {
      try {
        this.#charged = this.#parts.charge(this.#records[this.#at] as UserRecord);
        // Reading a record may run its owner's code, and that may have ended the call (P1).
        return this.#over ? undefined : this.#charged;
      } catch (error) {
        if (!this.#over) this.#sink.refuse(this.#first + this.#at, error as ShardlineError);
      }
    }
    this.#end();
    return undefined;
  }

  /** Waits for its turn, unless nothing of it is left or it may not. */
  lineUp({ gate, aborts, signal, mayAlways }: LineUpRules): void {
    try {
      // Only the description of the stream tells whether it is too large: it waits for that.
      const isUndecided = this.nextBytes() === Number.POSITIVE_INFINITY;
      const { length, bytes } = this;
      if (signal?.aborted) this.withdraw(signal.reason);
      if (this.#over) return;
      if (signal) this.#forget = aborts.join(signal, this);
      const leave = gate.wait(this, length, bytes, { mayAlways, isUndecided });
      // Who hears that nothing lingers any more may have ended it.
      if (this.#over) leave();
      this.#leave = leave;
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** Its caller has given it up. */
  withdraw(reason: unknown): void {
    this.#leave();
    this.fail(new PutAbortedError(reason));
  }

  admit(): void {
    const at = this.#at;
    this.#at += 1;
    try {
      this.#parts.accept(this.#charged, this.#first + at);
    } catch (error) {
      this.#sink.refuse(this.#first + at, error as ShardlineError);
    }
  }

  fail(error: Error): void {
    this.#end();
    for (; this.#at < this.#records.length; this.#at += 1) {
      this.#sink.refuse(this.#first + this.#at, error as ShardlineError);
    }
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#forget();
    this.#parts.onOver();
  }
}

/** None for a record that cannot be read, or is none: it is refused when its turn comes. */
function charactersOf(record: UserRecord | undefined): number {
  try {
    return lengthOf(record?.data) + lengthOf(record?.partitionKey);
  } catch {
    return 0;
  }
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 0;
}
