import { BufferFullError } from './errors.js';

/** The bounds of P2. */
export interface GateLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Records in calls that wait for room, and their bytes once more up to `maxBytes`; 0: nobody may wait. */
  readonly maxWaiting: number;
}

/** A call that waits to let records in: a put, or the rest of a putMany. */
export interface Waiter {
  /** Bytes of the record that comes next; infinite while that cannot be told; undefined when none is left. */
  nextBytes(): number | undefined;
  /** Room was made for that record. */
  admit(): void;
  /** It waits no longer. */
  fail(error: Error): void;
}

interface Waiting {
  readonly waiter: Waiter;
  records: number;
  bytes: number;
}

/**
 * Counting admission over everything that the producer holds (P2). First come, first served, by call: no put passes a waiting
 * one, and nothing passes the rest of a waiting batch.
 */
export class Gate {
  readonly #limits: GateLimits;
  readonly #onFull: () => void;
  #records = 0;
  #bytes = 0;
  #queue: Waiting[] = [];
  #waitingRecords = 0;
  #waitingBytes = 0;
  #roomWaiters: { bytes: number; resolve: () => void }[] = [];
  #admitting = false;

  /** `onFull` is told when somebody has to wait: what lingers should go now. */
  constructor(limits: GateLimits, onFull: () => void) {
    this.#limits = limits;
    this.#onFull = onFull;
  }

  get outstandingRecords(): number {
    return this.#records;
  }

  get outstandingBytes(): number {
    return this.#bytes;
  }

  /** Records in calls that wait. */
  get waitingPuts(): number {
    return this.#waitingRecords;
  }

  /** Whether somebody waits for room. */
  get isContended(): boolean {
    return this.#queue.length > 0 || this.#roomWaiters.length > 0;
  }

  /** Takes room for one record of `bytes`, or says that there is none. */
  tryEnter(bytes: number): boolean {
    if (this.#queue.length > 0 || !this.#fits(bytes)) return false;
    this.#records += 1;
    this.#bytes += bytes;
    return true;
  }

  /**
   * Lines `waiter` up with `records` records of `bytes` in all; one call may be larger than the bound by itself. Throws
   * `BUFFER_FULL` when as much waits already as may. The returned function takes it out of the line.
   */
  wait(waiter: Waiter, records: number, bytes: number): () => void {
    const { maxWaiting, maxBytes } = this.#limits;
    if (this.#waitingRecords >= maxWaiting || this.#waitingBytes >= maxBytes) throw this.fullError();
    const waiting: Waiting = { waiter, records, bytes };
    this.#queue.push(waiting);
    this.#waitingRecords += records;
    this.#waitingBytes += bytes;
    if (this.#queue.length === 1) this.#onFull();
    return () => {
      if (!this.#queue.includes(waiting)) return;
      this.#remove(waiting);
      this.admitWaiting();
      this.#tellRoom();
    };
  }

  /** Gives room back and lets in whoever fits, in order. */
  leave(records: number, bytes: number): void {
    this.#records -= records;
    this.#bytes -= bytes;
    this.admitWaiting();
    this.#tellRoom();
    if (this.isContended) this.#onFull();
  }

  /** Resolves once a record of `bytes` would be admitted at once. */
  room(bytes: number): Promise<void> {
    if (this.#queue.length === 0 && this.#fits(bytes)) return Promise.resolve();
    const room = new Promise<void>((resolve) => this.#roomWaiters.push({ bytes, resolve }));
    if (this.#roomWaiters.length === 1) this.#onFull();
    return room;
  }

  /** Lets in whoever fits, in order. To be called when a size has become known. */
  admitWaiting(): void {
    if (this.#admitting) return;
    this.#admitting = true;
    try {
      for (let next = this.#queue[0]; next && this.#admit(next); next = this.#queue[0]) this.#remove(next);
    } finally {
      this.#admitting = false;
    }
  }

  /** Fails every call that waits. */
  failWaiting(error: () => Error): void {
    for (const waiting of [...this.#queue]) {
      this.#remove(waiting);
      waiting.waiter.fail(error());
    }
    this.#tellRoom();
  }

  fullError(): BufferFullError {
    return new BufferFullError({
      outstandingRecords: this.#records,
      outstandingBytes: this.#bytes,
      waitingPuts: this.waitingPuts,
    });
  }

  #fits(bytes: number): boolean {
    return this.#records < this.#limits.maxRecords && this.#bytes + bytes <= this.#limits.maxBytes;
  }

  /** Lets in what fits of one call; true when nothing of it is left. */
  #admit(waiting: Waiting): boolean {
    for (;;) {
      const bytes = waiting.waiter.nextBytes();
      if (bytes === undefined) return true;
      if (!this.#fits(bytes)) return false;
      this.#records += 1;
      this.#bytes += bytes;
      waiting.records -= 1;
      waiting.bytes -= bytes;
      this.#waitingRecords -= 1;
      this.#waitingBytes -= bytes;
      waiting.waiter.admit();
    }
  }

  #remove(waiting: Waiting): void {
    this.#queue = this.#queue.filter((other) => other !== waiting);
    this.#waitingRecords -= waiting.records;
    this.#waitingBytes -= waiting.bytes;
  }

  #tellRoom(): void {
    if (this.#roomWaiters.length === 0 || this.#queue.length > 0) return;
    const waiting = this.#roomWaiters;
    this.#roomWaiters = waiting.filter(({ bytes }) => !this.#fits(bytes));
    for (const { bytes, resolve } of waiting) if (this.#fits(bytes)) resolve();
  }
}
