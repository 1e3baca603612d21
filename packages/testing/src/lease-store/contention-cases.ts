import assert from 'node:assert/strict';
import type { Lease, LeaseStore, LeaseWrite } from '@shardline/consumer';
import { assertSame, assertStored, free, leaseKey, newLease, owned, passed, place } from './lease-steps.js';
import { type LeaseStoreCase, suiteApplication } from './lease-store-case.js';

const workers: readonly string[] = Array.from({ length: 8 }, (_, index) => `worker-${index}`);

/** All at once; exactly one may pass, and it is what the others are answered and what is stored. */
async function assertOneWins(
  store: LeaseStore,
  write: (workerId: string, index: number) => Promise<LeaseWrite>,
): Promise<Lease> {
  const outcomes = await Promise.all(workers.map(write));
  const winners = outcomes.filter(({ written }) => written);
  assert.equal(winners.length, 1, 'exactly one of the writes must pass');
  const [winner] = winners;
  assert.ok(winner?.lease);
  for (const { lease } of outcomes) assertSame(lease, winner.lease, 'answer of a race');
  await assertStored(store, winner.lease);
  return winner.lease;
}

const raceCases: readonly LeaseStoreCase[] = [
  {
    title: 'at once: one of several creates passes, the others are answered its lease',
    run: async ({ store }) => {
      await assertOneWins(store, (_, index) => store.create(newLease({ startAtMs: index + 1 })));
    },
  },
  {
    title: 'at once: one of several takes passes, the others are answered its lease',
    run: async ({ store }) => {
      const lease = await free(store);
      const { leaseCounter } = await assertOneWins(store, (workerId) => store.take(lease, workerId));
      assert.equal(leaseCounter, lease.leaseCounter + 1);
    },
  },
  {
    title: 'at once: one of several checkpoints passes',
    run: async ({ store }) => {
      const lease = await owned(store);
      const at = (subSequenceNumber: number) => ({ ...place, subSequenceNumber });
      await assertOneWins(store, (_, index) => store.checkpoint(lease, at(index)));
    },
  },
  {
    title: 'at once: one of several hand-offs begins',
    run: async ({ store }) => {
      const lease = await owned(store);
      const handingOff = await assertOneWins(store, (workerId) => store.startHandoff(lease, workerId));
      assert.equal(handingOff.leaseCounter, lease.leaseCounter);
    },
  },
  {
    title: 'at once: one of several assignments passes',
    run: async ({ store }) => {
      const lease = await owned(store);
      await assertOneWins(store, (workerId) => store.assign(lease, workerId));
    },
  },
  {
    title: 'at once: a sign of life or a take, never both',
    run: async ({ store }) => {
      const lease = await owned(store);
      const even = (index: number) => index % 2 === 0;
      await assertOneWins(store, (workerId, index) =>
        even(index) ? store.take(lease, workerId) : store.renew(lease, index),
      );
    },
  },
  {
    title: 'at once: a checkpoint or a take, never both',
    run: async ({ store }) => {
      const lease = await owned(store);
      const even = (index: number) => index % 2 === 0;
      await assertOneWins(store, (workerId, index) =>
        even(index) ? store.checkpoint(lease, place) : store.take(lease, workerId),
      );
    },
  },
  {
    title: 'at once: one of several deletes finds the lease',
    run: async ({ store }) => {
      const lease = await owned(store);
      const answers = await Promise.all(workers.map(() => store.delete(lease)));
      assert.equal(answers.filter((answer) => answer === 'deleted').length, 1);
      assert.equal(answers.filter((answer) => answer === 'missing').length, workers.length - 1);
      assert.equal(await store.get(leaseKey), undefined);
    },
  },
  {
    title: 'at once: metadata of several writers all arrive, and the owner goes on',
    run: async ({ store }) => {
      const lease = await owned(store);
      const childShardIds = ['shardId-000000000005'];
      const [renewed] = await Promise.all([
        store.renew(lease),
        store.updateMetadata(leaseKey, { childShardIds }),
        store.updateMetadata(leaseKey, { hashKeyRange: { startingHashKey: '5', endingHashKey: '6' } }),
      ]);
      assert.ok(renewed.written);
      await assertStored(store, {
        ...lease,
        leaseCounter: lease.leaseCounter + 1,
        childShardIds,
        hashKeyRange: { startingHashKey: '5', endingHashKey: '6' },
      });
    },
  },
];

type Call = (store: LeaseStore, lease: Lease, signal: AbortSignal) => Promise<unknown>;

/** Every method of an open store that takes a signal, called as it must pass on a lease of `a`'s. */
const calls: Readonly<Record<string, Call>> = {
  list: (store, _, signal) => store.list(signal),
  get: (store, _, signal) => store.get(leaseKey, signal),
  create: (store, _, signal) => store.create(newLease({ leaseKey: 'shardId-000000000003' }), signal),
  take: (store, lease, signal) => store.take(lease, 'b', signal),
  renew: (store, lease, signal) => store.renew(lease, undefined, signal),
  checkpoint: (store, lease, signal) => store.checkpoint(lease, place, signal),
  prepareCheckpoint: (store, lease, signal) => store.prepareCheckpoint(lease, place, signal),
  startHandoff: (store, lease, signal) => store.startHandoff(lease, 'b', signal),
  assign: (store, lease, signal) => store.assign(lease, 'b', signal),
  release: (store, lease, signal) => store.release(lease, signal),
  updateMetadata: (store, _, signal) => store.updateMetadata(leaseKey, { childShardIds: ['x'] }, signal),
  delete: (store, lease, signal) => store.delete(lease, signal),
};

/** What becomes of writers that meet, and of calls that nobody waits for any more. */
export const contentionCases: readonly LeaseStoreCase[] = [
  ...raceCases,
  {
    title: 'open: rejects where its signal has fired already',
    opens: true,
    run: ({ store }) =>
      assert.rejects(store.open({ applicationName: suiteApplication, signal: AbortSignal.abort() })),
  },
  ...Object.entries(calls).flatMap(([name, call]): LeaseStoreCase[] => [
    {
      title: `${name}: rejects where its signal has fired already`,
      run: async ({ store }) => {
        const lease = await owned(store);
        await assert.rejects(call(store, lease, AbortSignal.abort()));
      },
    },
    {
      title: `${name}: passes with a signal that fires when it is answered`,
      run: async ({ store }) => {
        const lease = await owned(store);
        const waiting = new AbortController();
        const answer = await call(store, lease, waiting.signal);
        waiting.abort();
        if (hasOutcome(answer)) await assertStored(store, passed(answer));
        else assert.ok(answer);
      },
    },
  ]),
];

function hasOutcome(answer: unknown): answer is LeaseWrite {
  return typeof answer === 'object' && answer !== null && 'written' in answer;
}
