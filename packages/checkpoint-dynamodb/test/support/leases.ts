import type { Lease } from '@shardline/consumer';

/** A lease of worker w1 at counter 5, with `more`. */
export function leaseWith(more: Partial<Lease> = {}): Lease {
  return {
    leaseKey: 'shardId-000000000001',
    checkpoint: { sequenceNumber: '49', subSequenceNumber: 2 },
    parentShardIds: [],
    hashKeyRange: undefined,
    leaseOwner: 'w1',
    checkpointOwner: undefined,
    leaseCounter: 5,
    ownerSwitchesSinceCheckpoint: 0,
    pendingCheckpoint: undefined,
    childShardIds: [],
    throughputKBps: undefined,
    ...more,
  };
}
