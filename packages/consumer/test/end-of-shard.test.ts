import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { createChildren } from '../src/end-of-shard.js';
import type { ConsumerEvent } from '../src/events.js';
import { InMemoryLeaseStore } from '../src/in-memory-lease-store.js';
import type { Lease } from '../src/lease.js';
import { LeasePlanner } from '../src/lease-planner.js';
import { ShardLister } from '../src/shard-lister.js';
import { at, ShardTree, shardId, treeReads } from './support/shard-tree.js';

type Position = 'trim-horizon' | 'latest' | Date;

const { signal } = new AbortController();

function setUp(tree: ShardTree, initialPosition: Position = 'trim-horizon') {
  const clock = new ManualClock({ nowMs: 90_000 });
  const reads = treeReads(tree);
  const store = new InMemoryLeaseStore();
  const events: ConsumerEvent[] = [];
  const lister = new ShardLister({ reads, clock, random: seededRandom(1), stream: 'tweets' });
  const planner = new LeasePlanner({ lister, clock, initialPosition });
  const tell = (event: ConsumerEvent) => events.push(event);
  const parts = { store, clock, callTimeoutMs: 1_000, planner, tell };
  const lease = (index: number, sequenceNumber: string) => {
    const { shardId: leaseKey, parentShardIds, hashKeyRange } = tree.shard(index);
    return store.create({ leaseKey, parentShardIds, hashKeyRange, checkpoint: at(sequenceNumber) });
  };
  const end = (index: number) => {
    const children = tree.list().filter(({ parentShardIds }) => parentShardIds.includes(shardId(index)));
    return createChildren(parts, shardId(index), children, signal);
  };
  const leases = async () =>
    (await store.list()).map((one) => `${Number(one.leaseKey.slice(8))} ${one.checkpoint.sequenceNumber}`);
  return { clock, store, events, asked: reads.asked, parts, lease, end, leases };
}

function splitTree(): ShardTree {
  const tree = new ShardTree(1);
  tree.split(0);
  return tree;
}

function mergedTree(): ShardTree {
  const tree = new ShardTree(2);
  tree.merge(0, 1);
  return tree;
}

test('C11: children of a split get leases from their beginning, and the parent names them', async () => {
  const tree = splitTree();
  const { store, events, asked, lease, end } = setUp(tree, 'latest');
  await lease(0, '77');
  expect(await end(0)).toEqual([1, 2].map(shardId));
  const { parentShardIds, hashKeyRange } = tree.shard(2);
  expect(await store.get(shardId(2))).toMatchObject({
    checkpoint: at('TRIM_HORIZON'),
    parentShardIds,
    hashKeyRange,
    leaseCounter: 0,
  });
  expect((await store.get(shardId(0)))?.childShardIds).toEqual([1, 2].map(shardId));
  const reason = 'reshard';
  expect(events).toEqual([1, 2].map((index) => ({ type: 'lease-created', reason, shardId: shardId(index) })));
  expect(asked).toEqual([]);
});

test('it may be called again: what is there stays', async () => {
  const { store, events, lease, end } = setUp(splitTree());
  await lease(0, '77');
  await lease(1, '99');
  await end(0);
  expect(await end(0)).toEqual([1, 2].map(shardId));
  expect([(await store.get(shardId(1)))?.checkpoint, events.length]).toEqual([at('99'), 1]);
});

test('children come before the parent names them: a store that fails between leaves it unnamed', async () => {
  const tree = splitTree();
  const { store, lease, parts } = setUp(tree);
  await lease(0, '77');
  const create = (...[one]: Parameters<InMemoryLeaseStore['create']>) =>
    one.leaseKey === shardId(2) ? Promise.reject(new Error('down')) : store.create(one);
  const broken = {
    create,
    get: store.get.bind(store),
    list: store.list.bind(store),
    updateMetadata: store.updateMetadata.bind(store),
  };
  const ended = createChildren({ ...parts, store: broken }, shardId(0), tree.list().slice(1), signal);
  await expect(ended).rejects.toThrow('down');
  expect((await store.get(shardId(0)))?.childShardIds).toEqual([]);
});

test('a shard without children writes nothing', async () => {
  const { store, lease, end } = setUp(new ShardTree(1));
  await lease(0, '77');
  store.updateMetadata = () => Promise.reject(new Error('written'));
  expect(await end(0)).toEqual([]);
});

test.each([
  [0, 1],
  [1, 0],
])('74. a merge whose parents finish in the order %i, %i: the child is made once', async (first, second) => {
  const { store, events, asked, lease, end } = setUp(mergedTree());
  for (const index of [0, 1]) await lease(index, '77');
  await end(first);
  const [made] = (await store.list()).filter(({ leaseKey }) => leaseKey === shardId(2));
  expect(made?.parentShardIds).toEqual([0, 1].map(shardId));
  await end(second);
  expect(await store.get(shardId(2))).toEqual(made);
  expect([events.length, asked]).toEqual([1, []]);
});

test.each([
  ['trim-horizon', '1 TRIM_HORIZON'],
  ['latest', '1 LATEST'],
  [new Date(0), '1 AT_TIMESTAMP'],
] as const)(
  '75. the other parent of a merge has no lease: at %s it gets one before the child',
  async (position, other) => {
    const { events, lease, end, leases } = setUp(mergedTree(), position);
    await lease(0, '77');
    await end(0);
    expect(await leases()).toEqual(['0 77', other, '2 TRIM_HORIZON']);
    expect(events.map((event) => 'shardId' in event && event.shardId)).toEqual([1, 2].map(shardId));
  },
);

test('75. so does what is above it and not read yet', async () => {
  const tree = new ShardTree(2);
  tree.split(0);
  tree.split(3);
  tree.merge(5, 1);
  const { events, lease, end } = setUp(tree);
  await lease(1, '77');
  await end(1);
  expect(events.map((event) => 'shardId' in event && Number(event.shardId.slice(8)))).toEqual([0, 3, 5, 6]);
});

test('a parent whose lease was deleted after the child was made is not read again', async () => {
  const { asked, lease, end, leases } = setUp(mergedTree());
  await lease(0, '77');
  await lease(2, 'TRIM_HORIZON');
  await end(0);
  expect([await leases(), asked]).toEqual([['0 77', '2 TRIM_HORIZON'], []]);
});

test('a parent that the service has forgotten gets no lease', async () => {
  const tree = mergedTree();
  const { lease, end, leases } = setUp(tree);
  await lease(0, '77');
  const listNow = tree.list.bind(tree);
  tree.list = () => listNow().filter((shard) => shard.shardId !== shardId(1));
  await end(0);
  expect(await leases()).toEqual(['0 77', '2 TRIM_HORIZON']);
});

test('while no listing can be relied on nothing is made', async () => {
  const tree = mergedTree();
  const { clock, lease, end, leases } = setUp(tree);
  await lease(0, '77');
  const listNow = tree.list.bind(tree);
  let calls = 0;
  tree.list = () => listNow(calls++ === 0 ? undefined : 0);
  const ended = expect(end(0)).rejects.toMatchObject({ code: 'INCOMPLETE_LISTING', reason: 'outdated' });
  await clock.advance(10_000);
  await ended;
  expect(await leases()).toEqual(['0 77']);
});

test('a child whose lease cannot be read counts as there', async () => {
  const { store, events, lease, end } = setUp(splitTree());
  await lease(0, '77');
  const made = (await lease(1, 'TRIM_HORIZON')).lease;
  if (made) Object.assign(store, { create: unreadableAt(store, { ...made, unreadable: 'no checkpoint' }) });
  expect(await end(0)).toEqual([1, 2].map(shardId));
  expect((await store.get(shardId(0)))?.childShardIds).toEqual([1, 2].map(shardId));
  expect(events).toEqual([{ type: 'lease-created', reason: 'reshard', shardId: shardId(2) }]);
});

/** Creates, but where the broken lease is. */
function unreadableAt(store: InMemoryLeaseStore, broken: Lease): InMemoryLeaseStore['create'] {
  const create = store.create.bind(store);
  return async (lease, signal) =>
    lease.leaseKey === broken.leaseKey ? { written: false, lease: broken } : create(lease, signal);
}
