import { ConsumerRegistry } from './consumer-registry.js';
import { DailyLimit } from './daily-limit.js';
import type { HashKey, HashKeyRange } from './hash-key.js';
import { ResourceTags } from './resource-tags.js';
import type { RetainedBytes } from './retained-bytes.js';
import { isSequenceNumber, prefixOf, shardNumberOf } from './sequence-number.js';
import type { ServiceLimits } from './service-limits.js';
import { Shard, shardIdOf } from './shard.js';
import { Tank } from './tank.js';

/** The status of a stream, in the API's words. */
export type StreamStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';

/** What a stream is made from. */
export interface StreamFacts {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  readonly distribution: 'USER_PARTITION_KEY' | 'AUTO';
  readonly maxRecordKiB: number;
  readonly limits: ServiceLimits;
  readonly budget: RetainedBytes;
  readonly nextEpoch: (atMs: number) => number;
}

interface Transition {
  readonly status: Exclude<StreamStatus, 'ACTIVE'>;
  readonly doneAtMs: number;
  readonly finish: () => void;
  readonly plan: StreamPlan;
}

/** What a stream will have when its transition is done, where that is not what it has. */
export interface StreamPlan {
  readonly mode?: StreamFacts['mode'];
  readonly openShards?: number;
}

/**
 * One stream.
 *
 * ```
 * (none) ── CreateStream ──> CREATING ── time ──> ACTIVE ── DeleteStream ──> DELETING ── time ──> (gone)
 *                                                 │    ^
 *                            split, merge, update └──> UPDATING (time)
 * ```
 *
 * Nothing runs on a timer: {@link Stream.settle} finishes what is due, and is called before every look at the stream.
 */
export class Stream {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  mode: 'PROVISIONED' | 'ON_DEMAND';
  distribution: 'USER_PARTITION_KEY' | 'AUTO';
  maxRecordKiB: number;
  retentionHours = 24;
  /** The metrics of its shards that are turned on, in the service's order. */
  shardLevelMetrics: readonly string[] = [];
  /** The throughput that it is to be ready for, where one was asked for. */
  warmThroughputMiBps: number | undefined;
  readonly tags = new ResourceTags();
  /** Its resource policy, as it was put. */
  policy: string | undefined;
  readonly listShardsCalls: Tank;
  readonly consumers = new ConsumerRegistry();
  readonly shardCountUpdates: DailyLimit;
  readonly modeUpdates: DailyLimit;
  readonly encryptionStarts: DailyLimit;
  readonly encryptionStops: DailyLimit;
  readonly #facts: StreamFacts;
  #encryptionKeyId: string | undefined;
  #transition: Transition | undefined;
  /** Where its horizon stood when it was last looked at. */
  #horizonMs = Number.NEGATIVE_INFINITY;
  /** When the first of its closed shards was closed. */
  #firstClosedMs = Number.POSITIVE_INFINITY;
  /** All shards that are not past the retention period, by ascending number. */
  #shards: Shard[] = [];
  readonly #byId = new Map<string, Shard>();
  #nextNumber = 0;
  /** Open shards by ascending range. */
  readonly #open: Shard[] = [];

  constructor(facts: StreamFacts) {
    this.#facts = facts;
    this.name = facts.name;
    this.arn = facts.arn;
    this.createdAtMs = facts.createdAtMs;
    this.mode = facts.mode;
    this.distribution = facts.distribution;
    this.maxRecordKiB = facts.maxRecordKiB;
    const { listShardsCallsPerSecond, ...limits } = facts.limits;
    this.listShardsCalls = new Tank(listShardsCallsPerSecond, listShardsCallsPerSecond, facts.createdAtMs);
    this.shardCountUpdates = new DailyLimit(limits.updateShardCountPerDay);
    this.modeUpdates = new DailyLimit(limits.updateStreamModePerDay);
    this.encryptionStarts = new DailyLimit(limits.streamEncryptionPerDay);
    this.encryptionStops = new DailyLimit(limits.streamEncryptionPerDay);
  }

  get status(): StreamStatus {
    return this.#transition?.status ?? 'ACTIVE';
  }

  /** The KMS key that new records are encrypted with; none are when absent. */
  get encryptionKeyId(): string | undefined {
    return this.#encryptionKeyId;
  }

  /** From now on records are encrypted with this key, or not at all; those that are there stay as they are. */
  encryptWith(keyId: string | undefined): void {
    this.#encryptionKeyId = keyId;
    for (const { log } of this.#open) log.encryption.change(log.end, keyId !== undefined);
  }

  get shards(): readonly Shard[] {
    return this.#shards;
  }

  /** By ascending range. The list is the stream's own and changes with it. */
  get openShards(): readonly Shard[] {
    return this.#open;
  }

  shard(id: string): Shard | undefined {
    return this.#byId.get(id);
  }

  /** The open shard whose range holds `key`. Every key has one while the stream has shards. */
  shardFor(key: HashKey): Shard | undefined {
    return this.#open[this.#openIndexOf(key)];
  }

  /** The shard that gave out this sequence number; `undefined` if none did, or one that is past the retention period. */
  giverOf(sequenceNumber: string): Shard | undefined {
    if (!isSequenceNumber(sequenceNumber)) return undefined;
    const shard = this.#byId.get(shardIdOf(shardNumberOf(sequenceNumber)));
    return shard?.prefix === prefixOf(sequenceNumber) ? shard : undefined;
  }

  #openIndexOf(key: HashKey): number {
    const open = this.#open;
    let low = 0;
    let high = open.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const shard = open[middle];
      if (shard && shard.range.start <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** When the present transition is done; Infinity when there is none. */
  get dueAtMs(): number {
    return this.#transition?.doneAtMs ?? Number.POSITIVE_INFINITY;
  }

  /** The capacity mode that it has, or will have when its transition is done. */
  get plannedMode(): StreamFacts['mode'] {
    return this.#transition?.plan.mode ?? this.mode;
  }

  /** How many open shards it has, or will have when its transition is done. */
  get plannedOpenShards(): number {
    return this.#transition?.plan.openShards ?? this.#open.length;
  }

  /** Enters `status` until `doneAtMs`, when `finish` runs, which does what `plan` says. */
  begin(status: Transition['status'], doneAtMs: number, finish: () => void, plan: StreamPlan = {}): void {
    this.#transition = { status, doneAtMs, finish, plan };
    // Who waits for a shard to change must wait no longer than until then.
    for (const shard of this.#shards) shard.tellChanged();
  }

  /** Finishes the transition that is due at `now`, and forgets the closed shards that are past the retention period. */
  settle(now: number): void {
    const transition = this.#transition;
    if (transition && transition.doneAtMs <= now) {
      this.#transition = undefined;
      transition.finish();
    }
    this.#moveHorizon(now);
  }

  /** The oldest time that is kept. It never falls: a longer retention period brings nothing back. */
  trimHorizonMs(now: number): number {
    return Math.max(this.#horizonMs, now - this.retentionHours * 3_600_000);
  }

  /** Drops the records and closed shards that are past the retention period. */
  trim(now: number): void {
    this.#moveHorizon(now);
    for (const shard of this.#shards) shard.log.trimBefore(this.#horizonMs);
  }

  #moveHorizon(now: number): void {
    this.#horizonMs = this.trimHorizonMs(now);
    if (this.#firstClosedMs < this.#horizonMs) this.#expireShards(now);
  }

  /** Forgets the shards that were closed before the horizon; no record of theirs is younger. */
  #expireShards(now: number): void {
    const kept: Shard[] = [];
    this.#firstClosedMs = Number.POSITIVE_INFINITY;
    for (const shard of this.#shards) {
      const closedMs = shard.closedAtMs ?? Number.POSITIVE_INFINITY;
      if (closedMs < this.#horizonMs) {
        shard.log.clear();
        this.#byId.delete(shard.id);
        continue;
      }
      kept.push(shard);
      this.#firstClosedMs = Math.min(this.#firstClosedMs, closedMs);
    }
    this.#shards = kept;
    for (const consumer of this.consumers.list(now)) consumer.keepShards((id) => this.#byId.has(id));
  }

  /** Opens the first shards, on ranges that cover all keys in ascending order. */
  openFirst(ranges: readonly HashKeyRange[], atMs: number): void {
    for (const range of ranges) this.#open.push(this.#openShard(range, [], atMs));
  }

  /**
   * Closes `parents`, which are open and lie side by side, and opens shards on `ranges`, which cover the same keys in
   * ascending order.
   */
  replace(parents: readonly Shard[], ranges: readonly HashKeyRange[], atMs: number): void {
    const at = Math.min(...parents.map((parent) => this.#openIndexOf(parent.range.start)));
    for (const parent of parents) parent.close(atMs);
    this.#firstClosedMs = Math.min(this.#firstClosedMs, atMs);
    const children = ranges.map((range) => this.#openShard(range, parents, atMs));
    this.#open.splice(at, parents.length, ...children);
  }

  #openShard(range: HashKeyRange, parents: readonly Shard[], atMs: number): Shard {
    const { limits, budget, nextEpoch } = this.#facts;
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const shard = new Shard({
      number,
      range,
      parents,
      epoch: nextEpoch(atMs),
      openedAtMs: atMs,
      limits,
      budget,
    });
    shard.log.encryption.change(0, this.#encryptionKeyId !== undefined);
    this.#shards.push(shard);
    this.#byId.set(shard.id, shard);
    return shard;
  }

  /** Gives back all that the stream holds. */
  release(): void {
    this.consumers.clear();
    for (const shard of this.#shards) shard.log.clear();
  }
}
