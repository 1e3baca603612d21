import type { Entry } from './entry.js';
import { LoneEntries } from './lone-entries.js';
import type { Sink } from './sink.js';

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
/** Empty places that may stay besides as many as there are entries, before these move together. */
const sparePlaces = 1_024;

/** The sealed entries of one lane, in put order; retries go back to the head. */
export class EntryQueue {
  /** Undefined before the head, and where one was taken out: what was taken is not kept (P2). */
  #entries: (Entry | undefined)[] = [];
  /** Where the first one stands. */
  #head = 0;
  #length = 0;
  #bytes = 0;
  /** Nothing in it was put before this; what was has been taken out, perhaps. */
  #putSinceMs = Number.POSITIVE_INFINITY;
  /** Of `#entries`, once something was withdrawn. */
  #lone: LoneEntries | undefined;

  get length(): number {
    return this.#length;
  }

  /** Of everything queued, as the limits of the service count: data and partition keys. */
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
    this.#length += 1;
    this.#bytes += entry.bytes;
    this.#putSinceMs = Math.min(this.#putSinceMs, entry.members.oldestPutAtMs);
  }

  /** Puts entries before all others, their own order kept. Thousands of lanes may hand over to one, each before what it has. */
  unshift(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    if (this.#head < entries.length) this.#makeRoom(entries.length);
    this.#head -= entries.length;
    this.#lone = undefined;
    this.#length += entries.length;
    for (const [at, entry] of entries.entries()) {
      this.#entries[this.#head + at] = entry;
      this.#bytes += entry.bytes;
      this.#putSinceMs = Math.min(this.#putSinceMs, entry.members.oldestPutAtMs);
    }
  }

  /** Takes out what stands at the head for as long as `wanted` says so. */
  takeWhile(wanted: (entry: Entry) => boolean): readonly Entry[] {
    const taken: Entry[] = [];
    let at = this.#head;
    for (; at < this.#entries.length; at += 1) {
      const entry = this.#entries[at];
      if (entry && !wanted(entry)) break;
      if (entry) taken.push(entry);
    }
    this.#removed(taken, at, []);
    return taken;
  }

  /**
   * Takes out all from the head to the last entry that has a record put at `atMs` or before; nothing, where no entry has. To be
   * asked often: it looks at the entries only when one of them may be that old.
   */
  takePutBy(atMs: number): readonly Entry[] {
    if (this.#putSinceMs > atMs) return [];
    const last = this.#entries.findLastIndex((entry) => entry && entry.members.oldestPutAtMs <= atMs);
    const taken = this.#entries.slice(this.#head, last + 1).filter((entry) => entry !== undefined);
    if (taken.length > 0) this.#removed(taken, last + 1, []);
    this.#putSinceMs = this.oldestPutAtMs;
    return taken;
  }

  /** Takes out what waits by itself for one of `sinks`, which have a signal, and was never sent; leaves the others in order. */
  takeLone(sinks: ReadonlySet<Sink>): readonly Entry[] {
    if (this.#length === 0) return [];
    this.#lone ??= new LoneEntries(this.#entries);
    const taken: Entry[] = [];
    for (const at of this.#lone.take(sinks)) {
      const entry = this.#entries[at];
      if (!entry || entry.attempts.length > 0) continue;
      this.#entries[at] = undefined;
      taken.push(entry);
    }
    if (taken.length > 0) this.#removed(taken, this.#head, []);
    return taken;
  }

  /** Takes everything out. */
  drain(): readonly Entry[] {
    const all = this.#entries.filter((entry) => entry !== undefined);
    this.#replace([]);
    this.#length = 0;
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
      const next = entry ? run.offer(entry) : 'taken';
      if (next === 'stop') break;
      if (entry && next === 'skip') skipped.push(entry);
    }
    this.#removed(run.entries, at, skipped);
    return run.entries;
  }

  /** `taken` are out; of what stood before `upTo`, `kept` stay. */
  #removed(taken: readonly Entry[], upTo: number, kept: readonly Entry[]): void {
    this.#length -= taken.length;
    for (const { bytes } of taken) this.#bytes -= bytes;
    if (kept.length > 0) {
      this.#replace([...kept, ...this.#entries.slice(upTo)]);
      return;
    }
    this.#lone?.forget(this.#head, upTo);
    this.#entries.fill(undefined, this.#head, upTo);
    this.#head = upTo;
    while (this.#head < this.#entries.length && this.first === undefined) this.#head += 1;
    if (this.#length === 0) this.#replace([]);
    else if (this.#entries.length > 2 * this.#length + sparePlaces) {
      this.#replace(this.#entries.filter((entry) => entry !== undefined));
    }
  }

  /** For `count` entries before the head, and half as many again as there are then: what stands there seldom moves. */
  #makeRoom(count: number): void {
    const room = count + ((this.#length + count) >> 1);
    const before = new Array<Entry | undefined>(room).fill(undefined);
    this.#replace(before.concat(this.#entries.filter((entry) => entry !== undefined)));
    this.#head = room;
  }

  #replace(entries: (Entry | undefined)[]): void {
    this.#entries = entries;
    this.#head = 0;
    this.#lone = undefined;
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
    if (entry.goesAlone || (ordered && entry.aggregated && this.entries.length > 0)) return 'stop';
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
