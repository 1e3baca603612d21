import { type RecordBatch, SourceEndedError } from './record-source.js';

interface Taker {
  resolve(batch: RecordBatch): void;
  reject(error: SourceEndedError): void;
}

/**
 * Where one batch waits between who reads and who processes.
 *
 * ```
 * wanted (somebody takes) ◀──▶ free ◀──take── full
 *          └────────put─────────┴─────put──────▲        any ──end──▶ ended
 * ```
 */
export class BatchSlot {
  #batch: RecordBatch | undefined;
  readonly #takers: Taker[] = [];
  #ended: SourceEndedError | undefined;
  #changed = () => {};

  /** Whether somebody waits for a batch. */
  get isWanted(): boolean {
    return this.#takers.length > 0;
  }

  /** The batch, when there is one. Rejects once the slot has ended, or a shard's last batch was taken. */
  take(): Promise<RecordBatch> {
    if (this.#ended) return Promise.reject(this.#ended);
    const batch = this.#batch;
    if (!batch) {
      const taken = new Promise<RecordBatch>((resolve, reject) => this.#takers.push({ resolve, reject }));
      this.#changed();
      return taken;
    }
    this.#batch = undefined;
    this.#handOver(batch);
    return Promise.resolve(batch);
  }

  /** Puts a batch into the free slot; it goes straight to who waits. */
  put(batch: RecordBatch): void {
    const taker = this.#takers.shift();
    if (!taker) {
      this.#batch = batch;
      return;
    }
    taker.resolve(batch);
    this.#handOver(batch);
  }

  /** Drops what is in the slot and sends away who waits. */
  end(error: SourceEndedError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#batch?.release();
    this.#batch = undefined;
    for (const { reject } of this.#takers.splice(0)) reject(error);
    this.#changed();
  }

  /** Resolves when there is room for a batch, or the slot has ended. For one caller at a time. */
  async free(): Promise<void> {
    while (this.#batch && !this.#ended) await this.#change();
  }

  /** Resolves when somebody waits for a batch, or the slot has ended. For one caller at a time. */
  async wanted(): Promise<void> {
    while (!this.isWanted && !this.#ended) await this.#change();
  }

  #handOver(batch: RecordBatch): void {
    if (batch.end) this.end(new SourceEndedError('closed'));
    else this.#changed();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}
