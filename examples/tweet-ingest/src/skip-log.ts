import type { SkippedLine } from './ndjson.js';
import type { SkipReason } from './tweet-line.js';

/** Lines reported one by one; a file of another kind must not fill the terminal. */
const reportedOneByOne = 20;

/** Counts skipped lines by reason, and says the first ones in full. */
export class SkipLog {
  readonly #counts = new Map<SkipReason, number>();
  readonly #say: (text: string) => void;
  #total = 0;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** Number of skipped lines. */
  get total(): number {
    return this.#total;
  }

  /** Number of skipped lines by reason, in the order in which the reasons appeared. */
  get byReason(): ReadonlyMap<SkipReason, number> {
    return this.#counts;
  }

  /** Takes note of a line. */
  add({ lineNumber, reason, detail }: SkippedLine): void {
    this.#total += 1;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    if (this.#total <= reportedOneByOne) this.#say(`line ${lineNumber} skipped, ${reason}: ${detail}`);
    if (this.#total === reportedOneByOne) this.#say('further lines that are skipped are only counted');
  }
}
