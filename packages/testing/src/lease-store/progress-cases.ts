import assert from 'node:assert/strict';
import type { Lease, LeaseStore, LeaseWrite } from '@shardline/consumer';
import {
  assertRefuses,
  assertSame,
  assertWrites,
  handingOff,
  laterPlace,
  madeUp,
  owned,
  passed,
  place,
  rich,
} from './lease-steps.js';
import type { LeaseStoreCase } from './lease-store-case.js';

type Write = (store: LeaseStore, known: Lease) => Promise<LeaseWrite>;

const renew: Write = (store, known) => store.renew(known);
const checkpoint: Write = (store, known) => store.checkpoint(known, place);
const prepare: Write = (store, known) => store.prepareCheckpoint(known, place);

/** The writes whose condition is the counter, with KCL's numbers of the case of an outdated one and of a deleted lease. */
const byCounter: readonly (readonly [name: string, write: Write, stale: string, gone: string])[] = [
  ['renew', renew, '14: ', '16: '],
  ['checkpoint', checkpoint, '', ''],
  ['prepareCheckpoint', prepare, '', ''],
];

const next = (lease: Lease, change: Partial<Lease> = {}): Lease => ({
  ...lease,
  leaseCounter: lease.leaseCounter + 1,
  ...change,
});

const conditionCases: readonly LeaseStoreCase[] = byCounter.flatMap(([name, write, stale, gone]) => [
  {
    title: `${stale}${name}: refused with a counter below the stored one`,
    run: async ({ store }) => {
      const lease = await owned(store);
      await assertRefuses(store, () => write(store, { ...lease, leaseCounter: lease.leaseCounter - 1 }));
    },
  },
  {
    title: `${name}: refused with a counter above the stored one`,
    run: async ({ store }) => {
      const lease = await owned(store);
      await assertRefuses(store, () => write(store, { ...lease, leaseCounter: lease.leaseCounter + 1 }));
    },
  },
  {
    title: `${name}: refused once another worker has taken the lease`,
    run: async ({ store }) => {
      const lease = await owned(store);
      await store.take(lease, 'b');
      await assertRefuses(store, () => write(store, lease));
    },
  },
  {
    title: `${name}: refused once the old owner has handed over`,
    run: async ({ store }) => {
      const lease = await handingOff(store);
      await store.assign(lease, 'b');
      await assertRefuses(store, () => write(store, lease));
    },
  },
  {
    title: `${gone}${name}: refused after a delete, and the lease stays deleted`,
    run: async ({ store }) => {
      const lease = await owned(store);
      await store.delete(lease);
      await assertRefuses(store, () => write(store, lease));
      assert.deepEqual(await store.list(), []);
    },
  },
]);

const renewCases: readonly LeaseStoreCase[] = [
  {
    title: 'renew: raises the counter by 1; every other attribute stays, whatever the caller believes',
    run: async ({ store }) => {
      const lease = await rich(store);
      await assertWrites(store, () => store.renew(madeUp(lease)), next(lease));
    },
  },
  {
    title: 'renew: sets the throughput that is given, 0 too, and keeps it where none is',
    run: async ({ store }) => {
      let lease = await owned(store);
      for (const [given, throughputKBps] of [
        [12.5, 12.5],
        [undefined, 12.5],
        [0, 0],
        [undefined, 0],
      ] as const) {
        const known = lease;
        lease = next(lease, { throughputKBps });
        await assertWrites(store, () => store.renew(known, given), lease);
      }
    },
  },
  {
    title: 'renew: refused during a hand-off that the caller does not know of',
    run: async ({ store }) => {
      const known = await owned(store);
      const lease = passed(await store.startHandoff(known, 'b'));
      await assertRefuses(store, () => store.renew(known));
      await assertRefuses(store, () => store.renew({ ...lease, checkpointOwner: undefined }));
    },
  },
  {
    title: 'renew: passes during a hand-off that the caller knows of',
    run: async ({ store }) => {
      const lease = await handingOff(store);
      await assertWrites(store, () => store.renew(lease, 3), next(lease, { throughputKBps: 3 }));
    },
  },
  {
    title: '15: renew: with its answer lost, the next is refused with the same owner and the counter one up',
    run: async ({ store }) => {
      const known = await owned(store);
      await store.renew(known);
      const again = await store.renew(known);
      assert.equal(again.written, false, 'the counter that the caller knows is outdated');
      assertSame(again.lease, next(known), 'what proves that the lost write was the own one');
    },
  },
];

const checkpointCases: readonly LeaseStoreCase[] = [
  {
    title:
      '23: checkpoint: sets the place, resets the switches, removes the pending checkpoint and its state',
    run: async ({ store }) => {
      const lease = await rich(store);
      assert.equal(lease.ownerSwitchesSinceCheckpoint, 2);
      const change = {
        checkpoint: laterPlace,
        ownerSwitchesSinceCheckpoint: 0,
        pendingCheckpoint: undefined,
      };
      await assertWrites(store, () => store.checkpoint(lease, laterPlace), next(lease, change));
    },
  },
  {
    title: 'checkpoint: passes during a hand-off, known or not',
    run: async ({ store }) => {
      const known = await owned(store);
      const lease = passed(await store.startHandoff(known, 'b'));
      const first = next(lease, { checkpoint: place });
      await assertWrites(store, () => store.checkpoint(known, place), first);
      const second = next(first, { checkpoint: laterPlace });
      await assertWrites(store, () => store.checkpoint(first, laterPlace), second);
    },
  },
  {
    title: 'checkpoint: writes childShardIds and hashKeyRange of its caller along, and nothing else of it',
    run: async ({ store }) => {
      const lease = await rich(store);
      const known = madeUp(lease);
      const change = {
        checkpoint: laterPlace,
        ownerSwitchesSinceCheckpoint: 0,
        pendingCheckpoint: undefined,
        childShardIds: known.childShardIds,
        hashKeyRange: known.hashKeyRange,
      };
      await assertWrites(store, () => store.checkpoint(known, laterPlace), next(lease, change));
    },
  },
  {
    title: 'checkpoint: keeps childShardIds and hashKeyRange where its caller has none',
    run: async ({ store }) => {
      const lease = passed(
        await store.updateMetadata((await owned(store)).leaseKey, {
          childShardIds: ['shardId-000000000005'],
        }),
      );
      const known = { ...lease, childShardIds: [], hashKeyRange: undefined };
      await assertWrites(store, () => store.checkpoint(known, place), next(lease, { checkpoint: place }));
    },
  },
  ...['AT_TIMESTAMP', 'TRIM_HORIZON', 'LATEST', 'SHARD_END', '0', '9'.repeat(56)].map(
    (sequenceNumber): LeaseStoreCase => ({
      title: `checkpoint: keeps ${sequenceNumber} as it is`,
      run: async ({ store }) => {
        const lease = await owned(store);
        const at = { sequenceNumber, subSequenceNumber: 0 };
        await assertWrites(store, () => store.checkpoint(lease, at), next(lease, { checkpoint: at }));
      },
    }),
  ),
];

const prepareCases: readonly LeaseStoreCase[] = [
  {
    title: 'prepareCheckpoint: sets the pending checkpoint with its state, and nothing else',
    run: async ({ store }) => {
      const lease = await rich(store);
      const pending = { ...place, state: Uint8Array.of(0, 255, 7) };
      const write = () => store.prepareCheckpoint(madeUp(lease), pending);
      await assertWrites(store, write, next(lease, { pendingCheckpoint: pending }));
    },
  },
  {
    title: 'prepareCheckpoint: without a state the last one goes',
    run: async ({ store }) => {
      const lease = await rich(store);
      assert.ok(lease.pendingCheckpoint?.state);
      const write = () => store.prepareCheckpoint(lease, place);
      await assertWrites(store, write, next(lease, { pendingCheckpoint: place }));
    },
  },
  {
    title: 'prepareCheckpoint: passes during a hand-off, known or not',
    run: async ({ store }) => {
      const known = await owned(store);
      const lease = passed(await store.startHandoff(known, 'b'));
      const first = next(lease, { pendingCheckpoint: place });
      await assertWrites(store, () => store.prepareCheckpoint(known, place), first);
      const second = next(first, { pendingCheckpoint: laterPlace });
      await assertWrites(store, () => store.prepareCheckpoint(first, laterPlace), second);
    },
  },
  {
    title: 'prepareCheckpoint: the next owner finds the place and the state, and promotes it',
    run: async ({ store }) => {
      const lease = await rich(store);
      const taken = passed(await store.take(lease, 'b'));
      assert.ok(taken.pendingCheckpoint);
      assertSame(taken, next(lease, { leaseOwner: 'b', ownerSwitchesSinceCheckpoint: 3 }), 'taken');
      const { sequenceNumber, subSequenceNumber } = taken.pendingCheckpoint;
      const promoted = passed(await store.checkpoint(taken, { sequenceNumber, subSequenceNumber }));
      assert.deepEqual({ ...promoted.checkpoint }, { ...laterPlace });
      assert.equal(promoted.pendingCheckpoint, undefined);
    },
  },
];

/** What is written under a lease that somebody has. */
export const progressCases: readonly LeaseStoreCase[] = [
  ...conditionCases,
  ...renewCases,
  ...checkpointCases,
  ...prepareCases,
];
