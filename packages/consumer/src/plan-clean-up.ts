import { isInitial } from './checkpoint.js';
import { isFinished, type Lease } from './lease.js';
import type { ShardListing } from './shard-listing.js';

/** What a clean-up is planned from. */
export interface CleanUpInput {
  /** All leases, read before the listing. */
  readonly leases: readonly Lease[];
  /** All shards; `problemOf` it is undefined. */
  readonly listing: ShardListing;
  /** Whether a worker that lives has the lease. */
  readonly isHeld: (lease: Lease) => boolean;
}

/** A lease to be deleted. */
export interface PlannedDeletion {
  readonly lease: Lease;
  readonly reason: 'finished' | 'shard-gone';
}

/**
 * Which leases have served. Pure, from nothing but the leases and a listing, so that a restart forgets nothing.
 * - `finished`: at its end, its parents' leases are gone, and each of its children has made progress: whoever reads them has seen
 *   that this shard is done (C3).
 * - `shard-gone`: the service has forgotten the shard, nobody holds its lease (a holder finds out and deletes it itself), and every
 *   shard that goes on from it is taken care of: until then the lease says that they are to be read from their beginning.
 *
 * A lease that cannot be read stays, and has made no progress.
 */
export function planCleanUp({ leases, listing, isHeld }: CleanUpInput): readonly PlannedDeletion[] {
  const keys = new Map(leases.map((lease) => [lease.leaseKey, lease]));
  return leases.flatMap((lease): readonly PlannedDeletion[] => {
    if (lease.unreadable !== undefined) return [];
    if (isFinished(lease) && isServed(lease, keys, listing)) return [{ lease, reason: 'finished' }];
    const forgotten = listing.get(lease.leaseKey) === undefined;
    if (!forgotten || isHeld(lease) || !heirsAreCovered(lease, keys, listing)) return [];
    return [{ lease, reason: 'shard-gone' }];
  });
}

type Leases = ReadonlyMap<string, Lease>;

function isServed(lease: Lease, leases: Leases, listing: ShardListing): boolean {
  if (lease.parentShardIds.some((parent) => leases.has(parent))) return false;
  const listed = listing.childrenOf(lease.leaseKey).map(({ shardId }) => shardId);
  const children = lease.childShardIds.length > 0 ? lease.childShardIds : listed;
  if (children.length === 0) return false;
  return children.every((id) => {
    const child = leases.get(id);
    if (child) return child.unreadable === undefined && !isInitial(child.checkpoint);
    // Done and deleted, or lost: then a lease further down goes on, or one is still to be made.
    if (listing.get(id)) return isCovered(id, leases, listing);
    return listing.get(lease.leaseKey) === undefined && heirsAreCovered(lease, leases, listing);
  });
}

function heirsAreCovered(lease: Lease, leases: Leases, listing: ShardListing): boolean {
  return listing.heirsOf(lease).every(({ shardId }) => isCovered(shardId, leases, listing));
}

/** Whether the shard has a lease, or everything that came of it has. */
function isCovered(shardId: string, leases: Leases, listing: ShardListing): boolean {
  if (leases.has(shardId)) return true;
  const children = listing.childrenOf(shardId);
  return children.length > 0 && children.every((child) => isCovered(child.shardId, leases, listing));
}
