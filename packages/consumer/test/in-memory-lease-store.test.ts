import { describeLeaseStore } from '@shardline/testing/lease-store';
import { describe, expect, it, test } from 'vitest';
import { InMemoryLeaseStore } from '../src/in-memory-lease-store.js';
import type { Lease, NewLease } from '../src/lease.js';

const applicationName = 'tweets';

function newLease(leaseKey = 'shardId-000000000000'): NewLease {
  return {
    leaseKey,
    checkpoint: { sequenceNumber: 'LATEST', subSequenceNumber: 0 },
    parentShardIds: ['shardId-000000000009'],
    hashKeyRange: { startingHashKey: '0', endingHashKey: '99' },
    startAtMs: 1_000,
  };
}

async function storeWithLease(): Promise<{ store: InMemoryLeaseStore; lease: Lease }> {
  const store = new InMemoryLeaseStore();
  await store.open({ applicationName });
  const { lease } = await store.create(newLease());
  if (!lease) throw new Error('The lease was not created.');
  return { store, lease };
}

/** Writes through whatever a lease is made of, in spite of its type. */
function scribble(value: unknown): void {
  for (const [name, part] of Object.entries(value as object)) {
    if (typeof part === 'object') scribble(part);
    Reflect.set(value as object, name, '7');
  }
}

describeLeaseStore({ describe, test }, 'InMemoryLeaseStore', async () => {
  const store = new InMemoryLeaseStore();
  return { store, another: () => store, dispose: () => store.close() };
});

describe('InMemoryLeaseStore', () => {
  it('is created by the first of those who share it, and stays when it is closed', async () => {
    const { store, lease } = await storeWithLease();
    expect(await new InMemoryLeaseStore().open({ applicationName })).toBe('created');
    expect(await store.open({ applicationName })).toBe('existed');
    await store.close();
    expect(await store.open({ applicationName })).toBe('existed');
    expect(await store.list()).toEqual([lease]);
  });

  it('refuses a second application', async () => {
    const { store } = await storeWithLease();
    await expect(store.open({ applicationName: 'likes' })).rejects.toMatchObject({
      code: 'CONSUMER_STATE',
      message: expect.stringMatching(/"tweets".*"likes"/),
    });
  });

  it('is not opened by a consumer that has stopped', async () => {
    const store = new InMemoryLeaseStore();
    const opening = store.open({ applicationName, signal: AbortSignal.abort(new Error('stopped')) });
    await expect(opening).rejects.toThrow('stopped');
    expect(await store.open({ applicationName })).toBe('created');
  });

  it('lists leases by their keys', async () => {
    const { store } = await storeWithLease();
    for (const leaseKey of ['shardId-000000000003', 'shardId-000000000001'])
      await store.create(newLease(leaseKey));
    expect((await store.list()).map(({ leaseKey }) => leaseKey)).toEqual([
      'shardId-000000000000',
      'shardId-000000000001',
      'shardId-000000000003',
    ]);
  });

  it('keeps nothing that a caller could change', async () => {
    const { store, lease } = await storeWithLease();
    const state = Buffer.from([1, 2, 3]);
    const pending = { sequenceNumber: '12', subSequenceNumber: 1, state };
    const { lease: prepared } = await store.prepareCheckpoint(lease, pending);
    const children = ['shardId-000000000001', 'shardId-000000000002'];
    const range = { startingHashKey: '3', endingHashKey: '4' };
    const { lease: ended } = await store.updateMetadata(lease.leaseKey, {
      childShardIds: children,
      hashKeyRange: range,
    });
    const before = structuredClone(await store.get(lease.leaseKey));
    const refusal = await store.take(lease, 'w');
    const given = [lease, prepared, ended, refusal.lease, pending, children, range];
    for (const answer of [...given, await store.get(lease.leaseKey), ...(await store.list())])
      scribble(answer);
    expect(await store.get(lease.leaseKey)).toEqual(before);
    expect(before?.pendingCheckpoint?.state).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('forgets a deleted lease and no other', async () => {
    const { store, lease } = await storeWithLease();
    await store.create(newLease('shardId-000000000001'));
    expect(await store.delete({ ...lease, leaseCounter: 4 })).toBe('changed');
    expect(await store.list()).toHaveLength(2);
    expect(await store.delete(lease)).toBe('deleted');
    expect(await store.delete(lease)).toBe('missing');
    expect((await store.list()).map(({ leaseKey }) => leaseKey)).toEqual(['shardId-000000000001']);
  });
});
