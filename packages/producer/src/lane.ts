import type { HashKey } from '@shardline/aggregation';
import { cutFirst } from './cut-first.js';
import type { Entry } from './entry.js';
import { EntryQueue, type RunLimits } from './entry-queue.js';
import type { Epoch } from './epochs.js';
import type { SealReason } from './events.js';
import {
  type AcceptedRecord,
  beginAggregate,
  loneEntry,
  type OpenAggregate,
  singleEntry,
} from './open-aggregate.js';
import type { RateLimiter } from './rate-limiter.js';
import type { RecordMemory } from './record-memory.js';
import type { ShardRange } from './shard-map.js';

/** Where a lane hands over to. */
export interface Successors {
  laneFor(hash: HashKey): Lane;
}

/** What all lanes of a producer have in common. */
export interface LaneRules {
  /** Whether records share aggregates. */
  readonly aggregates: boolean;
  /** Size at which an aggregate is sealed while its lane can send. */
  readonly aggregateBytes: number;
  /** Largest record of the stream, as far as is known now. */
  readonly maxRecordBytes: () => number;
  /** Where the bytes of its entries are held. */
  readonly memory: RecordMemory;
  /** Whether the order of each key is kept now: one request in flight. */
  readonly ordered: () => boolean;
  /** Told of every sealed aggregate and why. */
  readonly onSealed: (lane: Lane, entry: Entry, reason: SealReason) => void;
}

/**
 * A hash range of the stream: what waits to be sent to one shard, in put order (P3). Without a shard map one lane covers
 * everything and does not aggregate.
 *
 * ```
 *   held ──every lane it takes over from has moved──▶ open ──newer map without its shard──▶ closing ──nothing in flight──▶ moved
 *     └──────────────────────────newer map without its shard (predecessors move first)──────▲
 * ```
 *
 * `held` takes records and sends none; `open` sends; `closing` takes none and sends none: when its request is settled and its
 * own predecessors have moved, whatever it still has is put at the head of its successors.
 */
export class Lane {
  /** Undefined where the shard is not known. */
  readonly range: ShardRange | undefined;
  limiter: RateLimiter;
  readonly queue = new EntryQueue();
  /** The lanes whose records must arrive before this one may send. */
  readonly predecessors = new Set<Lane>();
  /** The table that replaced the one this lane stood in. */
  successors: Successors | undefined;
  /** Requests in flight. */
  inFlight = 0;
  /** Aggregates whose landing on another shard awaits a newer map (P4); nothing is sent meanwhile. */
  awaitingMap = 0;
  /** No request before this time, after a failed one. */
  notBeforeMs = 0;
  /** Requests in a row of which nothing was stored. */
  failures = 0;
  /** What an aggregate may grow to while the lane waits: rate times round trip, or half of it while throttled. */
  growBytes: number;
  /** Since when it has something to send; undefined while it has not. */
  dueSinceMs: number | undefined;
  /** Whether what it has should not wait for company: its linger is over, a flush asked, or it is a retry. */
  urgent = false;
  /** The newest sequence number that it was answered, for the check of P3. */
  lastSequenceNumber = '';
  /** User records, entries and bytes stored since it was made. */
  readonly storedSoFar = { userRecords: 0, entries: 0, bytes: 0 };
  readonly #rules: LaneRules;
  #open: OpenAggregate | undefined;

  constructor(range: ShardRange | undefined, limiter: RateLimiter, rules: LaneRules) {
    this.range = range;
    this.limiter = limiter;
    this.#rules = rules;
    this.growBytes = rules.aggregateBytes;
  }

  get shardId(): string | undefined {
    return this.range?.shardId;
  }

  /** Whether nothing waits in it. */
  get isEmpty(): boolean {
    return this.queue.length === 0 && this.#open === undefined;
  }

  /** Bytes that wait in it. */
  get waitingBytes(): number {
    return this.queue.bytes + (this.#open?.sizeBytes ?? 0);
  }

  /** Bytes of what would go next. */
  get nextBytes(): number {
    return this.queue.first?.bytes ?? (this.#open?.sizeBytes ?? 0) + 1;
  }

  /** Whether its state lets it send: rate and back-off are another matter. */
  get maySend(): boolean {
    if (this.successors || this.predecessors.size > 0 || this.awaitingMap > 0) return false;
    return this.inFlight === 0 || !this.#rules.ordered();
  }

  /** Whether it has something that should go. */
  get isDue(): boolean {
    return this.queue.length > 0 || (this.#open !== undefined && !this.isLingering);
  }

  /** Whether its newest records wait for others to share their aggregate. */
  get isLingering(): boolean {
    const open = this.#open;
    return open !== undefined && open.due === undefined && open.sizeBytes < this.#rules.aggregateBytes;
  }

  /** Takes a record behind all others. Returns whether the lane may be due, or begin to linger, because of it. */
  add(accepted: AcceptedRecord, hash: HashKey, epoch: Epoch): boolean {
    const { aggregates, aggregateBytes, memory } = this.#rules;
    if (!aggregates) {
      this.queue.push(singleEntry(accepted, epoch, memory));
      return true;
    }
    const open = this.#open;
    const flushed = open !== undefined && open.epoch !== epoch;
    if (open && !flushed && open.tryAdd(accepted, hash, this.#openLimitBytes())) {
      return this.dueSinceMs === undefined && open.sizeBytes >= aggregateBytes;
    }
    const maxRecordBytes = this.#rules.maxRecordBytes();
    const fresh = beginAggregate(accepted, hash, epoch, { memory, maxBytes: aggregateBytes });
    // Before anything changes: there may be no memory for it.
    const lone = fresh ? undefined : loneEntry(accepted, hash, epoch, { memory, maxRecordBytes });
    const sealed = this.#sealBefore(fresh, lone);
    if (lone) this.queue.push(lone);
    this.#open = fresh;
    // Last, since whoever is told may put: that must find this record in its place (P1, P3).
    const reason = fresh ? 'size' : 'large-record';
    if (sealed) this.#rules.onSealed(this, sealed, flushed ? 'flush' : reason);
    return true;
  }

  /** While the lane has to wait, its newest aggregate may grow. */
  #openLimitBytes(): number {
    const { aggregateBytes } = this.#rules;
    const waits = this.queue.length > 0 || !this.maySend;
    return waits && this.growBytes > aggregateBytes ? this.growBytes : aggregateBytes;
  }

  /** What lingers should go now, for `reason`. */
  makeDue(reason: SealReason): void {
    if (this.#open) this.#open.due ??= reason;
    if (!this.isEmpty) this.urgent = true;
  }

  /** Where the bytes of its entries are held. */
  get memory(): RecordMemory {
    return this.#rules.memory;
  }

  /** One request in flight at a time (P3). */
  get ordered(): boolean {
    return this.#rules.ordered();
  }

  /** Size at which its aggregates are sealed; 0 where records do not share any. */
  get aggregateBytes(): number {
    return this.#rules.aggregates ? this.#rules.aggregateBytes : 0;
  }

  /** Largest record of its stream. */
  get maxRecordBytes(): number {
    return this.#rules.maxRecordBytes();
  }

  /** Counts an entry that the service took. */
  stored(userRecords: number, bytes: number): void {
    this.storedSoFar.userRecords += userRecords;
    this.storedSoFar.entries += 1;
    this.storedSoFar.bytes += bytes;
  }

  /** Ends the open aggregate, if there is one. */
  seal(reason: SealReason): void {
    const sealed = this.#sealOpen();
    if (sealed) this.#rules.onSealed(this, sealed, reason);
  }

  /** Takes out what may go in one request. */
  take(limits: RunLimits): readonly Entry[] {
    if (this.queue.length === 0) this.seal(this.#open?.due ?? 'size');
    cutFirst(this, limits.maxEntries);
    return this.queue.takeRun(limits);
  }

  /** Takes out, in put order, all that may have been put at `atMs` or before, and what stands between. Looks only where it must. */
  takePutBy(atMs: number): readonly Entry[] {
    if (this.#open && this.#open.oldestPutAtMs <= atMs) this.seal('expiry');
    return this.queue.takePutBy(atMs);
  }

  /** Takes out everything, in put order. */
  drain(reason: SealReason): readonly Entry[] {
    this.seal(reason);
    return this.queue.drain();
  }

  /** {@link Lane.#sealOpen}; where that finds no memory, what was to come behind is undone. */
  #sealBefore(fresh: OpenAggregate | undefined, lone: Entry | undefined): Entry | undefined {
    try {
      return this.#sealOpen();
    } catch (error) {
      fresh?.discard();
      lone?.end(false);
      throw error;
    }
  }

  #sealOpen(): Entry | undefined {
    const sealed = this.#open?.seal();
    this.#open = undefined;
    if (sealed) this.queue.push(sealed);
    return sealed;
  }
}
