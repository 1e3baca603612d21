import type { Checkpoint } from './checkpoint.js';
import { inHandoff, type Lease, type NewLease, type PendingCheckpoint } from './lease.js';
import type { LeaseMetadata, LeaseWrite } from './lease-store.js';

/**
 * What each write of a {@link LeaseStore} makes of the lease that is stored: `current` is that lease (undefined: there is none),
 * `known` is what the caller knows of it. Each gives the next lease, or the refusal with what is there.
 */

/** Counter 0, switches 0, no owner; refused where there is a lease already. */
export function created(current: Lease | undefined, lease: NewLease): LeaseWrite {
  if (current) return refused(current);
  return written({
    ...lease,
    leaseOwner: undefined,
    checkpointOwner: undefined,
    leaseCounter: 0,
    ownerSwitchesSinceCheckpoint: 0,
    pendingCheckpoint: undefined,
    childShardIds: [],
    throughputKBps: undefined,
  });
}

/** `workerId` becomes the owner of what nobody else has touched. */
export function taken(current: Lease | undefined, known: Lease, workerId: string): LeaseWrite {
  if (!current || !unchanged(current, known)) return refused(current);
  return written(ownedBy(current, workerId, switchesByTake(current, workerId)));
}

/** A sign of life; refused where a hand-off began that the caller does not know of. */
export function renewed(
  current: Lease | undefined,
  known: Lease,
  throughputKBps: number | undefined,
): LeaseWrite {
  if (!current || !sameCounter(current, known)) return refused(current);
  if (current.checkpointOwner !== undefined && known.checkpointOwner === undefined) return refused(current);
  return written({
    ...current,
    leaseCounter: current.leaseCounter + 1,
    throughputKBps: throughputKBps ?? current.throughputKBps,
  });
}

/** The shard is done up to `checkpoint`; what `known` says of the shard goes along. */
export function checkpointed(current: Lease | undefined, known: Lease, checkpoint: Checkpoint): LeaseWrite {
  if (!current || !sameCounter(current, known)) return refused(current);
  return written({
    ...current,
    checkpoint,
    pendingCheckpoint: undefined,
    ownerSwitchesSinceCheckpoint: 0,
    leaseCounter: current.leaseCounter + 1,
    childShardIds: known.childShardIds.length > 0 ? known.childShardIds : current.childShardIds,
    hashKeyRange: known.hashKeyRange ?? current.hashKeyRange,
  });
}

/** Notes a checkpoint to be promoted. */
export function checkpointPrepared(
  current: Lease | undefined,
  known: Lease,
  pendingCheckpoint: PendingCheckpoint,
): LeaseWrite {
  if (!current || !sameCounter(current, known)) return refused(current);
  return written({ ...current, pendingCheckpoint, leaseCounter: current.leaseCounter + 1 });
}

/** The owner is asked to hand over. Its counter stays, so that its writes go on until it has seen it. */
export function handoffStarted(current: Lease | undefined, known: Lease, workerId: string): LeaseWrite {
  if (!current || current.leaseOwner === undefined) return refused(current);
  if (current.leaseOwner !== known.leaseOwner || current.checkpointOwner !== undefined)
    return refused(current);
  return written({ ...current, leaseOwner: workerId, checkpointOwner: current.leaseOwner });
}

/** The lease is `workerId`'s outright: the end of a hand-off, or a gift. */
export function assigned(current: Lease | undefined, known: Lease, workerId: string): LeaseWrite {
  if (!current || !unchanged(current, known)) return refused(current);
  const transfer = current.leaseOwner === workerId;
  return written(ownedBy(current, workerId, transfer ? 0 : switchesByTake(current, workerId)));
}

/** The lease is given back: to the next owner where a hand-off was under way, else to nobody. */
export function released(current: Lease | undefined, known: Lease): LeaseWrite {
  if (!current || !unchanged(current, known)) return refused(current);
  return written(ownedBy(current, inHandoff(current) ? current.leaseOwner : undefined, 0));
}

/** What the shard is becomes known; the counter stays. */
export function described(current: Lease | undefined, metadata: LeaseMetadata): LeaseWrite {
  if (!current) return refused(current);
  return written({
    ...current,
    childShardIds: metadata.childShardIds ?? current.childShardIds,
    hashKeyRange: metadata.hashKeyRange ?? current.hashKeyRange,
  });
}

/** What is to be answered to a delete; the lease goes where it is `'deleted'`. */
export function deletion(current: Lease | undefined, known: Lease): 'deleted' | 'missing' | 'changed' {
  if (!current) return 'missing';
  return unchanged(current, known) ? 'deleted' : 'changed';
}

function written(lease: Lease): LeaseWrite {
  return { written: true, lease };
}

function refused(lease: Lease | undefined): LeaseWrite {
  return { written: false, lease };
}

function sameCounter(current: Lease, known: Lease): boolean {
  return current.leaseCounter === known.leaseCounter;
}

/** Counter and owners: who may have the lease, and that nobody has written to it. */
function unchanged(current: Lease, known: Lease): boolean {
  const sameOwners =
    current.leaseOwner === known.leaseOwner && current.checkpointOwner === known.checkpointOwner;
  return sameOwners && sameCounter(current, known);
}

function ownedBy(current: Lease, leaseOwner: string | undefined, switches: number): Lease {
  return {
    ...current,
    leaseOwner,
    checkpointOwner: undefined,
    leaseCounter: current.leaseCounter + 1,
    ownerSwitchesSinceCheckpoint: current.ownerSwitchesSinceCheckpoint + switches,
  };
}

/** One more owner, unless there was none or the same; a worker that gets back what it was handing off counts as another. */
function switchesByTake(current: Lease, workerId: string): number {
  const another = current.leaseOwner !== undefined && current.leaseOwner !== workerId;
  return another || current.checkpointOwner === workerId ? 1 : 0;
}
