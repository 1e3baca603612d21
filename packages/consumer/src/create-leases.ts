import type { Clock } from '@shardline/core';
import { callWithin } from '@shardline/core/internal';
import type { ConsumerEvent } from './events.js';
import type { LeaseStore } from './lease-store.js';
import type { PlannedLease } from './plan-leases.js';

/** What the making of leases needs from outside. */
export interface CreateLeasesParts {
  readonly store: Pick<LeaseStore, 'create'>;
  readonly clock: Clock;
  /** Longest wait for the store, in milliseconds. */
  readonly callTimeoutMs: number;
  readonly tell: (event: ConsumerEvent) => void;
}

/**
 * Makes leases one after another, in the order given: where one fails, none after it is made. One that is there already was made by
 * somebody else, and stays as it is.
 */
export async function createLeases(
  { store, clock, callTimeoutMs, tell }: CreateLeasesParts,
  planned: readonly PlannedLease[],
  signal: AbortSignal,
): Promise<void> {
  for (const { lease, reason } of planned) {
    const create = (inner: AbortSignal) => store.create(lease, inner);
    const { written } = await callWithin(clock, callTimeoutMs, create, signal);
    if (written) tell({ type: 'lease-created', reason, shardId: lease.leaseKey });
  }
}
