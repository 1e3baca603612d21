import type { HashKeyRange } from '@shardline/aggregation';
import type { ListingProblem } from './incomplete-listing-error.js';
import type { StreamShard } from './kinesis-reads.js';
import type { Lease } from './lease.js';

/** Something wrong with a listing, and the shard where it shows, if there is one. */
export interface FoundProblem {
  readonly reason: ListingProblem;
  readonly shardId: string | undefined;
}

/**
 * The shards of one answer of ListShards, as a tree. A shard that has a lease and is not listed was **forgotten** by the service:
 * its records are too old. That holds only for a listing without a {@link problemOf}.
 */
export class ShardListing {
  readonly shards: readonly StreamShard[];
  readonly #byId: ReadonlyMap<string, StreamShard>;
  readonly #children = new Map<string, StreamShard[]>();

  constructor(shards: readonly StreamShard[]) {
    this.shards = shards;
    this.#byId = new Map(shards.map((shard) => [shard.shardId, shard]));
    for (const shard of shards) {
      for (const parent of shard.parentShardIds) {
        const siblings = this.#children.get(parent);
        if (siblings) siblings.push(shard);
        else this.#children.set(parent, [shard]);
      }
    }
  }

  /** Undefined: the listing does not have it. */
  get(shardId: string): StreamShard | undefined {
    return this.#byId.get(shardId);
  }

  /** The parents that are listed. */
  parentsOf(shard: StreamShard): readonly StreamShard[] {
    return shard.parentShardIds.flatMap((id) => this.#byId.get(id) ?? []);
  }

  childrenOf(shardId: string): readonly StreamShard[] {
    return this.#children.get(shardId) ?? [];
  }

  /** The listed shard that came into being last: ids are given in order, and the youngest shards are open. */
  newest(): StreamShard | undefined {
    return this.shards.reduce<StreamShard | undefined>(
      (newest, one) => (newest && compareShardIds(newest.shardId, one.shardId) > 0 ? newest : one),
      undefined,
    );
  }

  /**
   * The shards that go on where a forgotten one stopped: its children; and of later generations those whose parents are all
   * forgotten too and that overlap its range, since shards that overlap follow from one another.
   */
  heirsOf({ leaseKey, hashKeyRange }: Lease): readonly StreamShard[] {
    return this.shards.filter((shard) => {
      if (shard.parentShardIds.includes(leaseKey)) return true;
      if (shard.parentShardIds.length === 0 || hashKeyRange === undefined) return false;
      return this.parentsOf(shard).length === 0 && overlap(shard.hashKeyRange, hashKeyRange);
    });
  }
}

/** Orders shard ids by when the service gave them. */
export function compareShardIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}

/** A shard that was heard of: by its lease, or at the end of its parent. */
export type KnownShard = Pick<Lease, 'leaseKey' | 'parentShardIds'>;

/**
 * Why no lease may be made or deleted by a listing; undefined: it can be relied on. `known` must have been heard of before it;
 * `'layer'`: it has the shards that were open at one time, rather than all.
 */
export function problemOf(
  listing: ShardListing,
  scope: 'all' | 'layer',
  known: readonly KnownShard[],
): FoundProblem | undefined {
  const { shards } = listing;
  const child = shards.find((shard) => listing.parentsOf(shard).some(({ open }) => open));
  if (child) return { reason: 'open-parent', shardId: child.shardId };
  if (!coverAll(scope === 'layer' ? shards : shards.filter(({ open }) => open))) {
    return { reason: 'hole', shardId: undefined };
  }
  if (scope === 'layer') return undefined;
  const newest = listing.newest()?.shardId ?? '';
  for (const { leaseKey, parentShardIds } of known) {
    if (listing.get(leaseKey)) continue;
    if (compareShardIds(leaseKey, newest) > 0) return { reason: 'outdated', shardId: leaseKey };
    // Parents are closed before their children and so forgotten before them.
    if (parentShardIds.some((id) => listing.get(id))) return { reason: 'hole', shardId: leaseKey };
  }
  return undefined;
}

/** Whether the ranges leave no hash key out; they may overlap. */
function coverAll(shards: readonly StreamShard[]): boolean {
  const bounds = shards
    .map(({ hashKeyRange }) => boundsOf(hashKeyRange))
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  let next = 0n;
  for (const { first, last } of bounds) {
    if (first > next) return false;
    if (last >= next) next = last + 1n;
  }
  return next > 2n ** 128n - 1n;
}

function overlap(a: HashKeyRange, b: HashKeyRange): boolean {
  const [one, other] = [boundsOf(a), boundsOf(b)];
  return one.first <= other.last && other.first <= one.last;
}

function boundsOf(range: HashKeyRange): { readonly first: bigint; readonly last: bigint } {
  return { first: BigInt(range.startingHashKey), last: BigInt(range.endingHashKey) };
}
