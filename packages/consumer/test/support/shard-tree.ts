import type { HistoricShard } from '@shardline/testing/arbitraries';
import type { KinesisReads, ShardFilter, StreamShard } from '../../src/kinesis-reads.js';
import type { Lease } from '../../src/lease.js';
import { created } from '../../src/lease-rules.js';

interface TreeShard extends Omit<StreamShard, 'open'> {
  readonly openedAtMs: number;
  closedAtMs: number;
}

const space = 1n << 128n;

/** The id that the service gives to the `index`th shard of a stream. */
export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

/**
 * The shards of a stream and how they came about. Time is told in reshards: the first shards open at 0, what the first reshard makes
 * opens at 1.
 */
export class ShardTree {
  readonly #shards: TreeShard[] = [];
  #nowMs = 0;

  /** Begins with as many shards of equal size. */
  constructor(shards: number) {
    const bound = (at: number) => (space * BigInt(at)) / BigInt(shards);
    for (let at = 0; at < shards; at += 1) this.#open([], bound(at), bound(at + 1) - 1n);
  }

  /** Replays a generated history. */
  static of(history: readonly HistoricShard[]): ShardTree {
    const roots = history.filter(({ parentShardIds }) => parentShardIds.length === 0);
    const tree = new ShardTree(roots.length);
    const rest = history.slice(roots.length);
    while (rest.length > 0) {
      const [first] = rest.splice(0, 1) as [HistoricShard];
      const parents = first.parentShardIds;
      tree.#nowMs += 1;
      tree.#close(parents);
      const born = parents.length === 2 ? [first] : [first, ...rest.splice(0, 1)];
      for (const one of born) tree.#open(parents, BigInt(one.startingHashKey), BigInt(one.endingHashKey));
    }
    return tree;
  }

  /** How far time has come. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Splits a shard in the middle. */
  split(index: number): void {
    const { hashKeyRange } = this.shard(index);
    const [first, last] = [BigInt(hashKeyRange.startingHashKey), BigInt(hashKeyRange.endingHashKey)];
    const middle = first + (last - first + 1n) / 2n;
    this.#nowMs += 1;
    this.#close([shardId(index)]);
    this.#open([shardId(index)], first, middle - 1n);
    this.#open([shardId(index)], middle, last);
  }

  /** Merges two neighbours, the lower one first. */
  merge(lower: number, upper: number): void {
    const parents = [shardId(lower), shardId(upper)];
    this.#nowMs += 1;
    this.#close(parents);
    const { startingHashKey } = this.shard(lower).hashKeyRange;
    const { endingHashKey } = this.shard(upper).hashKeyRange;
    this.#open(parents, BigInt(startingHashKey), BigInt(endingHashKey));
  }

  /** The service's records older than this are gone, and the shards that hold nothing else. */
  forgetBefore(ms: number): void {
    const kept = this.#shards.filter(({ closedAtMs }) => closedAtMs > ms);
    this.#shards.splice(0, this.#shards.length, ...kept);
  }

  /** What a listing tells that was made at `asOfMs`. */
  list(asOfMs = this.#nowMs): readonly StreamShard[] {
    return this.#shards
      .filter(({ openedAtMs }) => openedAtMs <= asOfMs)
      .map(({ openedAtMs, closedAtMs, ...shard }) => ({ ...shard, open: closedAtMs > asOfMs }));
  }

  /** The shards that were open at a time, as a listing of now tells of them. */
  layer(atMs: number): readonly StreamShard[] {
    const ids = new Set(this.list(atMs).flatMap(({ open, shardId: id }) => (open ? [id] : [])));
    return this.list().filter((shard) => ids.has(shard.shardId));
  }

  shard(index: number): StreamShard {
    const found = this.list().find((shard) => shard.shardId === shardId(index));
    if (!found) throw new RangeError(`There is no shard ${index}.`);
    return found;
  }

  #open(parentShardIds: readonly string[], first: bigint, last: bigint): void {
    const newest = this.#shards.at(-1)?.shardId.slice(-12) ?? '-1';
    const index = Number(newest) + 1;
    this.#shards.push({
      shardId: shardId(index),
      parentShardIds,
      hashKeyRange: { startingHashKey: String(first), endingHashKey: String(last) },
      startingSequenceNumber: String(10n ** 55n + BigInt(index)),
      openedAtMs: this.#nowMs,
      closedAtMs: Number.POSITIVE_INFINITY,
    });
  }

  #close(ids: readonly string[]): void {
    for (const shard of this.#shards) if (ids.includes(shard.shardId)) shard.closedAtMs = this.#nowMs;
  }
}

/** Lists a tree as the service would; its oldest record is of `horizonMs`, its time is `serviceTimeMs`. */
export function treeReads(
  tree: ShardTree,
  { horizonMs = 0, serviceTimeMs }: { horizonMs?: number; serviceTimeMs?: number } = {},
): Pick<KinesisReads, 'listShards'> & { readonly asked: ShardFilter[] } {
  const asked: ShardFilter[] = [];
  return {
    asked,
    async listShards(filter) {
      asked.push(filter);
      return { shards: select(tree, filter, horizonMs), serviceTimeMs };
    },
  };
}

function select(tree: ShardTree, filter: ShardFilter, horizonMs: number): readonly StreamShard[] {
  if (filter.type === 'all') return tree.list();
  if (filter.type === 'at-latest') return tree.layer(tree.nowMs);
  return tree.layer(filter.type === 'at-timestamp' ? filter.timestampMs : horizonMs);
}

/** A lease as it is made, with changes. */
export function leaseOf(shard: StreamShard, changes: Partial<Lease> = {}): Lease {
  const { shardId: leaseKey, parentShardIds, hashKeyRange } = shard;
  const checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
  const { lease } = created(undefined, { leaseKey, parentShardIds, hashKeyRange, checkpoint });
  return { ...(lease as Lease), ...changes };
}

/** A checkpoint by its sequence number or sentinel. */
export function at(sequenceNumber: string) {
  return { sequenceNumber, subSequenceNumber: 0 };
}
