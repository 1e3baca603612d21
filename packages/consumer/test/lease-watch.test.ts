import { expect, it } from 'vitest';
import type { Lease } from '../src/lease.js';
import { LeaseWatch } from '../src/lease-watch.js';
import { leaseOf, ShardTree, shardId } from './support/shard-tree.js';

const lease = (changes: Partial<Lease> = {}): Lease => leaseOf(new ShardTree(1).shard(0), changes);

it('counts from when it first saw the lease as it stands, on its own clock', () => {
  const watch = new LeaseWatch();
  watch.see([lease({ leaseOwner: 'w1', leaseCounter: 7 })], 5_000);
  expect(watch.unchangedMs(shardId(0), 5_000)).toBe(0);
  watch.see([lease({ leaseOwner: 'w1', leaseCounter: 7 })], 8_000);
  watch.see([lease({ leaseOwner: 'w1', leaseCounter: 7 })], 11_000);
  expect(watch.unchangedMs(shardId(0), 12_000)).toBe(7_000);
});

it.each<[string, Partial<Lease>]>([
  ['the counter', { leaseCounter: 8 }],
  ['a counter that fell', { leaseCounter: 6 }],
  ['the owner', { leaseOwner: 'w2' }],
  ['the loss of its owner', { leaseOwner: undefined }],
  ['a hand-off that began', { leaseOwner: 'w2', checkpointOwner: 'w1' }],
  ['a hand-off that is over', { checkpointOwner: undefined }],
])('counts afresh after a change of %s', (_, change) => {
  const before = { leaseOwner: 'w1', leaseCounter: 7, checkpointOwner: 'w0' };
  const watch = new LeaseWatch();
  watch.see([lease(before)], 0);
  watch.see([lease({ ...before, ...change })], 9_000);
  expect(watch.unchangedMs(shardId(0), 9_500)).toBe(500);
});

it('is not moved by what says nothing of the owner', () => {
  const watch = new LeaseWatch();
  watch.see([lease({ leaseOwner: 'w1' })], 0);
  watch.see([lease({ leaseOwner: 'w1', childShardIds: [shardId(1)], throughputKBps: 8 })], 4_000);
  expect(watch.unchangedMs(shardId(0), 4_000)).toBe(4_000);
});

it('knows nothing of a lease that it never saw, and forgets one that is gone', () => {
  const watch = new LeaseWatch();
  expect(watch.unchangedMs(shardId(0), 60_000)).toBe(0);
  watch.see([lease()], 0);
  watch.see([], 1_000);
  expect(watch.unchangedMs(shardId(0), 60_000)).toBe(0);
  watch.see([lease()], 60_000);
  expect(watch.unchangedMs(shardId(0), 61_000)).toBe(1_000);
});
