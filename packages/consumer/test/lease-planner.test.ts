import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { LeasePlanner } from '../src/lease-planner.js';
import type { PlannedLease } from '../src/plan-leases.js';
import { ShardLister } from '../src/shard-lister.js';
import { at, leaseOf, ShardTree, shardId, treeReads } from './support/shard-tree.js';

type Position = 'trim-horizon' | 'latest' | Date;

function makePlanner(
  tree: ShardTree,
  initialPosition: Position,
  times: Parameters<typeof treeReads>[1] = {},
) {
  const clock = new ManualClock({ nowMs: 90_000 });
  const reads = treeReads(tree, times);
  const lister = new ShardLister({ reads, clock, random: seededRandom(1), stream: 'tweets' });
  return { clock, asked: reads.asked, planner: new LeasePlanner({ lister, clock, initialPosition }) };
}

const { signal } = new AbortController();
const text = (planned: readonly PlannedLease[]) =>
  planned.map(({ lease }) => {
    return `${Number(lease.leaseKey.slice(8))} ${lease.checkpoint.sequenceNumber} ${lease.startAtMs ?? '-'}`;
  });

/** 0 → 2 and 3 at 1; 1 + 3 → 4 at 2. */
function reshardedTree(): ShardTree {
  const tree = new ShardTree(2);
  tree.split(0);
  tree.merge(3, 1);
  return tree;
}

test.each([
  ['latest', { type: 'at-latest' }, ['2 LATEST 69000', '4 LATEST 69000']],
  ['trim-horizon', { type: 'at-trim-horizon' }, ['1 TRIM_HORIZON -', '2 TRIM_HORIZON -', '3 TRIM_HORIZON -']],
  [new Date(0), { type: 'at-timestamp', timestampMs: 0 }, ['0 AT_TIMESTAMP 0', '1 AT_TIMESTAMP 0']],
] as const)(
  '1. to 3. an empty table at %s: the layer of the position',
  async (position, filter, expected) => {
    const { asked, planner } = makePlanner(reshardedTree(), position, {
      horizonMs: 1,
      serviceTimeMs: 70_000,
    });
    const { planned, listing } = await planner.missing([], signal);
    expect(text(planned)).toEqual(expected);
    expect(listing.shards).toEqual(reshardedTree().list());
    expect(asked).toEqual([filter, { type: 'all' }]);
  },
);

test('C6: without a time of the service that of this machine serves, as it was before the call', async () => {
  const tree = new ShardTree(1);
  const { planner } = makePlanner(tree, 'latest');
  expect(text((await planner.missing([], signal)).planned)).toEqual(['0 LATEST 89000']);
  const leased = new ShardTree(2);
  const later = makePlanner(leased, 'latest').planner;
  const plan = await later.missing([leaseOf(leased.shard(0))], signal);
  expect(text(plan.planned)).toEqual(['1 LATEST 89000']);
});

test('while nothing begins a layer is not asked for', async () => {
  const tree = reshardedTree();
  const leases = [0, 1].map((index) => leaseOf(tree.shard(index), { startAtMs: 5 }));
  for (const position of ['latest', 'trim-horizon', new Date(0)] as const) {
    const { asked, planner } = makePlanner(tree, position);
    expect((await planner.missing(leases, signal)).planned).toEqual([]);
    expect(asked).toEqual([{ type: 'all' }]);
  }
});

test.each([
  ['trim-horizon', 1, { type: 'at-trim-horizon' }, ['1 TRIM_HORIZON -', '3 TRIM_HORIZON -']],
  ['latest', 1, { type: 'at-timestamp', timestampMs: 1 }, ['1 LATEST 1', '3 LATEST 1']],
  [
    new Date(0),
    undefined,
    { type: 'at-timestamp', timestampMs: 0 },
    ['0 AT_TIMESTAMP 0', '1 AT_TIMESTAMP 0'],
  ],
] as const)(
  '10. a half-done beginning at %s goes on from its layer',
  async (position, startAtMs, filter, expected) => {
    const tree = reshardedTree();
    const lease = leaseOf(tree.shard(2), startAtMs === undefined ? {} : { startAtMs });
    const { asked, planner } = makePlanner(tree, position, { horizonMs: 1 });
    expect(text((await planner.missing([lease], signal)).planned)).toEqual(expected);
    expect(asked).toEqual([{ type: 'all' }, filter]);
  },
);

test('at LATEST on a table without times the open shards are the layer', async () => {
  const tree = reshardedTree();
  const { asked, planner } = makePlanner(tree, 'latest', { serviceTimeMs: 70_000 });
  const plan = await planner.missing([leaseOf(tree.shard(2))], signal);
  expect([text(plan.planned), asked]).toEqual([['4 LATEST 69000'], [{ type: 'all' }]]);
});

test('8. and 9. an incomplete listing makes no plan', async () => {
  const tree = reshardedTree();
  const { clock, planner } = makePlanner(tree, 'trim-horizon');
  const foreign = leaseOf({ ...tree.shard(4), shardId: shardId(5) });
  const plans = [planner.missing([foreign], signal)];
  tree.list = () => reshardedTree().list().slice(0, -1);
  plans.push(planner.missing([], signal));
  const refused = plans.map((plan) => expect(plan).rejects.toMatchObject({ code: 'INCOMPLETE_LISTING' }));
  await clock.advance(10_000);
  await Promise.all(refused);
});

test('the other parent of a merge: its lease, and those of what is above it', async () => {
  const tree = reshardedTree();
  const leases = [leaseOf(tree.shard(1), { checkpoint: at('77') })];
  const { planner } = makePlanner(tree, 'trim-horizon');
  const { planned } = await planner.otherParent(shardId(3), tree.shard(4), leases, signal);
  expect(text(planned)).toEqual(['0 TRIM_HORIZON -', '3 TRIM_HORIZON -']);
});

test('it is looked for in a listing that is as new as the child', async () => {
  const tree = reshardedTree();
  const leases = [leaseOf(tree.shard(1))];
  const child = tree.shard(4);
  const { clock, asked, planner } = makePlanner(tree, 'latest');
  const listNow = tree.list.bind(tree);
  tree.list = () => listNow(asked.length === 1 ? 0 : undefined);
  const planned = planner.otherParent(shardId(3), child, leases, signal);
  await clock.advance(5_000);
  expect(text((await planned).planned)).toEqual(['3 LATEST 89000']);
});
