import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Checkpoint, Lease, NewLease, PendingCheckpoint } from '@shardline/consumer';
import { LeaseItemMalformedError } from './errors.js';
import { ItemAttributes } from './item-attributes.js';
import type { Item } from './table-api.js';

type HashKeyRange = NewLease['hashKeyRange'];

/** What a checkpoint may say in place of a sequence number, and sequence numbers: nothing else can be ordered. */
const place = /^(TRIM_HORIZON|LATEST|AT_TIMESTAMP|SHARD_END|\d{1,200})$/;
const shardId = /^shardId-\d+$/;
const hashKey = /^\d{1,39}$/;
const hashKeyEnd = 1n << 128n;

/** What a lease has that cannot be read. */
const nothingKnown = Object.freeze({
  checkpoint: Object.freeze({ sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 }),
  parentShardIds: Object.freeze([]),
  hashKeyRange: undefined,
  leaseOwner: undefined,
  checkpointOwner: undefined,
  leaseCounter: 0,
  ownerSwitchesSinceCheckpoint: 0,
  pendingCheckpoint: undefined,
  childShardIds: Object.freeze([]),
  throughputKBps: undefined,
});

/**
 * Whether the item is a lease. The KCL keeps other things in the table too (the leader's lease, worker metrics, the state of a
 * migration), and says so in `entityType` since 3.5; before, leases had none, and an item without it is one if it has what every
 * lease has, or the key of a shard.
 */
function isLease(item: Item): boolean {
  const { entityType, leaseKey } = item;
  if (entityType !== undefined) return entityType.S === 'LEASE';
  return shardId.test(leaseKey?.S ?? '') || item.leaseCounter !== undefined || item.checkpoint !== undefined;
}

/**
 * The lease in an item; undefined where it is none. Throws `LEASE_ITEM_MALFORMED`. Lenient where the KCL's older releases wrote
 * less: sub-sequence numbers, switches and hash keys may be missing.
 */
export function leaseOf(tableName: string, item: Item): Lease | undefined {
  if (!isLease(item)) return undefined;
  const read = new ItemAttributes(tableName, item);
  const startAtMs = read.count('startAt');
  return {
    leaseKey: read.leaseKey,
    checkpoint: read.required('checkpoint', checkpointIn(read, 'checkpoint', 'checkpointSubSequenceNumber')),
    parentShardIds: read.texts('parentShardId'),
    hashKeyRange: rangeIn(read),
    ...(startAtMs !== undefined && { startAtMs }),
    leaseOwner: read.text('leaseOwner'),
    checkpointOwner: read.text('checkpointOwner'),
    leaseCounter: read.required('leaseCounter', read.count('leaseCounter')),
    ownerSwitchesSinceCheckpoint: read.count('ownerSwitchesSinceCheckpoint') ?? 0,
    pendingCheckpoint: pendingIn(read),
    childShardIds: read.texts('childShardIds'),
    throughputKBps: read.figure('throughputKBps'),
  };
}

/** As {@link leaseOf}; where an item cannot be read, `tell` hears of it and the lease says so and nothing else. */
export function listedLeaseOf(
  tableName: string,
  item: Item,
  tell?: (error: LeaseItemMalformedError) => void,
): Lease | undefined {
  try {
    return leaseOf(tableName, item);
  } catch (error) {
    if (!(error instanceof LeaseItemMalformedError)) throw error;
    tell?.(error);
    return { ...nothingKnown, leaseKey: error.leaseKey, unreadable: error.message };
  }
}

/** The item of a lease that is created, attribute for attribute as the KCL 3.5 puts it, and `startAt` where there is one. */
export function itemOf(lease: NewLease): Item {
  return {
    leaseKey: text(lease.leaseKey),
    entityType: text('LEASE'),
    leaseCounter: count(0),
    ownerSwitchesSinceCheckpoint: count(0),
    ...checkpointAttributes(lease.checkpoint),
    ...(lease.parentShardIds.length > 0 && { parentShardId: texts(lease.parentShardIds) }),
    ...rangeAttributes(lease.hashKeyRange),
    ...(lease.startAtMs !== undefined && { startAt: count(lease.startAtMs) }),
  };
}

/** `checkpoint` and its sub-sequence number. */
export function checkpointAttributes(checkpoint: Checkpoint): Item {
  return {
    checkpoint: text(checkpoint.sequenceNumber),
    checkpointSubSequenceNumber: count(checkpoint.subSequenceNumber),
  };
}

/** The pending checkpoint's three attributes, or two where it has no state. */
export function pendingAttributes(pending: PendingCheckpoint): Item {
  return {
    pendingCheckpoint: text(pending.sequenceNumber),
    pendingCheckpointSubSequenceNumber: count(pending.subSequenceNumber),
    ...(pending.state !== undefined && { pendingCheckpointState: { B: pending.state } }),
  };
}

export function rangeAttributes(range: HashKeyRange): Item {
  return { startingHashKey: text(range.startingHashKey), endingHashKey: text(range.endingHashKey) };
}

export function text(value: string): AttributeValue {
  return { S: value };
}

export function count(value: number): AttributeValue {
  return { N: String(value) };
}

/** A set of strings. DynamoDB refuses a member twice, and an empty set: the caller leaves that out. */
export function texts(values: readonly string[]): AttributeValue {
  return { SS: [...new Set(values)] };
}

function checkpointIn(read: ItemAttributes, name: string, subName: string): Checkpoint | undefined {
  const sequenceNumber = read.text(name, place);
  const subSequenceNumber = read.count(subName) ?? 0;
  return sequenceNumber === undefined ? undefined : { sequenceNumber, subSequenceNumber };
}

function pendingIn(read: ItemAttributes): PendingCheckpoint | undefined {
  const pending = checkpointIn(read, 'pendingCheckpoint', 'pendingCheckpointSubSequenceNumber');
  if (pending === undefined) return undefined;
  const state = read.bytes('pendingCheckpointState');
  return state === undefined ? pending : { ...pending, state };
}

function rangeIn(read: ItemAttributes): HashKeyRange | undefined {
  const startingHashKey = read.text('startingHashKey', hashKey);
  const endingHashKey = read.text('endingHashKey', hashKey);
  if (startingHashKey === undefined && endingHashKey === undefined) return undefined;
  const start = BigInt(read.required('startingHashKey', startingHashKey));
  const end = BigInt(read.required('endingHashKey', endingHashKey));
  if (start <= end && end < hashKeyEnd) return { startingHashKey: `${start}`, endingHashKey: `${end}` };
  throw read.malformed('endingHashKey', `a hash key from ${start} to 2^128 - 1`);
}
