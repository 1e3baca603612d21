import type { Lease } from './lease.js';

interface Sighting {
  readonly leaseCounter: number;
  readonly leaseOwner: string | undefined;
  readonly checkpointOwner: string | undefined;
  readonly sinceMs: number;
}

/**
 * Remembers since when each lease stands as it does. Nobody's clock is trusted but one's own: a lease is expired when its counter
 * stood still for the whole failover time, counted from when this worker first saw it so. A worker that has just started
 * has seen nothing and waits as long as any other.
 */
export class LeaseWatch {
  #sightings = new Map<string, Sighting>();

  /** Takes in a listing that was received at `nowMs`, on the monotonic clock. What it does not list is forgotten. */
  see(leases: readonly Lease[], nowMs: number): void {
    const seen = new Map<string, Sighting>();
    for (const lease of leases) {
      const { leaseKey, leaseCounter, leaseOwner, checkpointOwner } = lease;
      const before = this.#sightings.get(leaseKey);
      const same =
        before !== undefined &&
        before.leaseCounter === leaseCounter &&
        before.leaseOwner === leaseOwner &&
        before.checkpointOwner === checkpointOwner;
      seen.set(leaseKey, same ? before : { leaseCounter, leaseOwner, checkpointOwner, sinceMs: nowMs });
    }
    this.#sightings = seen;
  }

  /** How long the lease has stood as it was last seen, in milliseconds; 0 for one that was never seen. */
  unchangedMs(leaseKey: string, nowMs: number): number {
    const sighting = this.#sightings.get(leaseKey);
    return sighting === undefined ? 0 : nowMs - sighting.sinceMs;
  }
}
