const dayMs = 86_400_000;

/** What may be done so many times in any 24 hours. Infinity lifts the limit. */
export class DailyLimit {
  readonly #limit: number;
  /** When it was done in the last 24 hours. */
  #doneMs: readonly number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts once more at `now`, or says that the limit is reached. */
  tryTake(now: number): boolean {
    if (this.#limit === Number.POSITIVE_INFINITY) return true;
    const recent = this.#doneMs.filter((atMs) => atMs > now - dayMs);
    if (recent.length >= this.#limit) return false;
    this.#doneMs = [...recent, now];
    return true;
  }
}
