import type { Checkpoint } from './checkpoint.js';
import type { ReleaseReason } from './events.js';
import type { Lease, PendingCheckpoint } from './lease.js';

/** A lease as the parts that work under it see it. */
export interface LeaseHold {
  readonly shardId: string;
  /** The lease as last answered by the store. */
  readonly lease: Lease;
  /** Why it is no longer held; undefined while it is. Asking judges the time (C2). */
  readonly lost: ReleaseReason | undefined;
  /** Fires when the lease is lost. */
  readonly signal: AbortSignal;
  /**
   * Makes `checkpoint` the shard's checkpoint. One write at a time for a lease; calls queue. Rejects with {@link LeaseLostError},
   * or with what the store rejects with, after which it may be tried again.
   */
  checkpoint(checkpoint: Checkpoint): Promise<void>;
  /** Notes a pending checkpoint; rejects as {@link LeaseHold.checkpoint} does. */
  prepareCheckpoint(pending: PendingCheckpoint): Promise<void>;
}

/** Whether a lease was lost against its worker's will. */
export function wasTaken(reason: ReleaseReason): boolean {
  return reason === 'taken' || reason === 'deleted' || reason === 'fenced';
}
