import type { Timer } from '@shardline/core';

/** A record for which there was no room. */
export interface RefusedRecord {
  /** What it will be charged. */
  readonly bytes: number;
  /** Records with the same one keep their order: its explicit hash key, or else its partition key. */
  readonly orderKey: string;
}

/** Room for one record, kept for somebody who was told of it. */
export interface Kept extends RefusedRecord {
  /** Whether he may come for it: not before he hears of it, since nobody can tell his record from another's of the same key. */
  isOpen: boolean;
}

/**
 * ```
 * keep ──microtask──▶ open ──release──▶ gone
 *                       └──end of turn────▲
 * ```
 * Room for those who were told that there is room, from when they are told until they have come, or the turn in which they could is over.
 * Without it whoever puts meanwhile takes it, and they wait for ever.
 */
export class KeptRoom {
  readonly #afterTurn: (run: () => void) => Timer;
  readonly #onOver: () => void;
  /** In the order in which they were told. */
  readonly #all = new Set<Kept>();
  #bytes = 0;
  #end: Timer | undefined;

  /** `afterTurn` calls once the microtasks that are due have run; `onOver` hears that what was not come for is kept no longer. */
  constructor(afterTurn: (run: () => void) => Timer, onOver: () => void) {
    this.#afterTurn = afterTurn;
    this.#onOver = onOver;
  }

  /** How many records it is kept for. */
  get records(): number {
    return this.#all.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** To be called before he is told who may come for it. */
  keep({ bytes, orderKey }: RefusedRecord): Kept {
    const kept: Kept = { bytes, orderKey, isOpen: false };
    this.#add(kept);
    queueMicrotask(() => {
      kept.isOpen = true;
    });
    return kept;
  }

  /**
   * The room that `record` has probably come for: of just its size, else what has been kept longest. `ofItsKey`: another record may not
   * come instead, or it would pass what waits of its own key (P3).
   */
  openFor({ bytes, orderKey }: RefusedRecord, ofItsKey: boolean): Kept | undefined {
    let oldest: Kept | undefined;
    for (const kept of this.#all) {
      if (!kept.isOpen || (ofItsKey && kept.orderKey !== orderKey)) continue;
      if (kept.bytes === bytes) return kept;
      oldest ??= kept;
    }
    return oldest;
  }

  /** Keeps it no longer; false when it was not kept. */
  release(kept: Kept): boolean {
    if (!this.#all.delete(kept)) return false;
    this.#bytes -= kept.bytes;
    if (this.#all.size === 0) this.#stop();
    return true;
  }

  /** What was released was not enough for who came: it is for somebody else. */
  restore(kept: Kept): void {
    this.#add(kept);
  }

  /** Keeps nothing, and no timer. */
  clear(): void {
    this.#all.clear();
    this.#bytes = 0;
    this.#stop();
  }

  #add(kept: Kept): void {
    this.#all.add(kept);
    this.#bytes += kept.bytes;
    this.#end ??= this.#afterTurn(() => {
      this.clear();
      this.#onOver();
    });
  }

  #stop(): void {
    this.#end?.cancel();
    this.#end = undefined;
  }
}
