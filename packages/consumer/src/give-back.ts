import { isShardEnd } from './checkpoint.js';
import type { CoordinationTask } from './events.js';
import { inHandoff, type Lease, standsAs } from './lease.js';
import type { LeaseStore } from './lease-store.js';

/** What {@link giveBackRest} needs from outside. */
export interface GiveBackParts {
  readonly store: Pick<LeaseStore, 'list' | 'release' | 'assign'>;
  readonly workerId: string;
  /** Makes a call with a time-out. */
  readonly call: <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
  readonly onFailure: (task: CoordinationTask, error: unknown) => void;
}

/**
 * Gives back what is a worker's in the store although it holds it no more: fenced leases, takes that were written but not answered,
 * hand-offs from it that were not completed, and what others were asked for, which may still come. Nobody is to wait for them to
 * expire. Never rejects: what fails is told, and expires.
 */
export async function giveBackRest(parts: GiveBackParts): Promise<void> {
  const { store, workerId, call, onFailure } = parts;
  try {
    const leases = await call((signal) => store.list(signal));
    const own = leases.filter((lease) => isOf(lease, workerId) && !isShardEnd(lease.checkpoint));
    await Promise.all(own.map((lease) => giveBack(parts, lease)));
  } catch (error) {
    onFailure('release-lease', error);
  }
}

/** Cancels a hand-off to the worker or completes one from it, or releases what has come of it. */
async function giveBack({ store, workerId, call, onFailure }: GiveBackParts, listed: Lease): Promise<void> {
  try {
    for (let lease: Lease | undefined = listed; lease !== undefined && isOf(lease, workerId); ) {
      const known: Lease = lease;
      const giver = inHandoff(known) && known.leaseOwner === workerId ? known.checkpointOwner : undefined;
      const answer = await call((signal) =>
        giver === undefined ? store.release(known, signal) : store.assign(known, giver, signal),
      );
      // A store that refuses what it should accept is not asked for ever.
      if (answer.written || (answer.lease && standsAs(answer.lease, known))) return;
      lease = answer.lease;
    }
  } catch (error) {
    onFailure('release-lease', error);
  }
}

/** Whether the worker has the lease, gives it away or is given it. */
function isOf({ leaseOwner, checkpointOwner }: Lease, workerId: string): boolean {
  return leaseOwner === workerId || checkpointOwner === workerId;
}
