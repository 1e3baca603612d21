import { describe, expect, test } from 'vitest';
import {
  assertRefuses,
  assertSame,
  assertStored,
  assertWrites,
  handingOff,
  madeUp,
  owned,
  passed,
  rich,
} from '../../src/lease-store/lease-steps.js';
import { BreakableLeaseStore, edit } from '../support/breakable-lease-store.js';

describe('assertSame', () => {
  test('ids of shards are sets, bytes are bytes, and what a store keeps beside does not count', async () => {
    const lease = await rich(new BreakableLeaseStore());
    const state = Buffer.from(lease.pendingCheckpoint?.state ?? []);
    const same = {
      ...lease,
      parentShardIds: [...lease.parentShardIds].reverse(),
      pendingCheckpoint: lease.pendingCheckpoint && { ...lease.pendingCheckpoint, state },
      entityType: 'LEASE',
    };
    assertSame(same, lease, 'lease');
    assertSame(undefined, undefined, 'no lease');
  });

  test('tells every attribute apart, and a lease from none', async () => {
    const lease = await rich(new BreakableLeaseStore());
    const other = {
      ...madeUp(lease),
      leaseKey: 'x',
      leaseOwner: 'x',
      checkpointOwner: 'x',
      leaseCounter: -1,
    };
    for (const name of Object.keys(other) as (keyof typeof other)[]) {
      expect(() => assertSame({ ...lease, [name]: other[name] }, lease, 'lease'), name).toThrow(/lease/);
    }
    expect(() => assertSame(undefined, lease, 'get')).toThrow('get: another lease');
    expect(() => assertSame(lease, undefined, 'get')).toThrow('get: another lease');
  });
});

describe('assertions of writes', () => {
  test('assertWrites looks at the answer and at what is stored', async () => {
    const store = new BreakableLeaseStore();
    const lease = await owned(store);
    const next = { ...lease, leaseCounter: lease.leaseCounter + 1 };
    await expect(assertWrites(store, async () => ({ written: false, lease }), lease)).rejects.toThrow(
      'must pass',
    );
    await expect(assertWrites(store, async () => ({ written: true, lease: next }), next)).rejects.toThrow(
      'get',
    );
    const lying = async () => edit(await store.renew(lease), () => ({ leaseCounter: 9 }));
    await expect(assertWrites(store, lying, next)).rejects.toThrow('answer');
  });

  test('assertRefuses wants a refusal, its lease, and nothing changed', async () => {
    const store = new BreakableLeaseStore();
    const lease = await handingOff(store);
    await expect(assertRefuses(store, () => store.renew(lease))).rejects.toThrow('must be refused');
    await expect(assertRefuses(store, async () => ({ written: false, lease }))).rejects.toThrow('answer');
    const meddling = async () => {
      const before = await store.get(lease.leaseKey);
      store.leases.clear();
      return { written: false as const, lease: before };
    };
    await expect(assertRefuses(store, meddling)).rejects.toThrow('stored after a refusal');
    await assertRefuses(store, async () => ({ written: false, lease: undefined }));
  });

  test('assertStored wants the lease in the list, once', async () => {
    const store = new BreakableLeaseStore();
    const lease = await owned(store);
    await assertStored(store, lease);
    Object.assign(store, { list: async () => [] });
    await expect(assertStored(store, lease)).rejects.toThrow('once');
    Object.assign(store, { list: async () => [{ ...lease, leaseCounter: 0 }] });
    await expect(assertStored(store, lease)).rejects.toThrow('list');
  });

  test('passed refuses a refusal', () => {
    expect(() => passed({ written: false, lease: undefined })).toThrow('must pass');
  });
});
