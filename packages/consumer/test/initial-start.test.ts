import { expect, test } from 'vitest';
import { initialStart } from '../src/initial-start.js';
import { at, leaseOf, ShardTree } from './support/shard-tree.js';

const shard = new ShardTree(1).shard(0);
const untimed = leaseOf(shard);
const timed = [leaseOf(shard, { startAtMs: 700 }), untimed, leaseOf(shard, { startAtMs: 600 })];

test('TRIM_HORIZON needs no time, whatever leases have', () => {
  const start = { checkpoint: at('TRIM_HORIZON'), startAtMs: undefined, layer: { type: 'at-trim-horizon' } };
  expect(initialStart('trim-horizon', [], 5_000)).toEqual(start);
  expect(initialStart('trim-horizon', timed, 5_000)).toEqual(start);
});

test("C6: LATEST begins a second before the service's time", () => {
  const start = { checkpoint: at('LATEST'), startAtMs: 4_000, layer: { type: 'at-latest' } };
  expect(initialStart('latest', [], 5_000)).toEqual(start);
  expect(initialStart('latest', [untimed], 5_000)).toEqual(start);
});

test('C6: AT_TIMESTAMP begins at the configured time', () => {
  const start = {
    checkpoint: at('AT_TIMESTAMP'),
    startAtMs: 42,
    layer: { type: 'at-timestamp', timestampMs: 42 },
  };
  expect(initialStart(new Date(42), [], 5_000)).toEqual(start);
});

test.each([
  ['latest', 'LATEST'],
  [new Date(42), 'AT_TIMESTAMP'],
] as const)('C6: at %s the earliest time of leases that have one is used again', (position, sentinel) => {
  const layer = { type: 'at-timestamp', timestampMs: 600 };
  expect(initialStart(position, timed, 5_000)).toEqual({ checkpoint: at(sentinel), startAtMs: 600, layer });
});
