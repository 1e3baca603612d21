import type { Entry } from './entry.js';

/** What one request may still take of a lane. */
export interface RunLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** Entries of other lanes that the request has already. */
  readonly taken: number;
  /** With order: one aggregate, or single records of distinct keys (P3). */
  readonly ordered: boolean;
  /** Whether the lane's rate lets another entry of `bytes` go now; takes the tokens if so. */
  admit(bytes: number): boolean;
}

/** How far past records that must wait for an earlier one of their key a run looks. */
const maxScanned = 2_000;

/** The sealed entries of one lane, in put order; retries go back to the head. */
export class EntryQueue {
  /** Undefined before the head: what was taken is not kept (P2). */
  #entries: (Entry | undefined)[] = [];
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

  /** When the oldest record was put: after a reshard or a retry it need not stand first. */
  get oldestPutAtMs(): number {
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries) {
      if (entry && entry.members.oldestPutAtMs < oldestMs) oldestMs = entry.members.oldestPutAtMs;
    }
    return oldestMs;
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

  /** Takes out what stands at the head for as long as `wanted` says so. */
  takeWhile(wanted: (entry: Entry) => boolean): readonly Entry[] {
    const taken: Entry[] = [];
    let bytes = 0;
    for (let at = this.#head; at < this.#entries.length; at += 1) {
      const entry = this.#entries[at];
      if (!entry || !wanted(entry)) break;
      taken.push(entry);
      bytes += entry.bytes;
    }
    this.#remove(this.#head + taken.length, [], bytes);
    return taken;
  }

  /** Takes out what `isTaken` says yes to, and leaves the others in order. */
  takeWhere(isTaken: (entry: Entry) => boolean): readonly Entry[] {
    const taken = this.#entries.filter((entry) => entry !== undefined && isTaken(entry)) as Entry[];
    if (taken.length === 0) return taken;
    const gone = new Set(taken);
    this.#entries = this.#entries.filter((entry) => entry !== undefined && !gone.has(entry));
    this.#head = 0;
    for (const { bytes } of taken) this.#bytes -= bytes;
    return taken;
  }

  /** Takes everything out. */
  drain(): readonly Entry[] {
    const all = this.#entries.filter((entry) => entry !== undefined);
    this.#entries = [];
    this.#head = 0;
    this.#bytes = 0;
    return all;
  }

  /** Takes what may go in one request. */
  takeRun(limits: RunLimits): readonly Entry[] {
    const run = new Run(limits);
    const skipped: Entry[] = [];
    let at = this.#head;
    for (; at < this.#entries.length && !run.isFull && skipped.length < maxScanned; at += 1) {
      const entry = this.#entries[at];
      const next = entry ? run.offer(entry) : 'stop';
      if (next === 'stop') break;
      if (entry && next === 'skip') skipped.push(entry);
    }
    this.#remove(at, skipped, run.bytes);
    return run.entries;
  }

  #remove(upTo: number, kept: readonly Entry[], bytes: number): void {
    this.#bytes -= bytes;
    this.#entries.fill(undefined, this.#head, upTo);
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

/** What one request takes of a lane, as it grows. */
class Run {
  readonly entries: Entry[] = [];
  bytes = 0;
  readonly #limits: RunLimits;
  readonly #keys = new Set<string>();
  #maxEntries: number;

  constructor(limits: RunLimits) {
    this.#limits = limits;
    this.#maxEntries = limits.maxEntries;
  }

  /** With order, an aggregate stands alone: it holds many keys. */
  get isFull(): boolean {
    const alone = this.#limits.ordered && this.entries[0]?.aggregated === true;
    return alone || this.entries.length >= this.#maxEntries;
  }

  /** Takes the entry, leaves it for later because of its key, or ends the run before it. */
  offer(entry: Entry): 'taken' | 'skip' | 'stop' {
    const { ordered, maxBytes, taken, admit } = this.#limits;
    if (ordered && entry.aggregated && this.entries.length > 0) return 'stop';
    if (ordered && this.#keys.has(entry.orderKey)) return 'skip';
    if (this.bytes + entry.bytes > maxBytes || taken + this.entries.length >= entry.maxCompanions)
      return 'stop';
    if (!admit(entry.bytes)) return 'stop';
    this.entries.push(entry);
    this.bytes += entry.bytes;
    this.#maxEntries = Math.min(this.#maxEntries, entry.maxCompanions - taken);
    if (ordered) this.#keys.add(entry.orderKey);
    return 'taken';
  }
}
