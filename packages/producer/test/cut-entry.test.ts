import { expect, test } from 'vitest';
import { alone, halves } from '../src/cut-entry.js';
import { aggregate, single, tagsOf } from './support/entries.js';
import { makeLane } from './support/lanes.js';

const big = (records: number) =>
  aggregate(
    Array.from({ length: records }, (_, at) => ({
      tag: at + 1,
      partitionKey: `k${at % 3}`,
      data: 'x'.repeat(1_000),
    })),
  );
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

test('P5: an aggregate that grew goes on in two parts, in order, its history with it, down to what it had been', () => {
  const { lane } = makeLane();
  const entry = big(300);
  entry.attempted(0, 5, { success: false, errorCode: 'ProvisionedThroughputExceededException' });
  const parts = halves(lane, entry);
  expect(parts).toHaveLength(2);
  expect(tagsOf(parts)).toEqual(numbers(300));
  for (const part of parts) {
    expect(part.dataBytes).toBeLessThan(180_000);
    expect([part.aggregated, part.attempts]).toEqual([true, entry.attempts]);
  }
  const small = parts.flatMap((part) => halves(lane, part)).flatMap((part) => halves(lane, part));
  for (const part of small) expect(part.dataBytes).toBeGreaterThan(20_000);
  for (const part of small.flatMap((one) => halves(lane, one)).flatMap((one) => halves(lane, one))) {
    expect(part.dataBytes).toBeLessThanOrEqual(51_200);
  }
});

test('what did not grow stays one, and so do a single record and an aggregate of one', () => {
  const { lane } = makeLane();
  const magic = Buffer.concat([Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2), Buffer.alloc(100_000)]);
  for (const entry of [big(40), single({ data: 'x'.repeat(100_000) }), aggregate([{ data: magic }])]) {
    expect(halves(lane, entry)).toEqual([entry]);
  }
});

test('P7: alone, each member is an entry of its own, in order', () => {
  const parts = alone(makeLane().lane, big(3));
  expect(tagsOf(parts)).toEqual([1, 2, 3]);
  expect(parts.map(({ members }) => members.count)).toEqual([1, 1, 1]);
});
