import { expect, test } from 'vitest';
import { initialStart } from '../src/initial-start.js';
import type { Lease } from '../src/lease.js';
import { planFirstLeases, planLeaseOf, planMissingLeases } from '../src/plan-leases.js';
import { ShardListing } from '../src/shard-listing.js';
import { at, leaseOf, ShardTree, shardId } from './support/shard-tree.js';

type Position = 'trim-horizon' | 'latest' | Date;

/** 0 to 5 at first; 0 + 1 → 6, 2 + 3 → 7; then 6 + 7 → 8, 5 → 9 and 10; 4 is still open. */
function workedExample(): ShardTree {
  const tree = new ShardTree(6);
  tree.merge(0, 1);
  tree.merge(2, 3);
  tree.merge(6, 7);
  tree.split(5);
  return tree;
}

/** The input of a plan for an application that began when the first shards were open, unless `layerMs` says otherwise. */
function input(tree: ShardTree, leases: readonly Lease[], position: Position, layerMs = 0) {
  const start = initialStart(position, leases, 50_000);
  const ids = tree.layer(start.layer.type === 'at-latest' ? tree.nowMs : layerMs).map((one) => one.shardId);
  return { leases, listing: new ShardListing(tree.list()), start, layer: new Set(ids) };
}

/** Shard, sentinel and time of what is planned. */
function planned(tree: ShardTree, leases: readonly Lease[], position: Position, layerMs = 0): string[] {
  return planMissingLeases(input(tree, leases, position, layerMs)).map(({ lease, reason }) => {
    const { leaseKey, checkpoint, startAtMs } = lease;
    return `${Number(leaseKey.slice(8))} ${checkpoint.sequenceNumber} ${startAtMs ?? '-'} ${reason}`;
  });
}

const leasesOf = (tree: ShardTree, indexes: readonly number[], changes: Partial<Lease> = {}) =>
  indexes.map((index) => leaseOf(tree.shard(index), changes));

test('1. empty table, LATEST: a lease for each open shard with sentinel, time, range and parents', () => {
  const tree = workedExample();
  const plan = planFirstLeases(tree.layer(tree.nowMs), initialStart('latest', [], 50_000));
  expect(plan.map(({ lease }) => lease.leaseKey)).toEqual([4, 8, 9, 10].map(shardId));
  const { parentShardIds, hashKeyRange } = tree.shard(8);
  const checkpoint = { sequenceNumber: 'LATEST', subSequenceNumber: 0 };
  expect(plan[1]).toEqual({
    reason: 'initial',
    lease: { leaseKey: shardId(8), parentShardIds, hashKeyRange, checkpoint, startAtMs: 49_000 },
  });
  expect(parentShardIds).toEqual([shardId(6), shardId(7)]);
});

test('2. and 3. empty table: TRIM_HORIZON leases have no time, AT_TIMESTAMP leases the configured one', () => {
  const layer = new ShardTree(1).list();
  const [oldest] = planFirstLeases(layer, initialStart('trim-horizon', [], 50_000));
  expect(oldest?.lease).toMatchObject({ checkpoint: at('TRIM_HORIZON') });
  expect(oldest?.lease).not.toHaveProperty('startAtMs');
  const [dated] = planFirstLeases(layer, initialStart(new Date(7), [], 50_000));
  expect(dated?.lease).toMatchObject({ checkpoint: at('AT_TIMESTAMP'), startAtMs: 7 });
});

test.each([
  ['latest', ['6 LATEST 49000 initial']],
  ['trim-horizon', ['0 TRIM_HORIZON - initial', '1 TRIM_HORIZON - initial']],
  [new Date(0), ['0 AT_TIMESTAMP 0 initial', '1 AT_TIMESTAMP 0 initial']],
] as const)('4. the worked example with leases of 4, 5 and 7 at %s', (position, expected) => {
  const tree = workedExample();
  expect(planned(tree, leasesOf(tree, [4, 5, 7]), position)).toEqual(expected);
});

test('4. the worked example with the times of our own leases at LATEST: what was open then is read from then on (C6)', () => {
  const tree = workedExample();
  const leases = leasesOf(tree, [4, 5, 7], { startAtMs: 300 });
  expect(planned(tree, [...leases, leaseOf(tree.shard(2), { startAtMs: 200 })], 'latest')).toEqual([
    '0 LATEST 200 initial',
    '1 LATEST 200 initial',
  ]);
  expect(planned(tree, leases, 'latest', 2)).toEqual(['6 LATEST 300 initial']);
});

test.each([
  ['nothing of the layer above is leased', [4], ['0', '1', '2', '3', '5']],
  ['one shard of the oldest layer is', [0, 4], ['1', '2', '3', '5']],
  ['a shard of the middle is', [6, 4], ['2', '3', '5']],
  ['both shards of the middle are', [6, 7, 4], ['5']],
  ['a shard of the newest layer is', [8, 4], ['5']],
  ['one of two children is', [9, 4], ['0', '1', '2', '3', '5']],
  ['the parent of two children is', [8, 5], ['4']],
] as const)('5. a part of the hash range, where %s', (_, leased, expected) => {
  const tree = workedExample();
  for (const position of ['trim-horizon', new Date(0)] as const) {
    const plan = planned(tree, leasesOf(tree, leased), position);
    expect(plan.map((line) => line.split(' ')[0])).toEqual(expected);
  }
});

test.each([
  ['nothing above is leased', [4], ['8', '9', '10']],
  ['one shard of the oldest layer is', [0, 4], ['1', '7', '9', '10']],
  ['a shard of the middle is', [6, 4], ['7', '9', '10']],
  ['both shards of the middle are', [6, 7, 4], ['9', '10']],
  ['one of two children is', [9, 4], ['8', '10']],
] as const)('5. a part of the hash range at LATEST, where %s', (_, leased, expected) => {
  const tree = workedExample();
  const plan = planned(tree, leasesOf(tree, leased), 'latest');
  expect(plan.map((line) => line.split(' ')[0])).toEqual(expected);
});

test.each([[[4, 8, 9, 10]], [[4, 5, 6, 7]], [[0, 1, 2, 3, 4, 5]]])(
  '6. with leases of %j nothing is missing',
  (leased) => {
    const tree = workedExample();
    for (const position of ['trim-horizon', 'latest', new Date(0)] as const) {
      expect(planned(tree, leasesOf(tree, leased), position)).toEqual([]);
    }
  },
);

test.each([
  ['latest', '1 LATEST 49000 initial'],
  ['trim-horizon', '1 TRIM_HORIZON - initial'],
  [new Date(0), '1 AT_TIMESTAMP 0 initial'],
] as const)('7. a merge with one parent leased: the other half begins at %s', (position, expected) => {
  const tree = new ShardTree(2);
  tree.merge(0, 1);
  expect(planned(tree, leasesOf(tree, [0]), position)).toEqual([expected]);
});

test('a half-done beginning goes on from the same layer, not from above it', () => {
  const tree = new ShardTree(2);
  tree.split(0);
  const leases = leasesOf(tree, [2], { startAtMs: 1 });
  expect(planned(tree, leases, 'latest', 1)).toEqual(['1 LATEST 1 initial', '3 LATEST 1 initial']);
});

test('C6: a shard of a half-done beginning that was split since is read from the time of the others', () => {
  const tree = new ShardTree(2);
  tree.split(1);
  const leases = leasesOf(tree, [0], { startAtMs: 300 });
  expect(planned(tree, leases, 'latest', 0)).toEqual(['1 LATEST 300 initial']);
});

test('C11: a child whose lease was lost after its parent was finished is made again, from its beginning', () => {
  const tree = new ShardTree(1);
  tree.split(0);
  const leases = [leaseOf(tree.shard(0), { checkpoint: at('SHARD_END') }), leaseOf(tree.shard(1))];
  for (const position of ['trim-horizon', 'latest', new Date(0)] as const) {
    expect(planned(tree, leases, position)).toEqual(['2 TRIM_HORIZON - reshard']);
  }
});

test('while one parent of a merge is not finished, the merged shard is left to it', () => {
  const tree = new ShardTree(2);
  tree.merge(0, 1);
  const leases = [leaseOf(tree.shard(0), { checkpoint: at('SHARD_END') }), leaseOf(tree.shard(1))];
  expect(planned(tree, leases, 'latest')).toEqual([]);
});

test('children of a leased shard that the service has forgotten begin at their beginning', () => {
  const tree = new ShardTree(2);
  const forgotten = leasesOf(tree, [0, 1], { checkpoint: at('77') });
  tree.split(0);
  tree.merge(3, 1);
  tree.forgetBefore(1);
  expect(planned(tree, forgotten, 'latest')).toEqual([
    '2 TRIM_HORIZON - reshard',
    '3 TRIM_HORIZON - reshard',
  ]);
});

test('so do those of later generations, by the ranges', () => {
  const tree = new ShardTree(2);
  const leases = leasesOf(tree, [0, 1], { checkpoint: at('77') });
  tree.split(0);
  tree.split(2);
  tree.split(3);
  tree.forgetBefore(3);
  expect(planned(tree, leases, 'latest')).toEqual(
    [4, 5, 6, 7].map((index) => `${index} TRIM_HORIZON - reshard`),
  );
});

test('10. parents come before children, so that what a crash leaves hides nothing', () => {
  const tree = new ShardTree(2);
  tree.split(0);
  tree.merge(3, 1);
  const listing = new ShardListing(tree.list().toReversed());
  const plan = planLeaseOf(shardId(3), { ...input(tree, [], 'trim-horizon'), listing });
  expect(plan.map(({ lease, reason }) => [lease.leaseKey, reason])).toEqual([
    [shardId(0), 'initial'],
    [shardId(3), 'reshard'],
  ]);
  const layer = tree.layer(0).toReversed();
  const first = planFirstLeases(layer, initialStart('trim-horizon', [], 0));
  expect(first.map(({ lease }) => lease.leaseKey)).toEqual([shardId(0), shardId(1)]);
});

test('a lease of one shard: at the initial position, where nothing above it is to be read', () => {
  const tree = new ShardTree(2);
  tree.merge(0, 1);
  const plan = planLeaseOf(shardId(1), input(tree, leasesOf(tree, [0]), 'latest'));
  expect(plan.map(({ lease }) => [lease.leaseKey, lease.checkpoint.sequenceNumber])).toEqual([
    [shardId(1), 'LATEST'],
  ]);
});

test('a lease of one shard: with every one above it that is not read yet (C3)', () => {
  const tree = new ShardTree(2);
  tree.split(0);
  tree.split(3);
  tree.merge(5, 1);
  const plan = planLeaseOf(shardId(5), input(tree, leasesOf(tree, [1]), 'trim-horizon'));
  expect(plan.map(({ lease, reason }) => [lease.leaseKey, reason])).toEqual([
    [shardId(0), 'initial'],
    [shardId(3), 'reshard'],
    [shardId(5), 'reshard'],
  ]);
});

test('a lease of one shard: nothing, where it has one or is not listed', () => {
  const tree = new ShardTree(2);
  expect(planLeaseOf(shardId(1), input(tree, leasesOf(tree, [0, 1]), 'latest'))).toEqual([]);
  expect(planLeaseOf(shardId(9), input(tree, leasesOf(tree, [0, 1]), 'latest'))).toEqual([]);
});

test.each(['latest', 'trim-horizon'] as const)(
  'a lease that cannot be read is one that is not finished: at %s none is made for its shard, nor for its children',
  (position) => {
    const tree = new ShardTree(3);
    tree.split(0);
    const unreadable = 'its leaseCounter is absent';
    const broken = leasesOf(tree, [0, 1], { checkpoint: at('SHARD_END'), unreadable });
    expect(planned(tree, [...broken, ...leasesOf(tree, [2])], position)).toEqual([]);
  },
);
