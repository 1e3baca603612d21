import { type HashKeyRange, hashKeyToDecimal } from './hash-key.js';
import { ReadLimiter } from './read-limiter.js';
import { RecordLog } from './record-log.js';
import type { NewRecord } from './record-segment.js';
import type { RetainedBytes } from './retained-bytes.js';
import { formatSequenceNumber, sequencePrefix } from './sequence-number.js';
import type { ServiceLimits } from './service-limits.js';
import { Tank } from './tank.js';
import { createWriteLimiter, type WriteLimiter } from './write-limiter.js';

/** What a shard is made from. */
export interface ShardFacts {
  readonly number: number;
  readonly range: HashKeyRange;
  readonly parents: readonly Shard[];
  /** Rises with every shard of the account. */
  readonly epoch: number;
  readonly openedAtMs: number;
  readonly limits: ServiceLimits;
  readonly budget: RetainedBytes;
}

/** A shard's form in the API. */
export interface ShardDescription {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: {
    readonly StartingSequenceNumber: string;
    readonly EndingSequenceNumber?: string;
  };
}

/** The id of the shard with this number. */
export function shardIdOf(number: number): string {
  return `shardId-${String(number).padStart(12, '0')}`;
}

/** One shard: its place in the tree, its records and its limiters. Open until {@link Shard.close}. */
export class Shard {
  readonly id: string;
  readonly number: number;
  readonly range: HashKeyRange;
  readonly parentIds: readonly string[];
  readonly openedAtMs: number;
  /** What all its sequence numbers begin with. */
  readonly prefix: string;
  readonly log: RecordLog;
  readonly writes: WriteLimiter;
  readonly reads: ReadLimiter;
  readonly iteratorCalls: Tank;
  readonly children: Shard[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #startingSequenceNumber: string;
  #closed: { readonly atMs: number; readonly endingSequenceNumber: string } | undefined;

  constructor(facts: ShardFacts) {
    const { limits, openedAtMs } = facts;
    this.number = facts.number;
    this.id = shardIdOf(facts.number);
    this.range = facts.range;
    this.parentIds = facts.parents.map((parent) => parent.id);
    this.openedAtMs = openedAtMs;
    this.prefix = sequencePrefix(facts.epoch, facts.number);
    this.#startingSequenceNumber = formatSequenceNumber(this.prefix, 0, 0);
    this.log = new RecordLog(this.prefix, facts.budget);
    this.writes = createWriteLimiter(limits, openedAtMs);
    this.reads = new ReadLimiter(limits, openedAtMs);
    this.iteratorCalls = new Tank(
      limits.shardIteratorCallsPerSecond,
      limits.shardIteratorCallsPerSecond,
      openedAtMs,
    );
    for (const parent of facts.parents) parent.children.push(this);
  }

  /** When the shard was closed; `undefined` while it is open. */
  get closedAtMs(): number | undefined {
    return this.#closed?.atMs;
  }

  /** Stores a record and returns its sequence number. */
  append(record: NewRecord): string {
    const sequenceNumber = this.log.append(record);
    this.tellChanged();
    return sequenceNumber;
  }

  /** No record is stored from here on. */
  close(atMs: number): void {
    const endingSequenceNumber = formatSequenceNumber(this.prefix, this.log.end + 1, Math.floor(atMs));
    this.#closed = { atMs, endingSequenceNumber };
    this.tellChanged();
  }

  /** Calls `watcher` after every record that is stored and every other change, until the result is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Something changed that who watches the shard must look at. */
  tellChanged(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** The shard in the API's form, as it stood at `atMs`. */
  describe(atMs = Number.POSITIVE_INFINITY): ShardDescription {
    const [parent, adjacent] = this.parentIds;
    const closed = this.#closed && this.#closed.atMs <= atMs ? this.#closed : undefined;
    return {
      ShardId: this.id,
      ...(parent === undefined ? {} : { ParentShardId: parent }),
      ...(adjacent === undefined ? {} : { AdjacentParentShardId: adjacent }),
      HashKeyRange: rangeInDecimal(this.range),
      SequenceNumberRange: {
        StartingSequenceNumber: this.#startingSequenceNumber,
        ...(closed ? { EndingSequenceNumber: closed.endingSequenceNumber } : {}),
      },
    };
  }
}

/** A range in the API's form. */
export function rangeInDecimal(range: HashKeyRange): ShardDescription['HashKeyRange'] {
  return { StartingHashKey: hashKeyToDecimal(range.start), EndingHashKey: hashKeyToDecimal(range.end) };
}

/** A shard that came of a reshard, as those who read its parents to the end are told of it. */
export interface ChildShardDescription {
  readonly ShardId: string;
  readonly ParentShards: readonly string[];
  readonly HashKeyRange: ShardDescription['HashKeyRange'];
}

/** The shards that came of `shard`. */
export function describeChildren(shard: Shard): readonly ChildShardDescription[] {
  return shard.children.map((child) => ({
    ShardId: child.id,
    ParentShards: child.parentIds,
    HashKeyRange: rangeInDecimal(child.range),
  }));
}
