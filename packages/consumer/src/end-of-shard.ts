import { callWithin } from '@shardline/core/internal';
import { type CreateLeasesParts, createLeases } from './create-leases.js';
import type { ChildShard } from './kinesis-reads.js';
import type { LeasePlanner } from './lease-planner.js';
import type { LeaseStore } from './lease-store.js';
import type { PlannedLease } from './plan-leases.js';

/** What the end of a shard needs from outside. */
export interface EndOfShardParts extends CreateLeasesParts {
  readonly store: Pick<LeaseStore, 'get' | 'list' | 'create' | 'updateMetadata'>;
  readonly planner: Pick<LeasePlanner, 'otherParent'>;
}

/**
 * Makes the leases of a shard's children and notes them in its own, before the shard is finished (C11); gives their ids. They begin at
 * their own beginning, and start once all their parents are finished (C3).
 *
 * For that every parent must have its lease before the child has: where the other parent of a merge has none, that one is made first,
 * with what is above it and not yet read. A parent without a lease whose child has one is finished and deleted, or forgotten.
 *
 * May be called again after it rejected; rejects as {@link LeasePlanner} does and with what the store rejects with.
 */
export async function createChildren(
  parts: EndOfShardParts,
  shardId: string,
  children: readonly ChildShard[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { store, clock, callTimeoutMs } = parts;
  for (const child of children) {
    const others = child.parentShardIds.filter((parent) => parent !== shardId);
    for (const other of others) await ensureParent(parts, other, child, signal);
  }
  await createLeases(parts, children.map(plannedChild), signal);
  const childShardIds = children.map((child) => child.shardId);
  if (childShardIds.length === 0) return [];
  const write = (inner: AbortSignal) => store.updateMetadata(shardId, { childShardIds }, inner);
  await callWithin(clock, callTimeoutMs, write, signal);
  return childShardIds;
}

async function ensureParent(
  parts: EndOfShardParts,
  parent: string,
  child: ChildShard,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, callTimeoutMs, planner } = parts;
  const call = <Result>(run: (inner: AbortSignal) => Promise<Result>) =>
    callWithin(clock, callTimeoutMs, run, signal);
  // In this order: the parent's lease is not deleted before the child's is there.
  if (await call((inner) => store.get(parent, inner))) return;
  if (await call((inner) => store.get(child.shardId, inner))) return;
  const leases = await call((inner) => store.list(inner));
  const { planned } = await planner.otherParent(parent, child, leases, signal);
  await createLeases(parts, planned, signal);
}

function plannedChild({ shardId, parentShardIds, hashKeyRange }: ChildShard): PlannedLease {
  const checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
  return { lease: { leaseKey: shardId, parentShardIds, hashKeyRange, checkpoint }, reason: 'reshard' };
}
