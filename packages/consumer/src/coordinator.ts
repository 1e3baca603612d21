import type { GainReason } from './events.js';
import type { HeldLease } from './held-lease.js';
import type { Lease } from './lease.js';

/** What a consumer needs of whatever decides which shards this worker holds. How it decides is known to no one else. */
export interface Coordinator {
  /** Begins to take leases. Each is told of once, by `onGain`, when this worker may process its shard. */
  start(): void;
  /** Something changed that may free a lease, such as the end of a shard: looks again at once. */
  lookSoon(): void;
  /** Whether a lease's owner, if it has one, gives no sign of life. */
  isSilent(lease: Lease): boolean;
  /** Takes no further leases; those held are kept alive until they are released. */
  stopTaking(): Promise<void>;
  /** Waits no longer for takes under way; what comes of them is given back on close. */
  hurry(): void;
  /** Lets go of everything. */
  close(): Promise<void>;
}

/** Told of a lease that was gained. */
export type OnGain = (lease: HeldLease, reason: GainReason) => void;
