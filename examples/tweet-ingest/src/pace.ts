/** How {@link Pace} spreads records over time. */
export interface PaceOptions {
  /** Records to release in a second. */
  readonly perSecond: number;
  /** The moment from which it counts, on the same clock as every later `nowMs`. */
  readonly startMs: number;
  /**
   * How much may be caught up at once after a pause, in milliseconds' worth of records. What lies further back is given
   * up and counted. @defaultValue 250
   */
  readonly catchUpMs?: number;
}

/**
 * Decides how many records are due, from the time alone. A load that must be "5,200 a second" is judged against the
 * start, not against the last step, so rounding and late timers do not add up.
 */
export class Pace {
  readonly #perSecond: number;
  readonly #startMs: number;
  readonly #catchUpRecords: number;
  #released = 0;
  #missed = 0;

  constructor(options: PaceOptions) {
    this.#perSecond = options.perSecond;
    this.#startMs = options.startMs;
    this.#catchUpRecords = Math.max(1, Math.ceil((options.perSecond * (options.catchUpMs ?? 250)) / 1_000));
  }

  /** Records that were due but given up, because nobody asked in time. */
  get missed(): number {
    return this.#missed;
  }

  /** How many records are due at `nowMs`, at most `catchUpMs` worth. */
  due(nowMs: number): number {
    // A clock's fractions do not add up exactly: what lacks a millionth of a record is due.
    const passed = ((nowMs - this.#startMs) * this.#perSecond) / 1_000 + 1e-6;
    const wanted = Math.floor(passed) - this.#released - this.#missed;
    if (wanted <= this.#catchUpRecords) return Math.max(0, wanted);
    this.#missed += wanted - this.#catchUpRecords;
    return this.#catchUpRecords;
  }

  /** Tells that `count` of the due records were released. */
  release(count: number): void {
    this.#released += count;
  }

  /**
   * How long to wait at `nowMs` for the next record, in whole milliseconds: the first one by whose end it is due. 0 when one is
   * due now.
   */
  waitMs(nowMs: number): number {
    if (this.due(nowMs) > 0) return 0;
    const nextMs = this.#startMs + ((this.#released + this.#missed + 1) * 1_000) / this.#perSecond;
    return Math.floor(Math.max(0, nextMs - nowMs)) + 1;
  }
}
