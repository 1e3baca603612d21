import assert from 'node:assert/strict';
import type { Lease, LeaseStore, LeaseWrite, NewLease } from '@shardline/consumer';

/** The shard that most cases are about. */
export const leaseKey = 'shardId-000000000002';

/** A place in a shard. */
export const place = Object.freeze({
  sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
  subSequenceNumber: 3,
});

/** A place behind {@link place}. */
export const laterPlace = Object.freeze({ ...place, subSequenceNumber: 4 });

/** The range of {@link leaseKey}, and another one. */
export const range = Object.freeze({ startingHashKey: '0', endingHashKey: '99' });
export const otherRange = Object.freeze({
  startingHashKey: '100',
  endingHashKey: '340282366920938463463374607431768211455',
});

/** Facts of a lease that is to be created. */
export function newLease(facts: Partial<NewLease> = {}): NewLease {
  return {
    leaseKey,
    checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
    parentShardIds: ['shardId-000000000000', 'shardId-000000000001'],
    hashKeyRange: range,
    ...facts,
  };
}

/** The lease after a write that must pass. */
export function passed(outcome: LeaseWrite): Lease {
  assert.equal(outcome.written, true, 'the write must pass');
  assert.ok(outcome.lease);
  return outcome.lease;
}

/** A lease that nobody has. */
export async function free(store: LeaseStore, facts?: Partial<NewLease>): Promise<Lease> {
  return passed(await store.create(newLease(facts)));
}

/** A lease that is `a`'s. */
export async function owned(store: LeaseStore, facts?: Partial<NewLease>): Promise<Lease> {
  return passed(await store.take(await free(store, facts), 'a'));
}

/** A lease that `a` is to hand over to `b`. */
export async function handingOff(store: LeaseStore): Promise<Lease> {
  return passed(await store.startHandoff(await owned(store), 'b'));
}

/** The states that a lease may be in. */
export const states = Object.freeze({
  'a free lease': free,
  'a lease with an owner': owned,
  'a hand-off': handingOff,
});

/** A lease of `a`'s whose every attribute says something, but checkpointOwner. */
export async function rich(store: LeaseStore): Promise<Lease> {
  const checkpoint = { sequenceNumber: 'LATEST', subSequenceNumber: 0 };
  let lease = await owned(store, { checkpoint, startAtMs: 1_700_000_000_123 });
  lease = passed(await store.checkpoint({ ...lease, childShardIds: ['shardId-000000000008'] }, place));
  lease = passed(await store.take(lease, 'c'));
  lease = passed(await store.take(lease, 'a'));
  lease = passed(await store.renew(lease, 12.5));
  const pendingCheckpoint = { ...laterPlace, state: Uint8Array.from({ length: 256 }, (_, value) => value) };
  lease = passed(await store.prepareCheckpoint(lease, pendingCheckpoint));
  const expected: Lease = {
    ...newLease({ checkpoint: place, startAtMs: 1_700_000_000_123 }),
    leaseOwner: 'a',
    checkpointOwner: undefined,
    leaseCounter: 6,
    ownerSwitchesSinceCheckpoint: 2,
    pendingCheckpoint,
    childShardIds: ['shardId-000000000008'],
    hashKeyRange: range,
    throughputKBps: 12.5,
  };
  assertSame(lease, expected, 'steps on the way');
  return lease;
}

/** Everything else than key, owners and counter made up: what a write must not take from its caller. */
export function madeUp(lease: Lease): Lease {
  return {
    leaseKey: lease.leaseKey,
    leaseOwner: lease.leaseOwner,
    checkpointOwner: lease.checkpointOwner,
    leaseCounter: lease.leaseCounter,
    checkpoint: { sequenceNumber: '1', subSequenceNumber: 1 },
    pendingCheckpoint: { sequenceNumber: '2', subSequenceNumber: 2, state: Uint8Array.of(9) },
    ownerSwitchesSinceCheckpoint: 77,
    parentShardIds: ['shardId-000000000077'],
    childShardIds: ['shardId-000000000078'],
    hashKeyRange: { startingHashKey: '7', endingHashKey: '8' },
    throughputKBps: 777,
    startAtMs: 7,
  };
}

/** Asserts that a write passes and that its answer, and what is stored, is `expected`. */
export async function assertWrites(
  store: LeaseStore,
  write: () => Promise<LeaseWrite>,
  expected: Lease,
): Promise<void> {
  const outcome = await write();
  assert.equal(outcome.written, true, 'the write must pass');
  assertSame(outcome.lease, expected, 'answer');
  await assertStored(store, expected);
}

/** Asserts that a write is refused with what is there, and changes nothing. */
export async function assertRefuses(
  store: LeaseStore,
  write: () => Promise<LeaseWrite>,
  key = leaseKey,
): Promise<void> {
  const before = await store.get(key);
  const outcome = await write();
  assert.equal(outcome.written, false, 'the write must be refused');
  assertSame(outcome.lease, before, 'answer');
  assertSame(await store.get(key), before, 'stored after a refusal');
}

/** Asserts that `get` and `list` give this lease. */
export async function assertStored(store: LeaseStore, expected: Lease): Promise<void> {
  assertSame(await store.get(expected.leaseKey), expected, 'get');
  const listed = (await store.list()).filter((lease) => lease.leaseKey === expected.leaseKey);
  assert.equal(listed.length, 1, 'list must show the lease once');
  assertSame(listed[0], expected, 'list');
}

/** Asserts that two leases are the same. Ids of shards are sets: their order says nothing. */
export function assertSame(actual: Lease | undefined, expected: Lease | undefined, what: string): void {
  assert.deepEqual(actual && comparable(actual), expected && comparable(expected), `${what}: another lease`);
}

/** A lease as plain values, without attributes of the store's own. */
function comparable(lease: Lease): unknown {
  const { pendingCheckpoint: pending, hashKeyRange: hashKeys } = lease;
  return {
    leaseKey: lease.leaseKey,
    leaseOwner: lease.leaseOwner,
    checkpointOwner: lease.checkpointOwner,
    leaseCounter: lease.leaseCounter,
    ownerSwitchesSinceCheckpoint: lease.ownerSwitchesSinceCheckpoint,
    checkpoint: { ...lease.checkpoint },
    pendingCheckpoint: pending && { ...pending, state: pending.state && Array.from(pending.state) },
    parentShardIds: [...lease.parentShardIds].sort(),
    childShardIds: [...lease.childShardIds].sort(),
    hashKeyRange: hashKeys && { ...hashKeys },
    throughputKBps: lease.throughputKBps,
    startAtMs: lease.startAtMs,
  };
}
