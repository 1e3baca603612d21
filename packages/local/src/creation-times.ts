/**
 * Creation times that tell what is created from its namesake before: the time of creation, or the next moment that the
 * namesake does not have.
 */
export class CreationTimes {
  readonly #unitMs: number;
  /** The latest by name, in the order in which they were given out. */
  readonly #latestMs = new Map<string, number>();

  /** Those of namesakes differ by one or more of this unit: one that the caller tells apart. */
  constructor(unitMs: number) {
    this.#unitMs = unitMs;
  }

  /** How many names it remembers. */
  get size(): number {
    return this.#latestMs.size;
  }

  /** When something of this name is created at `now`. */
  next(name: string, now: number): number {
    this.#forgetBefore(this.#startOf(now));
    const latestMs = this.#latestMs.get(name) ?? Number.NEGATIVE_INFINITY;
    const createdAtMs = Math.max(Math.floor(now), this.#startOf(latestMs) + this.#unitMs);
    this.#latestMs.delete(name);
    this.#latestMs.set(name, createdAtMs);
    return createdAtMs;
  }

  /** A name whose latest time is that of no later creation is as good as new. */
  #forgetBefore(startMs: number): void {
    for (const [name, latestMs] of this.#latestMs) {
      if (latestMs >= startMs) return;
      this.#latestMs.delete(name);
    }
  }

  #startOf(timeMs: number): number {
    return Math.floor(timeMs / this.#unitMs) * this.#unitMs;
  }
}
