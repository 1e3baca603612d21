import { isInitial } from './checkpoint.js';
import { isFinished, type Lease } from './lease.js';

/**
 * C3: whether a lease's shard may be processed, given all leases: only after each of its parents is at its end, or has no lease. One that
 * cannot be read is not.
 *
 * `'check'`: it has not been read yet and a parent's lease is missing. A listing is no snapshot: that lease may have been made while
 * the listing was read. Whoever asks reads the missing ones again, each with a consistent `get`, and asks again with what was found;
 * `'check'` then means yes, since a parent's lease is made before its child's.
 */
export function canStart(lease: Lease, leases: ReadonlyMap<string, Lease>): 'yes' | 'no' | 'check' {
  const parents = lease.parentShardIds.map((id) => leases.get(id));
  if (parents.some((parent) => parent && !isFinished(parent))) return 'no';
  return isInitial(lease.checkpoint) && parents.includes(undefined) ? 'check' : 'yes';
}
