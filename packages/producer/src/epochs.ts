/** The records accepted between two flushes. */
export interface Epoch {
  /** Accepted and not settled. */
  outstanding: number;
}

/**
 * Knows when everything accepted before a moment is settled, and nothing more (P6): a flush ends an epoch and waits for it
 * and the ones before. An entry never holds records of two epochs, so that newer records cannot delay a flush.
 */
export class Epochs {
  readonly #ended: { epoch: Epoch; resolve: () => void }[] = [];
  #current: Epoch = { outstanding: 0 };

  get current(): Epoch {
    return this.#current;
  }

  /** Ends the current epoch. Resolves when every record accepted so far is settled. */
  end(): Promise<void> {
    const epoch = this.#current;
    this.#current = { outstanding: 0 };
    return new Promise((resolve) => {
      this.#ended.push({ epoch, resolve });
      this.#resolveDone();
    });
  }

  /** `count` records of `epoch` are settled. */
  settle(epoch: Epoch, count: number): void {
    epoch.outstanding -= count;
    if (epoch.outstanding === 0) this.#resolveDone();
  }

  #resolveDone(): void {
    const undone = this.#ended.findIndex(({ epoch }) => epoch.outstanding > 0);
    const done = this.#ended.splice(0, undone < 0 ? this.#ended.length : undone);
    for (const { resolve } of done) resolve();
  }
}
