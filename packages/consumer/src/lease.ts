import type { HashKeyRange } from '@shardline/aggregation';
import { type Checkpoint, isShardEnd } from './checkpoint.js';

/** A checkpoint that was prepared and not yet promoted (KCL: prepareCheckpoint). */
export interface PendingCheckpoint extends Checkpoint {
  /** Bytes of the application's own, handed back on `initialize`. */
  readonly state?: Uint8Array;
}

/** What is known of a shard when its lease is created. */
export interface NewLease {
  /** The shard's id: one stream a table. */
  readonly leaseKey: string;
  /** A sentinel, or where to go on. */
  readonly checkpoint: Checkpoint;
  /** The shards it was split or merged from; empty for none. */
  readonly parentShardIds: readonly string[];
  /** The hash keys that the shard holds. */
  readonly hashKeyRange: HashKeyRange;
  /**
   * C6: time from which a shard at an initial sentinel is read, in milliseconds since the epoch; undefined for TRIM_HORIZON.
   * In the table it is an attribute of ours, `startAt`, which the KCL keeps.
   */
  readonly startAtMs?: number;
}

/**
 * The right to process a shard, as it stands in the store: who has it, and how far the shard is done. The fields are those of
 * the KCL's lease item (reference names: leaseKey, leaseOwner, checkpointOwner …).
 */
export interface Lease extends Omit<NewLease, 'hashKeyRange'> {
  /** Worker that has the lease, or that gets it when a hand-off is under way; undefined: free. */
  readonly leaseOwner: string | undefined;
  /** During a hand-off the worker that still processes the shard. */
  readonly checkpointOwner: string | undefined;
  /** Raised by every write but hand-off start and metadata: a lease whose counter stands still has no living owner. */
  readonly leaseCounter: number;
  /** Owners since the last checkpoint, less one. Informs; nothing acts on it. */
  readonly ownerSwitchesSinceCheckpoint: number;
  /** Prepared and not yet promoted; undefined: none. */
  readonly pendingCheckpoint: PendingCheckpoint | undefined;
  /** Known once the shard has ended; empty before. */
  readonly childShardIds: readonly string[];
  /** Absent on leases that an old KCL made. */
  readonly hashKeyRange: HashKeyRange | undefined;
  /** Kilobytes of user data a second, as the owner measured. */
  readonly throughputKBps: number | undefined;
  /**
   * Why, in words, the store cannot read the entry that it has for this key; absent on every other lease. Nothing but the key is
   * known of such a lease: it is nobody's to take, delete or write over, and its shard is not finished. Its other fields are
   * those of a free lease at TRIM_HORIZON with counter 0, without parents, and mean nothing.
   */
  readonly unreadable?: string;
}

/** Whether the shard is done. Of a lease that cannot be read nobody knows, and so it is not. */
export function isFinished(lease: Lease): boolean {
  return lease.unreadable === undefined && isShardEnd(lease.checkpoint);
}

/** The worker that may process the shard: the one that hands it off, while it does, else the owner. */
export function effectiveOwner(lease: Lease): string | undefined {
  return lease.checkpointOwner ?? lease.leaseOwner;
}

/** Whether the lease is on its way from `checkpointOwner` to `leaseOwner`. */
export function inHandoff(lease: Lease): boolean {
  return lease.checkpointOwner !== undefined && lease.checkpointOwner !== lease.leaseOwner;
}

/** Whether a write on condition of counter and owners that meets `a` meets `b`, too. */
export function standsAs(a: Lease, b: Lease): boolean {
  return (
    a.leaseCounter === b.leaseCounter &&
    a.leaseOwner === b.leaseOwner &&
    a.checkpointOwner === b.checkpointOwner
  );
}
