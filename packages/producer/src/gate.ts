import { BufferFullError, PutAbortedError } from './errors.js';

/** The bounds of P2. */
export interface GateLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Puts that may wait for room. Their bytes are bounded by `maxBytes` once more. */
  readonly maxWaiting: number;
}

interface Waiter {
  readonly bytes: number;
  admit(): void;
  fail(error: Error): void;
}

/**
 * Counting admission over everything that the producer holds (P2). First come, first served: no put passes a waiting one.
 */
export class Gate {
  readonly #limits: GateLimits;
  readonly #onFull: () => void;
  #records = 0;
  #bytes = 0;
  #waiters: Waiter[] = [];
  #head = 0;
  #waitingBytes = 0;
  #roomWaiters: { bytes: number; resolve: () => void }[] = [];

  /** `onFull` is told when a put has to wait: what lingers should go now. */
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

  get waitingPuts(): number {
    return this.#waiters.length - this.#head;
  }

  /** Whether somebody waits for room. */
  get isContended(): boolean {
    return this.waitingPuts > 0 || this.#roomWaiters.length > 0;
  }

  /** Takes room for one record of `bytes`, or says that there is none. */
  tryEnter(bytes: number): boolean {
    if (this.waitingPuts > 0 || !this.#fits(bytes)) return false;
    this.#records += 1;
    this.#bytes += bytes;
    return true;
  }

  /** Waits for room. Rejects when too many wait already, when `signal` fires, or on {@link failWaiting}. */
  enter(bytes: number, signal?: AbortSignal): Promise<void> {
    if (this.tryEnter(bytes)) return Promise.resolve();
    if (signal?.aborted) return Promise.reject(new PutAbortedError(signal.reason));
    if (this.#waitIsFull(bytes)) return Promise.reject(this.fullError());
    const admitted = new Promise<void>((resolve, reject) => this.#wait(bytes, resolve, reject, signal));
    if (this.waitingPuts === 1) this.#onFull();
    return admitted;
  }

  /** Gives room back and lets in whoever fits, in order. */
  leave(records: number, bytes: number): void {
    this.#records -= records;
    this.#bytes -= bytes;
    this.#admitWaiting();
    this.#tellRoom();
    if (this.isContended) this.#onFull();
  }

  /** Resolves once a record of `bytes` would be admitted at once. */
  room(bytes: number): Promise<void> {
    if (this.waitingPuts === 0 && this.#fits(bytes)) return Promise.resolve();
    const room = new Promise<void>((resolve) => this.#roomWaiters.push({ bytes, resolve }));
    if (this.#roomWaiters.length === 1) this.#onFull();
    return room;
  }

  /** Fails every put that waits. */
  failWaiting(error: () => Error): void {
    const waiting = this.#waiters.slice(this.#head);
    this.#waiters = [];
    this.#head = 0;
    this.#waitingBytes = 0;
    for (const waiter of waiting) waiter.fail(error());
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

  #waitIsFull(bytes: number): boolean {
    const { maxWaiting, maxBytes } = this.#limits;
    return this.waitingPuts >= maxWaiting || this.#waitingBytes + bytes > maxBytes;
  }

  #wait(bytes: number, resolve: () => void, reject: (error: Error) => void, signal?: AbortSignal): void {
    const onAbort = () => {
      const at = this.#waiters.indexOf(waiter, this.#head);
      if (at < 0) return;
      this.#waiters.splice(at, 1);
      this.#waitingBytes -= bytes;
      reject(new PutAbortedError(signal?.reason));
      this.#admitWaiting();
    };
    const settled = (then: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      then();
    };
    const waiter: Waiter = {
      bytes,
      admit: () => settled(resolve),
      fail: (error) => settled(() => reject(error)),
    };
    this.#waiters.push(waiter);
    this.#waitingBytes += bytes;
    signal?.addEventListener('abort', onAbort, { once: true });
  }

  #admitWaiting(): void {
    for (
      let next = this.#waiters[this.#head];
      next && this.#fits(next.bytes);
      next = this.#waiters[this.#head]
    ) {
      this.#head += 1;
      this.#waitingBytes -= next.bytes;
      this.#records += 1;
      this.#bytes += next.bytes;
      next.admit();
    }
    if (this.#head > 1024 || this.#head === this.#waiters.length) {
      this.#waiters = this.#waiters.slice(this.#head);
      this.#head = 0;
    }
  }

  #tellRoom(): void {
    if (this.#roomWaiters.length === 0 || this.waitingPuts > 0) return;
    const waiting = this.#roomWaiters;
    this.#roomWaiters = waiting.filter(({ bytes }) => !this.#fits(bytes));
    for (const { bytes, resolve } of waiting) if (this.#fits(bytes)) resolve();
  }
}
