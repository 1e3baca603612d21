import { expect, test } from 'vitest';
import type { Lease } from '../src/lease.js';
import { planCleanUp } from '../src/plan-clean-up.js';
import { ShardListing } from '../src/shard-listing.js';
import { at, leaseOf, ShardTree, shardId } from './support/shard-tree.js';

/** What is deleted, and why; `held` are the shards whose leases a living worker has. */
function deleted(tree: ShardTree, leases: readonly Lease[], held: readonly number[] = []): string[] {
  const isHeld = ({ leaseKey }: Lease) => held.map(shardId).includes(leaseKey);
  const plan = planCleanUp({ leases, listing: new ShardListing(tree.list()), isHeld });
  return plan.map(({ lease, reason }) => `${Number(lease.leaseKey.slice(8))} ${reason}`);
}

const lease = (tree: ShardTree, index: number, sequenceNumber: string, changes: Partial<Lease> = {}) =>
  leaseOf(tree.shard(index), { checkpoint: at(sequenceNumber), ...changes });
const finished = (tree: ShardTree, index: number, children: readonly number[]) =>
  lease(tree, index, 'SHARD_END', { childShardIds: children.map(shardId) });

function splitTree(): ShardTree {
  const tree = new ShardTree(1);
  tree.split(0);
  return tree;
}

test('a finished lease goes when all its children have made progress, whoever holds it', () => {
  const tree = splitTree();
  const leases = [finished(tree, 0, [1, 2]), lease(tree, 1, '77'), lease(tree, 2, 'SHARD_END')];
  expect(deleted(tree, leases)).toEqual(['0 finished']);
  expect(deleted(tree, leases, [0])).toEqual(['0 finished']);
});

test.each(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'])('it stays while a child is at %s', (sentinel) => {
  const tree = splitTree();
  expect(deleted(tree, [finished(tree, 0, [1, 2]), lease(tree, 1, '77'), lease(tree, 2, sentinel)])).toEqual(
    [],
  );
});

test('it stays while the lease of a parent is there, and goes after that one', () => {
  const tree = splitTree();
  tree.merge(1, 2);
  const [first, ...rest] = [
    finished(tree, 0, [1, 2]),
    finished(tree, 1, [3]),
    finished(tree, 2, [3]),
    lease(tree, 3, '77'),
  ];
  expect(deleted(tree, [...(first ? [first] : []), ...rest])).toEqual(['0 finished']);
  expect(deleted(tree, rest)).toEqual(['1 finished', '2 finished']);
});

test('it stays while a child has no lease, unless a lease further down goes on', () => {
  const tree = splitTree();
  const parent = finished(tree, 0, [1, 2]);
  expect(deleted(tree, [parent, lease(tree, 1, '77')])).toEqual([]);
  tree.split(2);
  expect(deleted(tree, [parent, lease(tree, 1, '77'), lease(tree, 3, '77')])).toEqual([]);
  expect(deleted(tree, [parent, lease(tree, 1, '77'), lease(tree, 3, '77'), lease(tree, 4, '77')])).toEqual([
    '0 finished',
  ]);
});

test('it stays while a child has no lease that the listing does not have yet', () => {
  const tree = new ShardTree(1);
  expect(deleted(tree, [finished(tree, 0, [1, 2])])).toEqual([]);
});

test('without children of its own knowledge the listing has them; without any it stays', () => {
  const tree = splitTree();
  const parent = lease(tree, 0, 'SHARD_END');
  expect(deleted(tree, [parent, lease(tree, 1, '77'), lease(tree, 2, 'TRIM_HORIZON')])).toEqual([]);
  expect(deleted(tree, [parent, lease(tree, 1, '77'), lease(tree, 2, '77')])).toEqual(['0 finished']);
  expect(deleted(new ShardTree(1), [parent])).toEqual([]);
});

test('an unfinished lease stays as long as its shard is listed', () => {
  const tree = splitTree();
  expect(deleted(tree, [lease(tree, 0, '77'), lease(tree, 1, '77'), lease(tree, 2, '77')])).toEqual([]);
});

test('the lease of a forgotten shard goes when nobody holds it and every child has a lease', () => {
  const tree = splitTree();
  const leases = [lease(tree, 0, '77'), lease(tree, 1, 'TRIM_HORIZON')];
  const children = [...leases, lease(tree, 2, 'TRIM_HORIZON')];
  tree.forgetBefore(1);
  expect(deleted(tree, leases)).toEqual([]);
  expect(deleted(tree, children, [0])).toEqual([]);
  expect(deleted(tree, children)).toEqual(['0 shard-gone']);
});

test('so it is with shards of later generations, where the children are forgotten too', () => {
  const tree = splitTree();
  const forgotten = finished(tree, 0, [1, 2]);
  tree.split(1);
  tree.split(2);
  const heirs = [3, 4, 5, 6].map((index) => lease(tree, index, 'TRIM_HORIZON'));
  tree.forgetBefore(3);
  expect(deleted(tree, [forgotten, ...heirs.slice(1)])).toEqual([]);
  expect(deleted(tree, [forgotten, ...heirs])).toEqual(['0 finished']);
  expect(deleted(tree, [{ ...forgotten, checkpoint: at('77') }, ...heirs])).toEqual(['0 shard-gone']);
});

test('a finished lease of a forgotten shard goes even while its child is unread', () => {
  const tree = splitTree();
  const leases = [finished(tree, 0, [1, 2]), lease(tree, 1, 'TRIM_HORIZON'), lease(tree, 2, '77')];
  tree.forgetBefore(1);
  expect(deleted(tree, leases)).toEqual(['0 shard-gone']);
});

test('a lease that cannot be read never goes, finished or forgotten', () => {
  const tree = splitTree();
  const unreadable = 'its checkpoint is absent';
  const children = [lease(tree, 1, '77'), lease(tree, 2, '77')];
  const parent = finished(tree, 0, [1, 2]);
  expect(deleted(tree, [parent, ...children])).toEqual(['0 finished']);
  expect(deleted(tree, [{ ...parent, unreadable }, ...children])).toEqual([]);
  const listing = new ShardListing(tree.list().filter(({ shardId: id }) => id !== shardId(0)));
  const gone = lease(tree, 0, '77');
  const plan = (forgotten: Lease) =>
    planCleanUp({ leases: [forgotten, ...children], listing, isHeld: () => false });
  expect(plan(gone)).toEqual([{ lease: gone, reason: 'shard-gone' }]);
  expect(plan({ ...gone, unreadable })).toEqual([]);
});

test('a child that cannot be read has made no progress', () => {
  const tree = splitTree();
  const child = { ...lease(tree, 2, '77'), unreadable: 'its checkpoint is absent' };
  expect(deleted(tree, [finished(tree, 0, [1, 2]), lease(tree, 1, '77'), child])).toEqual([]);
});
