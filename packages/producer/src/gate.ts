import type { Timer } from '@shardline/core';
import { BufferFullError } from './errors.js';
import { type Kept, KeptRoom, type RefusedRecord } from './kept-room.js';
import { memoryShares } from './memory-shares.js';
import { type Place, type Waiter, WaitingLine } from './waiting-line.js';

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
  /** Calls once whoever was told something had his turn. */
  afterTurn(run: () => void): Timer;
}

/** The bounds of P2. */
export interface GateLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Records in calls that wait for room, and their bytes once more up to `maxBytes`; 0: nobody may wait. */
  readonly maxWaiting: number;
}

/** Who may line up beyond what else may. */
export interface WaitRules {
  /** He holds back all else himself. */
  readonly mayAlways?: boolean;
  /** Only the description of the stream tells whether his record is too large. */
  readonly isUndecided?: boolean;
}

/**
 * Counting admission over everything that the producer holds (P2). First come, first served, by call: no put passes a waiting
 * one, and nothing passes the rest of a waiting batch. Who waits for room stands in the same line, and room is kept for him.
 */
export class Gate {
  /** Most that is counted for what one unfinished `putMany` knows of its records. */
  readonly mostCallBytes: number;
  readonly #limits: GateLimits;
  readonly #listener: GateListener;
  #records = 0;
  #bytes = 0;
  /** Held besides what records are charged: below zero while their bytes are still to be counted where they are. */
  #heldBytes = 0;
  readonly #line = new WaitingLine();
  readonly #kept: KeptRoom;
  #admitting = false;
  #looksSoon = false;

  constructor(limits: GateLimits, listener: GateListener) {
    this.mostCallBytes = memoryShares(limits.maxBytes).callBytes;
    this.#limits = limits;
    this.#listener = listener;
    this.#kept = new KeptRoom(listener.afterTurn, () => this.lookAgain());
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

  /** Whether calls may wait for room. */
  get mayWait(): boolean {
    return this.#limits.maxWaiting > 0;
  }

  /** Records in calls that wait. */
  get waitingPuts(): number {
    return this.#line.records;
  }

  /** Whether somebody waits for room. */
  get isContended(): boolean {
    return this.#line.first !== undefined;
  }

  /**
   * Takes room for one record of `bytes`, or says that there is none. Whoever may have waited for room is given what is kept for such:
   * he `mayClaim` it, while records wait only with the key for which it is kept. Who lines up instead must not, unless nobody may line up.
   */
  tryEnter(bytes: number, orderKey = '', mayClaim = false): boolean {
    const comes = this.#kept.records > 0 && (mayClaim || !this.mayWait);
    if (comes && this.#claim({ bytes, orderKey })) return true;
    if (this.#line.first || !this.#fits(bytes)) return false;
    this.#take(bytes);
    return true;
  }

  /**
   * Lines `waiter` up with `records` records of `bytes` in all; one call may be larger than the bound by itself. Throws
   * `BUFFER_FULL` when as much waits already as may, unless it `mayAlways`. One that waits for the description of the stream may also
   * where nobody may for room: as much as `maxBytes`. The returned function takes it out of the line.
   */
  wait(waiter: Waiter, records: number, bytes: number, rules: WaitRules = {}): () => void {
    const { maxWaiting, maxBytes } = this.#limits;
    const isCounted = this.mayWait || !rules.isUndecided;
    const tooMany = (isCounted && this.#line.records >= maxWaiting) || this.#line.bytes >= maxBytes;
    if (tooMany && !rules.mayAlways) throw this.fullError();
    return this.#lineUp({ waiter, records, bytes, isForRoom: false });
  }

  /** Gives room back and lets in whoever fits, in order. */
  leave(records: number, bytes: number): void {
    this.giveBack(records, bytes);
    this.lookAgain();
  }

  /** Gives room back; whoever fits is not let in before {@link Gate.lookAgain}. */
  giveBack(records: number, bytes: number): void {
    this.#records -= records;
    this.#bytes -= bytes;
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

  /**
   * Calls `told` once `record` would be let in: at once, or when its turn has come, and then room for it is kept until the
   * turn of whoever was told is over. The returned function gives the place in the line, or that room, back.
   */
  room(record: RefusedRecord, told: () => void): () => void {
    const { bytes } = record;
    if (!this.#line.first && this.#fits(bytes)) {
      told();
      return () => {};
    }
    let kept: Kept | undefined;
    let isTold = false;
    const waiter: Waiter = {
      nextBytes: () => (isTold ? undefined : bytes),
      admit: () => {
        isTold = true;
        kept = this.#kept.keep(record);
        told();
      },
      fail: told,
    };
    const leave = this.#lineUp({ waiter, records: 0, bytes: 0, isForRoom: true });
    return () => {
      leave();
      if (kept && this.#kept.release(kept)) this.lookAgain();
    };
  }

  /**
   * Lets in whoever fits, in order. To be called when a size has become known, or less is set aside:
   * a buffer that was given back.
   */
  lookAgain(): void {
    if (this.#admitting) return;
    this.#admitting = true;
    try {
      for (let next = this.#line.first; next && this.#admitOne(next); next = this.#line.first);
    } finally {
      this.#admitting = false;
    }
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

  /** Fails every call that waits. Who waits for room is told: he will see. */
  failWaiting(error: () => Error): void {
    for (let next = this.#line.first; next; next = this.#line.first) {
      this.#line.remove(next);
      next.waiter.fail(error());
    }
  }

  /** Nothing is let in any more: nobody waits on, and no timer stays behind. */
  close(): void {
    this.failWaiting(() => this.fullError());
    this.#kept.clear();
  }

  /** With `noMemory`, the machine refused what the bounds allow. */
  fullError(noMemory?: RangeError): BufferFullError {
    const facts = {
      outstandingRecords: this.#records,
      keptRecords: this.#kept.records,
      outstandingBytes: this.#bytes,
      heldBytes: this.heldBytes,
      setAsideBytes: this.#listener.setAsideBytes(),
      maxOutstandingRecords: this.#limits.maxRecords,
      maxOutstandingBytes: this.#limits.maxBytes,
      waitingPuts: this.waitingPuts,
      maxWaitingPuts: this.#limits.maxWaiting,
    };
    return new BufferFullError(facts, noMemory);
  }

  #lineUp(place: Place): () => void {
    this.#line.push(place);
    if (this.#line.first === place) this.#listener.onFull();
    return () => {
      if (this.#line.remove(place)) this.lookAgain();
    };
  }

  /** Lets in whoever was told that there is room. */
  #claim(record: RefusedRecord): boolean {
    const { bytes } = record;
    const kept = this.#kept.openFor(record, this.#line.records > 0);
    if (!kept) return false;
    this.#kept.release(kept);
    if (!this.#fits(bytes)) {
      this.#kept.restore(kept);
      return false;
    }
    this.#take(bytes);
    // Not at once: this record has to be in its place first (P3).
    if (this.isContended) this.#lookSoon();
    return true;
  }

  #take(bytes: number): void {
    this.#records += 1;
    this.#bytes += bytes;
  }

  #fits(bytes: number): boolean {
    const { maxRecords, maxBytes } = this.#limits;
    if (this.#records + this.#kept.records >= maxRecords) return false;
    const wantedBytes = this.#kept.bytes + bytes;
    // Nobody needs to ask what is set aside then, for each record.
    if ((this.heldBytes + wantedBytes) * 2 <= maxBytes) return true;
    if (this.#records > 0) {
      if (this.#fitsBeside(wantedBytes)) return true;
      this.#listener.shrink();
      return this.#fitsBeside(wantedBytes);
    }
    if (this.heldBytes + wantedBytes > maxBytes) this.#listener.reclaim();
    return this.heldBytes + wantedBytes <= maxBytes;
  }

  #fitsBeside(bytes: number): boolean {
    return this.heldBytes + this.#listener.setAsideBytes() + bytes <= this.#limits.maxBytes;
  }

  /** Lets in the next record of the call whose turn it is, or ends its turn; false when it has to go on waiting. */
  #admitOne(place: Place): boolean {
    const bytes = place.waiter.nextBytes();
    // Reading a record may run its owner's code, and that may have ended the call (P1).
    if (this.#line.first !== place) return true;
    if (bytes === undefined) return this.#line.remove(place);
    if (!this.#fits(bytes)) return false;
    if (!place.isForRoom) {
      this.#take(bytes);
      this.#line.shorten(place, bytes);
    }
    place.waiter.admit();
    return true;
  }
}
