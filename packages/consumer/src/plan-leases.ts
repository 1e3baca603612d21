import { type Checkpoint, compareSequenceNumbers } from './checkpoint.js';
import type { InitialStart } from './initial-start.js';
import type { StreamShard } from './kinesis-reads.js';
import { isFinished, type Lease, type NewLease } from './lease.js';
import { compareShardIds, type ShardListing } from './shard-listing.js';

/**
 * Which leases are missing, and where their shards begin. Pure; three entries:
 * - {@link planFirstLeases}: for a store without leases. One for each shard of the layer where the application begins.
 * - {@link planMissingLeases}: for every other store. One for each open shard that no leased ancestor will come to.
 * - {@link planLeaseOf}: what it takes for one shard to have a lease, and for nothing above it to be passed over.
 *
 * Leases come in the order of their shards' birth, parents first: a run that breaks off leaves nothing behind that would hide from the
 * next one what is missing.
 */

/** A lease to be made. `initial`: the application begins there. `reshard`: it goes on from a finished or forgotten parent. */
export interface PlannedLease {
  readonly lease: NewLease;
  readonly reason: 'initial' | 'reshard';
}

/** What a plan is made from. */
export interface LeasePlanInput {
  /** All leases, read before the listing. */
  readonly leases: readonly Lease[];
  /** All shards; `problemOf` it is undefined. */
  readonly listing: ShardListing;
  readonly start: InitialStart;
  /** Ids of the layer of {@link InitialStart.layer}. A plan without `initial` leases is the same whatever it has. */
  readonly layer: ReadonlySet<string>;
}

/** Where a shard begins whose parents are read to their end, or forgotten. */
const fromItsBeginning: Checkpoint = Object.freeze({ sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 });

/** The leases of a store that has none. */
export function planFirstLeases(layer: readonly StreamShard[], start: InitialStart): readonly PlannedLease[] {
  return inOrderOfBirth(layer).map((shard) => plannedLease(shard, start));
}

/** The leases that a store lacks. */
export function planMissingLeases(input: LeasePlanInput): readonly PlannedLease[] {
  const survey = new Survey(input);
  for (const shard of input.listing.shards) if (shard.open) survey.ensure(shard);
  return survey.plan();
}

/** The leases that it takes for `shardId`, which is listed, to have one, its unfinished ancestors included. */
export function planLeaseOf(shardId: string, input: LeasePlanInput): readonly PlannedLease[] {
  const survey = new Survey(input);
  const shard = input.listing.get(shardId);
  if (shard) survey.ensureItsOwn(shard);
  return survey.plan();
}

/**
 * How a shard stands:
 * - `leased`: its lease is not finished, so its children get theirs at its end; or cannot be read, so that nobody knows. `ended`: it is, and nobody will make theirs.
 * - `due`: has no lease and will get one, from the end of an ancestor or by the plan.
 * - `first`: of the layer where the application begins, without a leased ancestor. `outside`: neither.
 */
type Standing = 'leased' | 'ended' | 'due' | 'first' | 'outside';

/** One walk up from the open shards, each shard judged once. */
class Survey {
  readonly #input: LeasePlanInput;
  readonly #leases: ReadonlyMap<string, Lease>;
  readonly #heirs: ReadonlySet<StreamShard>;
  readonly #standings = new Map<string, Standing>();
  readonly #planned = new Map<StreamShard, 'initial' | 'reshard'>();

  constructor(input: LeasePlanInput) {
    this.#input = input;
    const { leases, listing } = input;
    this.#leases = new Map(leases.map((lease) => [lease.leaseKey, lease]));
    const forgotten = leases.filter(({ leaseKey }) => listing.get(leaseKey) === undefined);
    this.#heirs = new Set(forgotten.flatMap((lease) => listing.heirsOf(lease)));
  }

  /** Sees to it that the shard has a lease or will get one. */
  ensure(shard: StreamShard): void {
    if (isUnread(this.#standing(shard))) this.#planned.set(shard, 'initial');
  }

  /** Sees to it that the shard and every shard above it that is due have leases of their own. */
  ensureItsOwn(shard: StreamShard): void {
    this.ensure(shard);
    if (this.#standing(shard) !== 'due') return;
    if (!this.#planned.has(shard)) this.#planned.set(shard, 'reshard');
    for (const parent of this.#input.listing.parentsOf(shard)) {
      if (this.#standing(parent) === 'due') this.ensureItsOwn(parent);
    }
  }

  plan(): readonly PlannedLease[] {
    return inOrderOfBirth([...this.#planned.keys()]).map((shard) =>
      plannedLease(shard, this.#planned.get(shard) === 'initial' ? this.#input.start : undefined),
    );
  }

  #standing(shard: StreamShard): Standing {
    const known = this.#standings.get(shard.shardId);
    if (known !== undefined) return known;
    const lease = this.#leases.get(shard.shardId);
    const standing = lease ? (isFinished(lease) ? 'ended' : 'leased') : this.#unleased(shard);
    this.#standings.set(shard.shardId, standing);
    return standing;
  }

  #unleased(shard: StreamShard): Standing {
    const { listing, layer } = this.#input;
    const parents = listing.parentsOf(shard);
    const above = parents.map((parent) => this.#standing(parent));
    if (!this.#heirs.has(shard) && above.every((standing) => standing === 'outside')) {
      return layer.has(shard.shardId) ? 'first' : 'outside';
    }
    // A first ancestor; or the other half of a merge, of which nobody knows anything.
    for (const parent of parents) this.ensure(parent);
    // Nobody is left who would make it: the lease was lost, or the service has forgotten what stood before it (C11).
    if (above.every((standing) => standing === 'ended')) this.#planned.set(shard, 'reshard');
    return 'due';
  }
}

function isUnread(standing: Standing): boolean {
  return standing === 'first' || standing === 'outside';
}

function inOrderOfBirth(shards: readonly StreamShard[]): readonly StreamShard[] {
  return [...shards].sort(
    (a, b) =>
      compareSequenceNumbers(a.startingSequenceNumber, b.startingSequenceNumber) ||
      compareShardIds(a.shardId, b.shardId),
  );
}

function plannedLease(shard: StreamShard, start: InitialStart | undefined): PlannedLease {
  const { shardId, parentShardIds, hashKeyRange } = shard;
  const lease = { leaseKey: shardId, parentShardIds, hashKeyRange };
  if (start === undefined) return { lease: { ...lease, checkpoint: fromItsBeginning }, reason: 'reshard' };
  const { checkpoint, startAtMs } = start;
  const time = startAtMs === undefined ? {} : { startAtMs };
  return { lease: { ...lease, checkpoint, ...time }, reason: 'initial' };
}
