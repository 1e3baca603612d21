/**
 * Draws an index with a given weight in constant time, from one random number (Walker's alias method, as built by
 * Vose). A generator of 50,000 authors must not search a cumulative table for every tweet.
 */
export class AliasTable {
  readonly #threshold: Float64Array;
  readonly #alias: Uint32Array;

  /** @param weights - Not negative; they need not add up to one. */
  constructor(weights: ArrayLike<number>) {
    const given = Float64Array.from(weights);
    const total = given.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0 && Number.isFinite(total)) || given.some((weight) => weight < 0)) {
      throw new RangeError('AliasTable: weights must be finite, none negative, and not all zero.');
    }
    this.#threshold = given.map((weight) => (weight * given.length) / total);
    this.#alias = Uint32Array.from(given, (_, index) => index);
    this.#pair();
  }

  /** The index for `uniform`, a number in [0, 1). */
  pick(uniform: number): number {
    const position = uniform * this.#threshold.length;
    const column = Math.floor(position);
    return position - column < (this.#threshold[column] ?? 1) ? column : (this.#alias[column] ?? column);
  }

  /** Fills every column that is short with the excess of one that has too much. */
  #pair(): void {
    const short: number[] = [];
    const long: number[] = [];
    this.#threshold.forEach((value, index) => {
      (value < 1 ? short : long).push(index);
    });
    for (;;) {
      const to = short.pop();
      const from = long.pop();
      if (to === undefined || from === undefined) return;
      this.#alias[to] = from;
      const rest = (this.#threshold[from] ?? 0) - (1 - (this.#threshold[to] ?? 0));
      this.#threshold[from] = rest;
      (rest < 1 ? short : long).push(from);
    }
  }
}
