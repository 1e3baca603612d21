import { BufferFullError } from './errors.js';

/** What a {@link Gate} tells its owner. */
export interface GateListener {
  /** Somebody has to wait: what lingers should go now. */
  onFull(): void;
  /** There is no room while records are outstanding: buffers that are held for later use beyond what is set aside for them must go. */
  shrink(): void;
  /** Nothing is outstanding, and yet there is no room, or more is held than may be all the same: all that is held for later use must go. */
  reclaim(): void;
  /** Bytes that are set aside for buffers and not held at the moment, at most half of the bound: records do not get them while any is outstanding. */
  setAsideBytes(): number;
}

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
  readonly #listener: GateListener;
  #records = 0;
  #bytes = 0;
  /** Held besides what records are charged: below zero while their bytes are still to be counted where they are. */
  #heldBytes = 0;
  /** Undefined before the head. */
  #queue: (Waiting | undefined)[] = [];
  #head = 0;
  #waitingRecords = 0;
  #waitingBytes = 0;
  #roomWaiters: { bytes: number; room: Promise<void>; resolve: () => void }[] = [];
  #admitting = false;
  #looksSoon = false;

  constructor(limits: GateLimits, listener: GateListener) {
    this.#limits = limits;
    this.#listener = listener;
  }

  get outstandingRecords(): number {
    return this.#records;
  }

  /** What they are charged. */
  get outstandingBytes(): number {
    return this.#bytes;
  }

  /** All that is held: what records are charged, with the memory that they really take instead of their bytes, and what is kept for later. */
  get heldBytes(): number {
    return this.#bytes + this.#heldBytes;
  }

  /** Records in calls that wait. */
  get waitingPuts(): number {
    return this.#waitingRecords;
  }

  /** Whether somebody waits for room. */
  get isContended(): boolean {
    return this.#first !== undefined || this.#roomWaiters.length > 0;
  }

  /** Takes room for one record of `bytes`, or says that there is none. */
  tryEnter(bytes: number): boolean {
    if (this.#first || !this.#fits(bytes)) return false;
    this.#records += 1;
    this.#bytes += bytes;
    return true;
  }

  /**
   * Lines `waiter` up with `records` records of `bytes` in all; one call may be larger than the bound by itself. Throws
   * `BUFFER_FULL` when as much waits already as may, unless it `mayAlways`. The returned function takes it out of the line.
   */
  wait(waiter: Waiter, records: number, bytes: number, mayAlways = false): () => void {
    const { maxWaiting, maxBytes } = this.#limits;
    const tooMany = this.#waitingRecords >= maxWaiting || this.#waitingBytes >= maxBytes;
    if (tooMany && !mayAlways) throw this.fullError();
    const waiting: Waiting = { waiter, records, bytes };
    this.#queue.push(waiting);
    this.#waitingRecords += records;
    this.#waitingBytes += bytes;
    if (this.#first === waiting) this.#listener.onFull();
    return () => {
      if (!this.#remove(waiting)) return;
      this.lookAgain();
    };
  }

  /** Gives room back and lets in whoever fits, in order. */
  leave(records: number, bytes: number): void {
    this.#records -= records;
    this.#bytes -= bytes;
    this.lookAgain();
  }

  /**
   * Memory is held besides, or instead of, what records are charged; below zero: no longer, and whoever fits is let in soon, as he is
   * where it is the same memory but no longer in use. Not at once:
   * an aggregate that is just being sealed may be what gives it back, and would take a record that comes with its bytes gone (P1).
   */
  hold(deltaBytes: number): void {
    this.#heldBytes += deltaBytes;
    if (deltaBytes <= 0) {
      if (this.isContended) this.#lookSoon();
      return;
    }
    if (this.heldBytes > this.#limits.maxBytes) this.#listener.shrink();
    // Entries of single records are more than their records were charged for.
    if (this.heldBytes > this.#limits.maxBytes) this.#listener.reclaim();
  }

  /** Resolves once a record of `bytes` would be admitted at once. */
  room(bytes: number): Promise<void> {
    if (!this.#first && this.#fits(bytes)) return Promise.resolve();
    const same = this.#roomWaiters.find((waiter) => waiter.bytes === bytes);
    if (same) return same.room;
    let resolve = () => {};
    const room = new Promise<void>((done) => {
      resolve = done;
    });
    this.#roomWaiters.push({ bytes, room, resolve });
    if (this.#roomWaiters.length === 1) this.#listener.onFull();
    return room;
  }

  /**
   * Lets in whoever fits, in order, and tells who waits for room. To be called when a size has become known, or less is set aside:
   * a buffer that was given back.
   */
  lookAgain(): void {
    if (this.#admitting) return;
    this.#admitting = true;
    try {
      for (let next = this.#first; next && this.#admitOne(next); next = this.#first);
    } finally {
      this.#admitting = false;
    }
    this.#tellRoom();
  }

  /** {@link Gate.lookAgain}, once whoever runs now is done. */
  #lookSoon(): void {
    if (this.#looksSoon) return;
    this.#looksSoon = true;
    queueMicrotask(() => {
      this.#looksSoon = false;
      this.lookAgain();
    });
  }

  /** Fails every call that waits. */
  failWaiting(error: () => Error): void {
    for (let next = this.#first; next; next = this.#first) {
      this.#remove(next);
      next.waiter.fail(error());
    }
    this.#tellRoom();
  }

  fullError(): BufferFullError {
    return new BufferFullError({
      outstandingRecords: this.#records,
      outstandingBytes: this.#bytes,
      heldBytes: this.heldBytes,
      setAsideBytes: this.#listener.setAsideBytes(),
      maxOutstandingRecords: this.#limits.maxRecords,
      maxOutstandingBytes: this.#limits.maxBytes,
      waitingPuts: this.waitingPuts,
      maxWaitingPuts: this.#limits.maxWaiting,
    });
  }

  #fits(bytes: number): boolean {
    const { maxRecords, maxBytes } = this.#limits;
    if (this.#records >= maxRecords) return false;
    // Nobody needs to ask what is set aside then, for each record.
    if ((this.heldBytes + bytes) * 2 <= maxBytes) return true;
    if (this.#records > 0) {
      if (this.#fitsBeside(bytes)) return true;
      this.#listener.shrink();
      return this.#fitsBeside(bytes);
    }
    if (this.heldBytes + bytes > maxBytes) this.#listener.reclaim();
    return this.heldBytes + bytes <= maxBytes;
  }

  #fitsBeside(bytes: number): boolean {
    return this.heldBytes + this.#listener.setAsideBytes() + bytes <= this.#limits.maxBytes;
  }

  /** The call whose turn it is. */
  get #first(): Waiting | undefined {
    return this.#queue[this.#head];
  }

  /** Lets in the next record of the call whose turn it is, or ends its turn; false when it has to go on waiting. */
  #admitOne(waiting: Waiting): boolean {
    const bytes = waiting.waiter.nextBytes();
    if (bytes === undefined) return this.#remove(waiting);
    if (!this.#fits(bytes)) return false;
    this.#records += 1;
    this.#bytes += bytes;
    // No more than the call was counted with: that was estimated before its records were looked at.
    const share = Math.min(bytes, waiting.bytes);
    waiting.records -= 1;
    waiting.bytes -= share;
    this.#waitingRecords -= 1;
    this.#waitingBytes -= share;
    waiting.waiter.admit();
    return true;
  }

  /** Takes a call out of the line, mostly the first; false when it is not in it. */
  #remove(waiting: Waiting): boolean {
    const at = this.#queue.indexOf(waiting, this.#head);
    if (at < 0) return false;
    this.#waitingRecords -= waiting.records;
    this.#waitingBytes -= waiting.bytes;
    if (at === this.#head) {
      this.#queue[at] = undefined;
      this.#head += 1;
    } else this.#queue.splice(at, 1);
    if (this.#head * 2 < this.#queue.length) return true;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
    return true;
  }

  #tellRoom(): void {
    if (this.#roomWaiters.length === 0 || this.#first) return;
    const waiting = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const waiter of waiting) {
      if (this.#fits(waiter.bytes)) waiter.resolve();
      else this.#roomWaiters.push(waiter);
    }
  }
}
