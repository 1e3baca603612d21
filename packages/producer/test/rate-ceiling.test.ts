import { expect, test } from 'vitest';
import { rateCeilingOf } from '../src/rate-ceiling.js';
import { evenShards } from './support/shards.js';

const [shard] = evenShards(1);

test('P5: a lane starts at the limits of its shard and goes no further', () => {
  expect(rateCeilingOf(shard, 100, 7)).toEqual({
    recordsPerSecond: 1_000,
    bytesPerSecond: 1_048_576,
    maxShare: 1,
  });
});

test('P5: it gets the share of them that this producer may use', () => {
  expect(rateCeilingOf(shard, 25, 1)).toMatchObject({ recordsPerSecond: 250, bytesPerSecond: 262_144 });
});

test('P5: without a shard it starts at those of all open shards, and may find out that there are more', () => {
  const ceiling = rateCeilingOf(undefined, 50, 4);
  expect(ceiling).toMatchObject({ recordsPerSecond: 2_000, bytesPerSecond: 2_097_152 });
  expect(ceiling.maxShare).toBeGreaterThan(100);
});
