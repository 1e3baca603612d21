import { callWithin } from '@shardline/core/internal';
import { compareSequenceNumbers } from './checkpoint.js';
import { type CreateLeasesParts, createLeases } from './create-leases.js';
import { ForeignLeasesError } from './errors.js';
import type { StreamShard } from './kinesis-reads.js';
import type { Lease } from './lease.js';
import type { LeasePlanner } from './lease-planner.js';
import type { LeaseStore } from './lease-store.js';
import { planCleanUp } from './plan-clean-up.js';
import type { ShardListing } from './shard-listing.js';

/** What a {@link ShardSync} needs from outside. */
export interface ShardSyncParts extends CreateLeasesParts {
  readonly store: Pick<LeaseStore, 'list' | 'create' | 'updateMetadata' | 'delete'>;
  readonly planner: Pick<LeasePlanner, 'missing'>;
  /** Whether a worker that lives has the lease, as far as this one knows; when in doubt, yes. */
  readonly isHeld: (lease: Lease) => boolean;
  readonly applicationName: string;
  readonly stream: string;
}

/** Keys of foreign leases that an error names. */
const namedKeys = 3;

/**
 * Brings leases into line with shards: `run` makes those that are missing (C11), adds ranges that an old KCL left out, deletes those
 * that have served, and gives the listing that it went by.
 *
 * Any number of workers may run it at once: every write is conditional, and one that came too late changes nothing. A run that fails
 * has done a part; the next one does the rest. Rejects with {@link ForeignLeasesError}, as {@link LeasePlanner} does,
 * and with what the store rejects with.
 */
export class ShardSync {
  readonly #parts: ShardSyncParts;

  constructor(parts: ShardSyncParts) {
    this.#parts = parts;
  }

  /** Runs once. Runs of one object must not overlap. */
  async run(signal: AbortSignal): Promise<ShardListing> {
    const { store, planner } = this.#parts;
    const leases = await this.#call((inner) => store.list(inner), signal);
    this.#refuseForeign(leases);
    const { planned, listing } = await planner.missing(leases, signal);
    this.#refuseOfOtherStream(leases, listing);
    await createLeases(this.#parts, planned, signal);
    await this.#addRanges(leases, listing, signal);
    await this.#cleanUp(leases, listing, signal);
    return listing;
  }

  #refuseForeign(leases: readonly Lease[]): void {
    const { applicationName, stream } = this.#parts;
    const foreign = leases.map(({ leaseKey }) => leaseKey).filter((key) => !/^shardId-\d+$/.test(key));
    if (foreign.length === 0) return;
    throw new ForeignLeasesError(applicationName, stream, foreign.slice(0, namedKeys));
  }

  /**
   * Streams share the names of shards. A lease of another stream, or of an earlier one of the same name, shows by its range, or by
   * a checkpoint before the shard's beginning; one of a younger stream with the same ranges does not.
   */
  #refuseOfOtherStream(leases: readonly Lease[], listing: ShardListing): void {
    const { applicationName, stream } = this.#parts;
    const foreign = leases.filter((lease) => isOfOtherShard(lease, listing.get(lease.leaseKey)));
    if (foreign.length === 0) return;
    const keys = foreign.map(({ leaseKey }) => leaseKey).slice(0, namedKeys);
    throw new ForeignLeasesError(applicationName, stream, keys);
  }

  async #addRanges(leases: readonly Lease[], listing: ShardListing, signal: AbortSignal): Promise<void> {
    for (const { leaseKey, hashKeyRange, unreadable } of leases) {
      const shard = hashKeyRange || unreadable ? undefined : listing.get(leaseKey);
      if (!shard) continue;
      const metadata = { hashKeyRange: shard.hashKeyRange };
      await this.#call((inner) => this.#parts.store.updateMetadata(leaseKey, metadata, inner), signal);
    }
  }

  async #cleanUp(leases: readonly Lease[], listing: ShardListing, signal: AbortSignal): Promise<void> {
    const { store, isHeld, tell } = this.#parts;
    for (const { lease, reason } of planCleanUp({ leases, listing, isHeld })) {
      const answer = await this.#call((inner) => store.delete(lease, inner), signal);
      if (answer === 'deleted') tell({ type: 'lease-deleted', reason, shardId: lease.leaseKey });
    }
  }

  #call<Result>(call: (signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Promise<Result> {
    return callWithin(this.#parts.clock, this.#parts.callTimeoutMs, call, signal);
  }
}

function isOfOtherShard({ hashKeyRange, checkpoint }: Lease, shard: StreamShard | undefined): boolean {
  if (shard === undefined) return false;
  const { startingHashKey, endingHashKey } = shard.hashKeyRange;
  if (hashKeyRange && hashKeyRange.startingHashKey !== startingHashKey) return true;
  if (hashKeyRange && hashKeyRange.endingHashKey !== endingHashKey) return true;
  const numbers = [checkpoint.sequenceNumber, shard.startingSequenceNumber];
  if (!numbers.every((number) => /^\d+$/.test(number))) return false;
  return compareSequenceNumbers(checkpoint.sequenceNumber, shard.startingSequenceNumber) < 0;
}
