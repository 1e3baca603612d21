import assert from 'node:assert/strict';
import {
  assertRefuses,
  assertStored,
  assertWrites,
  handingOff,
  leaseKey,
  newLease,
  otherRange,
  owned,
  passed,
  place,
  range,
  rich,
} from './lease-steps.js';
import type { LeaseStoreCase } from './lease-store-case.js';

/** What a lease says of its shard, and not of who has it. */
export const metadataCases: readonly LeaseStoreCase[] = [
  {
    title: '24: updateMetadata: sets what is given and nothing else; the counter stays',
    run: async ({ store }) => {
      const lease = await rich(store);
      const childShardIds = ['shardId-000000000005', 'shardId-000000000006'];
      const withChildren = { ...lease, childShardIds };
      await assertWrites(store, () => store.updateMetadata(leaseKey, { childShardIds }), withChildren);
      const withRange = { ...withChildren, hashKeyRange: otherRange };
      await assertWrites(
        store,
        () => store.updateMetadata(leaseKey, { hashKeyRange: otherRange }),
        withRange,
      );
      const both = { childShardIds: ['shardId-000000000007'], hashKeyRange: range };
      await assertWrites(store, () => store.updateMetadata(leaseKey, both), { ...lease, ...both });
    },
  },
  {
    title: 'updateMetadata: with nothing given nothing changes',
    run: async ({ store }) => {
      const lease = await rich(store);
      await assertWrites(store, () => store.updateMetadata(leaseKey, {}), lease);
    },
  },
  {
    title: '24: updateMetadata: the owner does not notice: its next write passes',
    run: async ({ store }) => {
      const lease = await owned(store);
      const childShardIds = ['shardId-000000000005'];
      await store.updateMetadata(leaseKey, { childShardIds });
      const expected = {
        ...lease,
        leaseCounter: lease.leaseCounter + 1,
        checkpoint: place,
        childShardIds,
      };
      await assertWrites(store, () => store.checkpoint(lease, place), expected);
    },
  },
  {
    title: 'updateMetadata: passes during a hand-off',
    run: async ({ store }) => {
      const lease = { ...(await handingOff(store)), hashKeyRange: otherRange };
      await assertWrites(store, () => store.updateMetadata(leaseKey, { hashKeyRange: otherRange }), lease);
    },
  },
  {
    title: 'updateMetadata: refused where there is no lease, and makes none',
    run: async ({ store }) => {
      await assertRefuses(store, () => store.updateMetadata(leaseKey, { hashKeyRange: range }));
      await assertRefuses(store, () => store.updateMetadata(leaseKey, {}));
      assert.deepEqual(await store.list(), []);
    },
  },
  {
    title: 'startAt: kept from creation to the end of the shard; absent where there is none',
    run: async ({ store }) => {
      const startAtMs = 1_700_000_000_123;
      for (const facts of [{ leaseKey: 'shardId-000000000003' }, { startAtMs }]) {
        let lease = await owned(store, facts);
        lease = passed(await store.renew(lease));
        lease = passed(await store.prepareCheckpoint(lease, place));
        lease = passed(await store.startHandoff(lease, 'b'));
        lease = passed(await store.assign(lease, 'b'));
        lease = passed(await store.checkpoint(lease, place));
        lease = passed(await store.updateMetadata(lease.leaseKey, { hashKeyRange: otherRange }));
        lease = passed(await store.release(lease));
        lease = passed(await store.take(lease, 'c'));
        assert.equal(lease.startAtMs, newLease(facts).startAtMs);
        await assertStored(store, lease);
      }
    },
  },
];
