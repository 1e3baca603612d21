import { InvalidOptionError } from '@shardline/core';

/** A share of the budget. */
export interface Reservation {
  readonly bytes: number;
  /** Gives back what was not needed; never takes more. */
  shrinkTo(bytes: number): void;
  /** Gives everything back. Any number of times. */
  release(): void;
}

interface Waiting {
  readonly bytes: number;
  grant(reservation: Reservation): void;
}

/**
 * C7: bounds the bytes that a worker has read and not yet processed, over all its shards. First come, first served: a large
 * reservation is not passed by small ones for ever.
 */
export class BufferBudget {
  readonly #maxBytes: number;
  /** Oldest first. */
  readonly #queue = new Set<Waiting>();
  #used = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Reserved bytes; never above the bound. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Whether somebody waits for room: who holds some without using it should give it back. */
  get waiting(): boolean {
    return this.#queue.size > 0;
  }

  /** Waits until `bytes` are free and it is this call's turn; undefined when `signal` fires before. */
  reserve(bytes: number, signal: AbortSignal): Promise<Reservation | undefined> {
    this.#check(bytes);
    if (signal.aborted) return Promise.resolve(undefined);
    if (!this.waiting && this.#fits(bytes)) return Promise.resolve(this.#take(bytes));
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#queue.delete(waiting);
        resolve(undefined);
        this.#admit();
      };
      const waiting: Waiting = {
        bytes,
        grant(reservation) {
          signal.removeEventListener('abort', giveUp);
          resolve(reservation);
        },
      };
      this.#queue.add(waiting);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Takes `bytes` at once if nobody waits and as much again stays free for somebody who may have nothing yet. */
  reserveSpare(bytes: number): Reservation | undefined {
    this.#check(bytes);
    return !this.waiting && this.#fits(2 * bytes) ? this.#take(bytes) : undefined;
  }

  #check(bytes: number): void {
    if (bytes >= 0 && bytes <= this.#maxBytes) return;
    const expected = `from 0 to ${this.#maxBytes}, or it would wait for ever`;
    throw new InvalidOptionError({ owner: 'BufferBudget', option: 'bytes', received: bytes, expected });
  }

  #fits(bytes: number): boolean {
    return this.#used + bytes <= this.#maxBytes;
  }

  #take(bytes: number): Reservation {
    this.#used += bytes;
    let held = bytes;
    const shrinkTo = (wanted: number) => {
      if (!(wanted < held)) return;
      const less = Math.max(0, wanted);
      this.#used -= held - less;
      held = less;
      this.#admit();
    };
    return {
      get bytes() {
        return held;
      },
      shrinkTo,
      release: () => shrinkTo(0),
    };
  }

  /** Lets in whoever fits, in order. */
  #admit(): void {
    for (const waiting of this.#queue) {
      if (!this.#fits(waiting.bytes)) return;
      this.#queue.delete(waiting);
      waiting.grant(this.#take(waiting.bytes));
    }
  }
}
