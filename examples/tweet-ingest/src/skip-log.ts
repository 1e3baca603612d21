import type { Skipped, SkipReason } from './tweet-line.js';

/** Lines or records reported one by one; a file of another kind must not fill the terminal. */
const reportedOneByOne = 20;

/** Counts skipped lines or records by reason, and says the first ones in full. */
export class SkipLog {
  readonly #counts = new Map<SkipReason, number>();
  readonly #what: string;
  readonly #say: (text: string) => void;
  #total = 0;

  /** @param what - What is skipped, in the singular. */
  constructor(what: 'line' | 'record', say: (text: string) => void) {
    this.#what = what;
    this.#say = say;
  }

  /** Number of those skipped. */
  get total(): number {
    return this.#total;
  }

  /** Number of those skipped by reason, in the order in which the reasons appeared. */
  get byReason(): ReadonlyMap<SkipReason, number> {
    return this.#counts;
  }

  /** Takes note of one; `where` is a line's number, or a record's place. */
  add({ reason, detail }: Skipped, where: string | number): void {
    this.#total += 1;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    if (this.#total <= reportedOneByOne) this.#say(`${this.#what} ${where} skipped, ${reason}: ${detail}`);
    if (this.#total === reportedOneByOne)
      this.#say(`further ${this.#what}s that are skipped are only counted`);
  }
}
