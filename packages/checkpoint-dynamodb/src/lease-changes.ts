import type { Checkpoint, Lease, LeaseMetadata, PendingCheckpoint } from '@shardline/consumer';
import { InvalidOptionError } from '@shardline/core';
import type { Change, Conditions, Expected } from './expressions.js';
import {
  checkpointAttributes,
  count,
  pendingAttributes,
  rangeAttributes,
  text,
  texts,
} from './lease-item.js';
import { sixDecimals } from './six-decimals.js';
import type { Item } from './table-api.js';

/*
 * What each operation of a lease store demands of the stored lease and changes in it, as the KCL does, but that assign and release
 * demand the counter, too (C2). Attributes that an operation does not name stay, unknown ones included: existing items are never
 * put whole.
 */

const raised = Object.freeze({ leaseCounter: 1 });
const raisedAndSwitched = Object.freeze({ ...raised, ownerSwitchesSinceCheckpoint: 1 });
const pendingNames = Object.freeze([
  'pendingCheckpoint',
  'pendingCheckpointSubSequenceNumber',
  'pendingCheckpointState',
]);

/** Every lease has a counter, and nothing else in the table has one. An update would otherwise make an item of the missing one. */
const exists: Conditions = Object.freeze({ leaseCounter: 'present' });

export function takeChange(lease: Lease, workerId: string): Change {
  const { leaseOwner, checkpointOwner } = lease;
  const switched = (leaseOwner !== undefined && leaseOwner !== workerId) || checkpointOwner === workerId;
  return {
    when: unchanged(lease),
    set: { leaseOwner: text(workerId) },
    add: switched ? raisedAndSwitched : raised,
    remove: ['checkpointOwner'],
  };
}

export function renewChange(lease: Lease, throughputKBps: number | undefined): Change {
  return {
    when: {
      ...sameCounter(lease),
      ...(lease.checkpointOwner === undefined && { checkpointOwner: 'absent' }),
    },
    set: throughputKBps === undefined ? {} : { throughputKBps: { N: figure(throughputKBps) } },
    add: raised,
  };
}

export function checkpointChange(lease: Lease, checkpoint: Checkpoint): Change {
  const { childShardIds, hashKeyRange } = lease;
  return {
    when: sameCounter(lease),
    set: {
      ...checkpointAttributes(checkpoint),
      ownerSwitchesSinceCheckpoint: count(0),
      ...(childShardIds.length > 0 && { childShardIds: texts(childShardIds) }),
      ...(hashKeyRange && rangeAttributes(hashKeyRange)),
    },
    add: raised,
    remove: pendingNames,
  };
}

export function prepareChange(lease: Lease, pending: PendingCheckpoint): Change {
  const set: Item = pendingAttributes(pending);
  // The state of an earlier pending checkpoint is not this one's.
  return {
    when: sameCounter(lease),
    set,
    add: raised,
    remove: pendingNames.filter((name) => !Object.hasOwn(set, name)),
  };
}

/** A lease without an owner has none to hand it off: undefined, as the condition can never hold. */
export function handoffChange(lease: Lease, workerId: string): Change | undefined {
  if (lease.leaseOwner === undefined) return undefined;
  return {
    when: { ...exists, leaseOwner: text(lease.leaseOwner), checkpointOwner: 'absent' },
    set: { leaseOwner: text(workerId), checkpointOwner: text(lease.leaseOwner) },
  };
}

export function assignChange(lease: Lease, workerId: string): Change {
  const { leaseOwner, checkpointOwner } = lease;
  const switched = leaseOwner === undefined ? checkpointOwner === workerId : leaseOwner !== workerId;
  return {
    when: unchanged(lease),
    set: { leaseOwner: text(workerId) },
    add: switched ? raisedAndSwitched : raised,
    remove: ['checkpointOwner'],
  };
}

export function releaseChange(lease: Lease): Change {
  const handingOff = lease.checkpointOwner !== undefined && lease.checkpointOwner !== lease.leaseOwner;
  return {
    when: unchanged(lease),
    add: raised,
    remove: handingOff ? ['checkpointOwner'] : ['leaseOwner', 'checkpointOwner'],
  };
}

export function metadataChange({ childShardIds, hashKeyRange }: LeaseMetadata): Change {
  const emptied = childShardIds?.length === 0;
  return {
    when: exists,
    set: {
      ...(childShardIds && !emptied && { childShardIds: texts(childShardIds) }),
      ...(hashKeyRange && rangeAttributes(hashKeyRange)),
    },
    // DynamoDB has no empty sets.
    remove: emptied ? ['childShardIds'] : [],
  };
}

/** Counter and owners are those of `lease`. */
export function unchanged(lease: Lease): Conditions {
  return { ...sameCounter(lease), ...sameOwners(lease) };
}

function sameCounter(lease: Lease): Conditions {
  return { leaseCounter: count(lease.leaseCounter) };
}

function sameOwners({ leaseOwner, checkpointOwner }: Lease): Conditions {
  return { leaseOwner: ownerIs(leaseOwner), checkpointOwner: ownerIs(checkpointOwner) };
}

function ownerIs(owner: string | undefined): Expected {
  return owner === undefined ? 'absent' : text(owner);
}

function figure(throughputKBps: number): string {
  if (throughputKBps >= 0 && throughputKBps < Number.POSITIVE_INFINITY) return sixDecimals(throughputKBps);
  const expected = 'a number, 0 or more';
  const option = 'throughputKBps';
  throw new InvalidOptionError({
    owner: 'DynamoDBLeaseStore.renew',
    option,
    received: throughputKBps,
    expected,
  });
}
