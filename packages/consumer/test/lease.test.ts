import { expect, test } from 'vitest';
import { effectiveOwner, inHandoff, isFinished, standsAs } from '../src/lease.js';
import { leaseOf, ShardTree } from './support/shard-tree.js';

const shard = new ShardTree(1).shard(0);

test.each([
  [undefined, undefined, undefined, false],
  ['a', undefined, 'a', false],
  ['b', 'a', 'a', true],
  ['a', 'a', 'a', false],
  [undefined, 'a', 'a', true],
])(
  'owner %s, checkpoint owner %s: %s may process, in hand-off %s',
  (leaseOwner, checkpointOwner, owner, handoff) => {
    const lease = leaseOf(shard, { leaseOwner, checkpointOwner });
    expect([effectiveOwner(lease), inHandoff(lease)]).toEqual([owner, handoff]);
  },
);

test('a shard is done at SHARD_END, and not where its lease cannot be read', () => {
  const ended = leaseOf(shard, { checkpoint: { sequenceNumber: 'SHARD_END', subSequenceNumber: 0 } });
  expect(isFinished(ended)).toBe(true);
  expect(isFinished(leaseOf(shard))).toBe(false);
  expect(isFinished({ ...ended, unreadable: 'its leaseCounter is absent' })).toBe(false);
});

test('two versions stand alike when counter and owners are the same, whatever else they say', () => {
  const lease = leaseOf(shard, { leaseOwner: 'a', checkpointOwner: 'b', leaseCounter: 7 });
  expect(standsAs(lease, { ...lease, throughputKBps: 5 })).toBe(true);
  for (const change of [{ leaseOwner: 'c' }, { checkpointOwner: undefined }, { leaseCounter: 8 }]) {
    expect(standsAs(lease, { ...lease, ...change })).toBe(false);
  }
});
