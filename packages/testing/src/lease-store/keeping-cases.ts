import assert from 'node:assert/strict';
import type { Lease, LeaseStore } from '@shardline/consumer';
import {
  assertRefuses,
  assertSame,
  assertStored,
  assertWrites,
  free,
  leaseKey,
  newLease,
  otherRange,
  owned,
  passed,
  place,
  states,
} from './lease-steps.js';
import { type LeaseStoreCase, suiteApplication } from './lease-store-case.js';

const applicationName = suiteApplication;

const openCases: readonly LeaseStoreCase[] = [
  {
    title: "open: 'created' where there was nothing",
    opens: true,
    run: async ({ store }) => {
      assert.equal(await store.open({ applicationName }), 'created');
      assert.deepEqual(await store.list(), []);
    },
  },
  {
    title: "open: 'existed' for the next worker, which finds the leases",
    needs: ['another'],
    run: async ({ store, another }) => {
      const lease = await owned(store);
      const second = await another();
      assert.equal(await second.open({ applicationName }), 'existed');
      await assertStored(second, lease);
      await assertWrites(second, () => second.release(lease), {
        ...lease,
        leaseOwner: undefined,
        leaseCounter: lease.leaseCounter + 1,
      });
      await second.close();
    },
  },
  {
    title: 'close: other workers go on, and the leases stay',
    needs: ['another'],
    run: async ({ store, another }) => {
      const lease = await owned(store);
      const second = await another();
      await second.open({ applicationName });
      await store.close();
      await assertStored(second, lease);
      assert.equal((await second.renew(lease)).written, true);
      await second.close();
    },
  },
];

/** What a new lease has beside what it was created with. */
const created = Object.freeze({
  leaseOwner: undefined,
  checkpointOwner: undefined,
  leaseCounter: 0,
  ownerSwitchesSinceCheckpoint: 0,
  pendingCheckpoint: undefined,
  childShardIds: Object.freeze([]),
  throughputKBps: undefined,
});

const createCases: readonly LeaseStoreCase[] = [
  {
    title: 'create: counter 0, switches 0, no owner, and what is given',
    run: async ({ store }) => {
      const facts = [
        newLease(),
        newLease({ leaseKey: 'shardId-000000000003', parentShardIds: [], startAtMs: 1_700_000_000_123 }),
        newLease({ leaseKey: 'shardId-000000000004', checkpoint: place, hashKeyRange: otherRange }),
        newLease({ leaseKey: 'shardId-000000000005', parentShardIds: ['shardId-000000000001'] }),
      ];
      for (const lease of facts) {
        await assertWrites(store, () => store.create(lease), { ...created, ...lease });
      }
    },
  },
  {
    title: '13: create: twice: the second is refused, the content stays',
    run: async ({ store }) => {
      for (const state of Object.values(states)) {
        const lease = await state(store);
        const other = newLease({
          checkpoint: place,
          parentShardIds: [],
          hashKeyRange: otherRange,
          startAtMs: 1,
        });
        await assertRefuses(store, () => store.create(other));
        await store.delete(lease);
      }
    },
  },
  {
    title: 'create: passes after a delete, and begins anew',
    run: async ({ store }) => {
      await store.delete(await owned(store));
      await assertWrites(store, () => store.create(newLease()), { ...created, ...newLease() });
    },
  },
];

const readCases: readonly LeaseStoreCase[] = [
  {
    title: 'get: nothing where there is no lease',
    run: async ({ store }) => {
      assert.equal(await store.get(leaseKey), undefined);
      await free(store);
      assert.equal(await store.get('shardId-000000000003'), undefined);
      assert.equal(await store.get('shardId-00000000000'), undefined);
    },
  },
  {
    title: 'list: every lease once, each as it was last answered',
    run: async ({ store }) => {
      const keys = Array.from({ length: 30 }, (_, index) => `shardId-${String(index).padStart(12, '0')}`);
      const leases: Lease[] = [];
      for (const [index, key] of keys.entries()) {
        const lease = await free(store, { leaseKey: key });
        leases.push(index % 2 === 0 ? lease : passed(await store.take(lease, `worker-${index % 3}`)));
      }
      const listed = [...(await store.list())].sort((a, b) => (a.leaseKey < b.leaseKey ? -1 : 1));
      assert.deepEqual(
        listed.map((lease) => lease.leaseKey),
        keys,
      );
      for (const [index, lease] of listed.entries()) assertSame(lease, leases[index], 'list');
    },
  },
  {
    title: 'list: entries that are no leases are left out',
    needs: ['putEntry'],
    run: async ({ store, putEntry }) => {
      const lease = await owned(store);
      await putEntry('Leader');
      assert.deepEqual(
        (await store.list()).map((listed) => listed.leaseKey),
        [lease.leaseKey],
      );
    },
  },
  {
    title: 'list, get, create: an entry that cannot be read is there, says why, and is left as it is',
    needs: ['putUnreadable'],
    run: async ({ store, putUnreadable }) => {
      const lease = await owned(store, { leaseKey: 'shardId-000000000003' });
      await putUnreadable(leaseKey);
      const assertUnreadable = (found: Lease | undefined, what: string) => {
        assert.equal(found?.leaseKey, leaseKey, `${what}: the entry must be there`);
        assert.ok(found.unreadable, `${what}: it must say why it cannot be read`);
        assertSame(found, { ...newLease(), ...created, parentShardIds: [], hashKeyRange: undefined }, what);
      };
      const assertThere = async () => {
        const listed = (await store.list()).filter((one) => one.leaseKey === leaseKey);
        assert.equal(listed.length, 1, 'list must show the entry once');
        assertUnreadable(listed[0], 'list');
        assertUnreadable(await store.get(leaseKey), 'get');
      };
      await assertThere();
      const refused = await store.create(newLease());
      assert.equal(refused.written, false, 'what cannot be read must not be written over');
      assertUnreadable(refused.lease, 'answer of create');
      await assertThere();
      await assertStored(store, lease);
      assert.equal((await store.get(lease.leaseKey))?.unreadable, undefined, 'the other lease can be read');
    },
  },
  {
    title: 'writes: other leases stay as they are',
    run: async ({ store }) => {
      const other = await owned(store, { leaseKey: 'shardId-000000000003' });
      const [last] = (await everyUpdate(store, await free(store))).slice(-1);
      assert.ok(last);
      await assertStored(store, other);
      assert.equal(await store.delete(last), 'deleted');
      await assertStored(store, other);
    },
  },
];

/** Every kind of update, one after the other; gives the lease after each. */
async function everyUpdate(store: LeaseStore, lease: Lease): Promise<Lease[]> {
  const steps: ((known: Lease) => ReturnType<LeaseStore['take']>)[] = [
    (known) => store.take(known, 'a'),
    (known) => store.renew(known, 4.5),
    (known) => store.prepareCheckpoint(known, { ...place, state: Uint8Array.of(1) }),
    (known) => store.checkpoint(known, place),
    (known) => store.startHandoff(known, 'b'),
    (known) => store.assign(known, 'b'),
    (known) => store.updateMetadata(known.leaseKey, { childShardIds: ['shardId-000000000005'] }),
    (known) => store.release(known),
  ];
  const leases = [lease];
  for (const step of steps) leases.push(passed(await step(leases.at(-1) ?? lease)));
  return leases;
}

const wrongBeliefs: readonly (readonly [what: string, Partial<Lease>])[] = [
  ['an outdated counter', { leaseCounter: 0 }],
  ['a counter above the stored one', { leaseCounter: 2 }],
  ['another owner', { leaseOwner: 'x' }],
  ['no owner', { leaseOwner: undefined }],
  ['a hand-off that there is not', { checkpointOwner: 'a' }],
];

const deleteCases: readonly LeaseStoreCase[] = [
  ...Object.entries(states).map(
    ([what, state]): LeaseStoreCase => ({
      title: `delete: ${what} goes`,
      run: async ({ store }) => {
        const lease = await state(store);
        assert.equal(await store.delete(lease), 'deleted');
        assert.equal(await store.get(lease.leaseKey), undefined);
        assert.deepEqual(await store.list(), []);
      },
    }),
  ),
  {
    title: "delete: 'missing' where there is no lease, or no more",
    run: async ({ store }) => {
      const lease = await owned(store);
      assert.equal(await store.delete({ ...lease, leaseKey: 'shardId-000000000003' }), 'missing');
      await store.delete(lease);
      assert.equal(await store.delete(lease), 'missing');
    },
  },
  ...wrongBeliefs.map(
    ([what, error]): LeaseStoreCase => ({
      title: `delete: 'changed', and the lease stays, for who believes in ${what}`,
      run: async ({ store }) => {
        const lease = await owned(store);
        assert.equal(await store.delete({ ...lease, ...error }), 'changed');
        await assertStored(store, lease);
      },
    }),
  ),
  {
    title: "delete: 'changed' for who does not know of a hand-off, or of whose",
    run: async ({ store }) => {
      const lease = await states['a hand-off'](store);
      for (const checkpointOwner of [undefined, 'x']) {
        assert.equal(await store.delete({ ...lease, checkpointOwner }), 'changed');
      }
      await assertStored(store, lease);
    },
  },
];

/** How leases come, are read, and go. */
export const keepingCases: readonly LeaseStoreCase[] = [
  ...openCases,
  ...createCases,
  ...readCases,
  ...deleteCases,
  {
    title: '25: updates: attributes that are unknown to the store stay',
    needs: ['putAttribute', 'hasAttribute'],
    run: async ({ store, putAttribute, hasAttribute }) => {
      const lease = await free(store);
      await putAttribute(leaseKey, 'unknownToUs');
      assert.equal(
        await hasAttribute(leaseKey, 'neverPut'),
        false,
        'hasAttribute must tell attributes apart',
      );
      await everyUpdate(store, lease);
      assert.equal(await hasAttribute(leaseKey, 'unknownToUs'), true, 'an update has removed the attribute');
    },
  },
];
