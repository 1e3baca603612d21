import { expect, test } from 'vitest';
import { canStart } from '../src/can-start.js';
import type { Lease } from '../src/lease.js';
import { at, leaseOf, ShardTree } from './support/shard-tree.js';

const tree = new ShardTree(2);
tree.merge(0, 1);
const merged = leaseOf(tree.shard(2));
const parent = (index: number, sequenceNumber: string) =>
  leaseOf(tree.shard(index), { checkpoint: at(sequenceNumber) });
const asked = (lease: Lease, ...parents: readonly Lease[]) =>
  canStart(lease, new Map([lease, ...parents].map((one) => [one.leaseKey, one])));

test('C3: a shard without parents may start', () => {
  expect(asked(leaseOf(tree.shard(0)))).toBe('yes');
});

test.each([
  ['SHARD_END', 'SHARD_END', 'yes'],
  ['SHARD_END', '77', 'no'],
  ['77', 'SHARD_END', 'no'],
  ['SHARD_END', 'TRIM_HORIZON', 'no'],
  ['LATEST', 'SHARD_END', 'no'],
] as const)('C3: with parents at %s and %s the answer is %s', (first, second, expected) => {
  const parents = [parent(0, first), parent(1, second)];
  expect(asked(merged, ...parents)).toBe(expected);
  expect(asked({ ...merged, checkpoint: at('99') }, ...parents)).toBe(expected);
});

test.each(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'])(
  'an unread shard at %s whose parent has no lease: check',
  (sentinel) => {
    const unread = { ...merged, checkpoint: at(sentinel) };
    expect(asked(unread)).toBe('check');
    expect(asked(unread, parent(0, 'SHARD_END'))).toBe('check');
    expect(asked(unread, parent(1, '77'))).toBe('no');
  },
);

test('a shard that was begun goes on when its parents have no leases any more', () => {
  expect(asked({ ...merged, checkpoint: at('99') })).toBe('yes');
  expect(asked({ ...merged, checkpoint: at('99') }, parent(0, 'SHARD_END'))).toBe('yes');
});

test('C3: a parent that cannot be read is not finished, whatever else its lease says', () => {
  const broken = { ...parent(0, 'SHARD_END'), unreadable: 'its checkpoint is absent' };
  expect(asked(merged, broken, parent(1, 'SHARD_END'))).toBe('no');
  expect(asked({ ...merged, checkpoint: at('99') }, broken)).toBe('no');
});
