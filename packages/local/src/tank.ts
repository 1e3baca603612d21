/**
 * A refilling tank: holds up to `capacity` units and gains `perSecond` of them every second. It is full at first. More than
 * it can hold is given when it is full, and owed then: else it would be refused for ever. A capacity or a rate of Infinity
 * lifts the limit.
 */
export class Tank {
  readonly #capacity: number;
  readonly #perMs: number;
  #level: number;
  #at: number;

  constructor(capacity: number, perSecond: number, now: number) {
    this.#capacity = perSecond === Number.POSITIVE_INFINITY ? perSecond : capacity;
    this.#perMs = perSecond / 1000;
    this.#level = capacity;
    this.#at = now;
  }

  /** Whether `units` could be taken at `now` (milliseconds, never falling). */
  has(units: number, now: number): boolean {
    if (this.#capacity === Number.POSITIVE_INFINITY) return true;
    if (now > this.#at) {
      this.#level = Math.min(this.#capacity, this.#level + (now - this.#at) * this.#perMs);
      this.#at = now;
    }
    return this.#level >= Math.min(units, this.#capacity);
  }

  /** Takes `units`; only after `has` said yes for the same moment. */
  take(units: number): void {
    if (this.#capacity !== Number.POSITIVE_INFINITY) this.#level -= units;
  }

  /** `has` and `take` in one. */
  tryTake(units: number, now: number): boolean {
    if (!this.has(units, now)) return false;
    this.take(units);
    return true;
  }
}
