import type { Entry } from './entry.js';

/** What one request may still take of a lane. */
export interface RunLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** With order: one aggregate, or single records of distinct keys (P3). */
  readonly ordered: boolean;
  /** Whether the lane's rate lets another entry of `bytes` go now; takes the tokens if so. */
  admit(bytes: number): boolean;
}

/** How far past records that must wait for an earlier one of their key a run looks. */
const maxScanned = 2_000;

/** The sealed entries of one lane, in put order; retries go back to the head. */
export class EntryQueue {
  #entries: Entry[] = [];
  #head = 0;
  #bytes = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  /** Bytes of everything queued. */
  get bytes(): number {
    return this.#bytes;
  }

  get first(): Entry | undefined {
    return this.#entries[this.#head];
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  /** Puts entries before all others, their own order kept. */
  unshift(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.#entries = [...entries, ...this.#entries.slice(this.#head)];
    this.#head = 0;
    for (const entry of entries) this.#bytes += entry.bytes;
  }

  /** Takes everything out. */
  drain(): readonly Entry[] {
    const all = this.#entries.slice(this.#head);
    this.#entries = [];
    this.#head = 0;
    this.#bytes = 0;
    return all;
  }

  /** Takes what may go in one request. */
  takeRun(limits: RunLimits): readonly Entry[] {
    const run: Entry[] = [];
    const skipped: Entry[] = [];
    const keys = new Set<string>();
    let bytes = 0;
    let at = this.#head;
    for (; at < this.#entries.length && run.length < limits.maxEntries; at += 1) {
      const entry = this.#entries[at];
      if (!entry || skipped.length >= maxScanned) break;
      if (limits.ordered && run.length > 0 && entry.aggregated) break;
      if (limits.ordered && keys.has(entry.orderKey)) {
        skipped.push(entry);
        continue;
      }
      const fits = bytes + entry.bytes <= limits.maxBytes && run.length < entry.maxCompanions;
      if (!fits || tooManyFor(run, entry) || !limits.admit(entry.bytes)) break;
      run.push(entry);
      bytes += entry.bytes;
      if (limits.ordered && entry.aggregated) {
        at += 1;
        break;
      }
      if (limits.ordered) keys.add(entry.orderKey);
    }
    this.#remove(at, skipped, bytes);
    return run;
  }

  #remove(upTo: number, kept: readonly Entry[], bytes: number): void {
    this.#bytes -= bytes;
    this.#head = upTo;
    if (kept.length > 0) {
      this.#entries = [...kept, ...this.#entries.slice(upTo)];
      this.#head = 0;
    } else if (this.#head === this.#entries.length) {
      this.#entries = [];
      this.#head = 0;
    } else if (this.#head > 1_024) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}

function tooManyFor(run: readonly Entry[], next: Entry): boolean {
  const [first] = run;
  return first !== undefined && run.length >= Math.min(first.maxCompanions, next.maxCompanions);
}
