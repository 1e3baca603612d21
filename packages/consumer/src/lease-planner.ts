import type { Clock } from '@shardline/core';
import { initialStart } from './initial-start.js';
import type { ChildShard } from './kinesis-reads.js';
import type { Lease } from './lease.js';
import {
  type LeasePlanInput,
  type PlannedLease,
  planFirstLeases,
  planLeaseOf,
  planMissingLeases,
} from './plan-leases.js';
import type { ShardLister } from './shard-lister.js';
import type { KnownShard, ShardListing } from './shard-listing.js';

/** What a {@link LeasePlanner} needs from outside. */
export interface LeasePlannerParts {
  readonly lister: Pick<ShardLister, 'all' | 'layer'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly initialPosition: 'trim-horizon' | 'latest' | Date;
}

/** Leases to be made, and the listing that says so. */
export interface LeasePlan {
  readonly planned: readonly PlannedLease[];
  readonly listing: ShardListing;
}

const noLayer: ReadonlySet<string> = Object.freeze(new Set<string>());

/** Asks for the listings that a plan of leases takes, and makes the plan. Rejects as {@link ShardLister} does. */
export class LeasePlanner {
  readonly #parts: LeasePlannerParts;

  constructor(parts: LeasePlannerParts) {
    this.#parts = parts;
  }

  /** What the store lacks. `leases` is all that it has. */
  async missing(leases: readonly Lease[], signal: AbortSignal): Promise<LeasePlan> {
    return leases.length === 0 ? this.#first(signal) : this.#plan(leases, leases, planMissingLeases, signal);
  }

  /** What it takes for the other parent of a merged shard to have a lease; nothing, where the service has forgotten it. */
  async otherParent(
    shardId: string,
    child: ChildShard,
    leases: readonly Lease[],
    signal: AbortSignal,
  ): Promise<LeasePlan> {
    const known = [...leases, { leaseKey: child.shardId, parentShardIds: child.parentShardIds }];
    return this.#plan(leases, known, (input) => planLeaseOf(shardId, input), signal);
  }

  async #first(signal: AbortSignal): Promise<LeasePlan> {
    const { lister, clock, initialPosition } = this.#parts;
    const nowMs = clock.now();
    const { layer } = initialStart(initialPosition, [], nowMs);
    const listed = await lister.layer(layer, signal);
    const { listing } = await lister.all([], signal);
    const start = initialStart(initialPosition, [], listed.serviceTimeMs ?? nowMs);
    return { planned: planFirstLeases(listed.listing.shards, start), listing };
  }

  async #plan(
    leases: readonly Lease[],
    known: readonly KnownShard[],
    plan: (input: LeasePlanInput) => readonly PlannedLease[],
    signal: AbortSignal,
  ): Promise<LeasePlan> {
    const { lister, clock, initialPosition } = this.#parts;
    const nowMs = clock.now();
    const { listing, serviceTimeMs } = await lister.all(known, signal);
    const start = initialStart(initialPosition, leases, serviceTimeMs ?? nowMs);
    const planned = plan({ leases, listing, start, layer: noLayer });
    // The layer costs a call, and is nothing new where nothing begins or all begins at the open shards.
    const begins = planned.some(({ reason }) => reason === 'initial');
    if (!begins || start.layer.type === 'at-latest') return { planned, listing };
    const { shards } = (await lister.layer(start.layer, signal)).listing;
    const layer = new Set(shards.map(({ shardId }) => shardId));
    return { planned: plan({ leases, listing, start, layer }), listing };
  }
}
