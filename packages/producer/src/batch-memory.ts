import type { Settled } from './sink.js';

/** Two slots of an array. */
export const endBytes = 16;
/** Counted for why a record was not accepted (measured: 840 to 930 bytes). */
const refusalBytes = 930;
/** Counted for an unfinished call (measured: 600 bytes for its promise, the reaction of whoever awaits it, and what settles it). */
const batchBytes = 600;

/** Where a {@link BatchMemory} is counted. */
export interface BatchAccount {
  /** Counts bytes that are held, or, below zero, no longer (P2). */
  readonly hold: (deltaBytes: number) => void;
  /** Most that is counted for one call: what a larger one knows is its caller's, as its records are, and holds up nobody else. */
  readonly mostCallBytes: number;
}

/**
 * ```
 * begun ──count──▶ counted ──release──▶ over
 *   └─────────────release─────────────────▲
 * ```
 * What a `putMany` keeps of the records that are settled until its last one is. Nothing is counted while some of them wait for room: a
 * call that is larger than the bound would wait for itself.
 */
export class BatchMemory {
  readonly #account: BatchAccount;
  /** Entries in the order in which they ended, once counted only those that are. */
  readonly #kept: Settled[] = [];
  #newest: Settled | undefined;
  #isCounted = false;
  /** Besides entries. */
  #ownBytes: number;
  /** With those entries that nobody else had counted before. */
  #countedBytes = 0;

  constructor(records: number, account: BatchAccount) {
    this.#account = account;
    this.#ownBytes = batchBytes + records * endBytes;
  }

  /** A record of an entry is settled. An entry tells of all its records in one go. */
  settled(entry: Settled): void {
    if (this.#newest === entry) return;
    this.#newest = entry;
    if (this.#isCounted) this.#keep(entry);
    else this.#kept.push(entry);
  }

  /** A record was not accepted, for a reason of its own. */
  refused(): void {
    if (this.#isCounted) {
      if (this.#countedBytes >= this.#account.mostCallBytes) return;
      this.#hold(refusalBytes);
    }
    this.#ownBytes += refusalBytes;
  }

  /** None of the records waits for room any more. */
  count(): void {
    this.#isCounted = true;
    this.#ownBytes = Math.min(this.#ownBytes, this.#account.mostCallBytes);
    this.#hold(this.#ownBytes);
    for (const entry of this.#kept.splice(0)) this.#keep(entry);
  }

  /** The last record is settled: all that is kept is the caller's. */
  release(): void {
    if (!this.#isCounted) return;
    const keptBytes = this.#kept.splice(0).reduce((bytes, entry) => bytes + entry.letGo(), 0);
    this.#newest = undefined;
    this.#account.hold(-this.#ownBytes - keptBytes);
  }

  #keep(entry: Settled): void {
    if (this.#countedBytes >= this.#account.mostCallBytes) return;
    this.#kept.push(entry);
    this.#hold(entry.keep());
  }

  #hold(bytes: number): void {
    this.#countedBytes += bytes;
    this.#account.hold(bytes);
  }
}
