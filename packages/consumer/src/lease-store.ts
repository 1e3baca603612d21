import type { HashKeyRange } from '@shardline/aggregation';
import type { Checkpoint } from './checkpoint.js';
import type { Lease, NewLease, PendingCheckpoint } from './lease.js';

/** How a conditional write went. Losing a race is an answer, not an error. */
export type LeaseWrite =
  | {
      readonly written: true;
      /** The lease as it stands after the write. */
      readonly lease: Lease;
    }
  | {
      readonly written: false;
      /**
       * The lease that was there instead, read no earlier than the condition failed; undefined: there is none. With `unreadable`:
       * what the write met, or left behind, cannot be read.
       */
      readonly lease: Lease | undefined;
    };

/** What a store is opened for. */
export interface LeaseStoreOpening {
  /** The application's name. A store that was not given another uses it as the name of its table, as the KCL does. */
  readonly applicationName: string;
  /** Fires when the consumer stops before the store is open. */
  readonly signal?: AbortSignal;
}

/** Attributes that say what the shard is, not who has it. */
export interface LeaseMetadata {
  /** What the shard was split or merged into. */
  readonly childShardIds?: readonly string[];
  /** The hash keys that the shard holds. */
  readonly hashKeyRange?: HashKeyRange;
}

/**
 * Where leases and checkpoints are kept: the one thing that the workers of an application share.
 *
 * Every write takes effect at once and whole, or not at all, and is conditional. Each method below says its condition against the
 * stored lease: `lease` is what the caller knows of it, "counter" is `leaseCounter`. `updates` leave attributes alone that they do
 * not name, those unknown to us included.
 *
 * A method rejects only when the store cannot be asked: with a `ShardlineError` whose `retryable` says whether the same
 * call may pass later. The write may then have taken effect or not; the caller finds out by what the next one is answered.
 * When `signal` fires, a call rejects soon; the write may still take effect later, and callers reckon with it.
 *
 * An implementation is held to this by `describeLeaseStore` of `@shardline/testing`.
 */
export interface LeaseStore {
  /** Makes the store ready, creating what is missing. `'created'` when this call made it. Called once, before all else. */
  open(opening: LeaseStoreOpening): Promise<'created' | 'existed'>;

  /**
   * All leases. Consistent: shows every write that was answered before the call. Entries that are no leases are left out. What should
   * be a lease and cannot be read is there, with its key and `unreadable`: left out it would be made anew, and read twice or not
   * at all.
   */
  list(signal?: AbortSignal): Promise<readonly Lease[]>;

  /** One lease, consistent, as `list` shows it; undefined: there is none. */
  get(leaseKey: string, signal?: AbortSignal): Promise<Lease | undefined>;

  /** Condition: no lease of that key, nor one that cannot be read. Counter 0, switches 0, no owner. */
  create(lease: NewLease, signal?: AbortSignal): Promise<LeaseWrite>;

  /**
   * Makes `workerId` the owner of a free or expired lease, or the owner of a hand-off whose other side died.
   * Condition: counter, leaseOwner and checkpointOwner are those of `lease`. Raises the counter by 1, removes
   * checkpointOwner; raises the switches by 1 when there was an owner other than `workerId`, or when checkpointOwner
   * was `workerId`.
   */
  take(lease: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite>;

  /**
   * The owner's sign of life. Condition: counter is that of `lease`, and checkpointOwner is absent, unless `lease` has it: a
   * hand-off that its owner does not know of is told that way. Raises the counter by 1; sets throughputKBps if it is given.
   */
  renew(lease: Lease, throughputKBps?: number, signal?: AbortSignal): Promise<LeaseWrite>;

  /**
   * Condition: counter is that of `lease`. Sets the checkpoint, switches to 0, removes the pending checkpoint, raises the counter
   * by 1. Writes childShardIds and hashKeyRange of `lease` along, where it has them.
   */
  checkpoint(lease: Lease, checkpoint: Checkpoint, signal?: AbortSignal): Promise<LeaseWrite>;

  /** Condition: counter is that of `lease`. Sets the pending checkpoint and nothing else; raises the counter by 1. */
  prepareCheckpoint(lease: Lease, pending: PendingCheckpoint, signal?: AbortSignal): Promise<LeaseWrite>;

  /**
   * Asks the owner to hand the lease to `workerId`. Condition: the lease exists, leaseOwner is that of `lease` and there is one,
   * checkpointOwner is absent. Sets checkpointOwner to the old owner and leaseOwner to `workerId`; the counter stays.
   */
  startHandoff(lease: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite>;

  /**
   * Ends a hand-off (the old owner's last write, with `workerId` = leaseOwner), or gives a lease to another worker outright.
   * Condition: counter, leaseOwner and checkpointOwner are those of `lease`. Sets leaseOwner, removes checkpointOwner,
   * raises the counter by 1; switches as for {@link LeaseStore.take}, but not when leaseOwner was `workerId` already.
   * Stricter than the KCL, as is {@link LeaseStore.release}.
   */
  assign(lease: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite>;

  /**
   * Gives the lease back. Condition: counter, leaseOwner and checkpointOwner are those of `lease`. Removes checkpointOwner and,
   * unless a hand-off was under way, leaseOwner; raises the counter by 1. (KCL: evict.)
   *
   * Stricter than the KCL, which asks for the owners alone: a release that comes late, after its caller gave it up, would free
   * the lease in its next life with the same worker, while that worker processes the shard (C2).
   */
  release(lease: Lease, signal?: AbortSignal): Promise<LeaseWrite>;

  /** Condition: the lease exists. Sets what is given; the counter stays. */
  updateMetadata(leaseKey: string, metadata: LeaseMetadata, signal?: AbortSignal): Promise<LeaseWrite>;

  /**
   * Condition: counter, leaseOwner and checkpointOwner are those of `lease`. `'missing'` when there was none, `'changed'` when
   * the condition failed.
   */
  delete(lease: Lease, signal?: AbortSignal): Promise<'deleted' | 'missing' | 'changed'>;

  /** Lets go of connections that are the store's own. */
  close(): Promise<void>;
}
