import { expect, test } from 'vitest';
import { alone, halves } from '../src/cut-entry.js';
import { entryOverheadBytes } from '../src/entry.js';
import { RecordMemory } from '../src/record-memory.js';
import { attempt } from './support/attempts.js';
import { aggregate, single, tagsOf } from './support/entries.js';
import { makeLane } from './support/lanes.js';
import { memoryParts } from './support/memory-parts.js';

const big = (records: number, memory?: RecordMemory) =>
  aggregate(
    Array.from({ length: records }, (_, at) => ({
      tag: at + 1,
      partitionKey: `k${at % 3}`,
      data: 'x'.repeat(1_000),
    })),
    undefined,
    memory,
  );
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

test('P5: an aggregate that grew goes on in two parts, in order, its history with it, down to what it had been', () => {
  const { lane } = makeLane();
  const entry = big(300);
  entry.attempted(attempt(0, 5), { name: 'ProvisionedThroughputExceededException' });
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

test.each([
  [
    'long keys that come twice',
    numbers(440),
    (tag: number) => ({ partitionKey: `${tag % 220}`.padStart(256, 'k'), data: 'x' }),
  ],
  ['a large record at the end', [1, 2, 3], (tag: number) => ({ data: 'x'.repeat(tag === 3 ? 90_000 : 1) })],
  [
    'a large record at the beginning',
    [1, 2, 3],
    (tag: number) => ({ data: 'x'.repeat(tag === 1 ? 90_000 : 1) }),
  ],
  ['large records', [1, 2, 3], () => ({ data: 'x'.repeat(90_000) })],
  [
    'explicit hash keys',
    numbers(2_000),
    (tag: number) => ({ explicitHashKey: `${tag}`.padStart(38, '1'), data: 'x' }),
  ],
  ['two records', [1, 2], () => ({ data: 'x'.repeat(40_000) })],
])('goes on in two parts and no more: %s', (_what, tags, factsOf) => {
  const entry = aggregate(tags.map((tag) => ({ tag, ...factsOf(tag) })));
  const { lane } = makeLane();
  expect(entry.dataBytes).toBeGreaterThan(lane.aggregateBytes);
  const { dataBytes } = entry;
  const parts = halves(lane, entry);
  expect(parts).toHaveLength(2);
  expect(tagsOf(parts)).toEqual(tags);
  for (const part of parts) expect(part.dataBytes).toBeLessThan(dataBytes);
});

test('P2: the parts hold no more than the whole did, but for what an entry takes besides', () => {
  let heldBytes = 0;
  const memory = new RecordMemory(memoryParts({ hold: (deltaBytes) => (heldBytes += deltaBytes) }));
  const entry = big(300, memory);
  // As it is after a request: in memory of its own.
  entry.compact();
  const before = heldBytes;
  const parts = halves(makeLane({ memory }).lane, entry);
  expect(parts).toHaveLength(2);
  expect(heldBytes).toBeLessThanOrEqual(before + entryOverheadBytes + 1_000);
});

test.each([0, 1])(
  'P1: where there is no memory after %i encoders it goes on whole, and is counted as before',
  (encoders) => {
    let heldBytes = 0;
    let left = Number.POSITIVE_INFINITY;
    class ShortMemory extends RecordMemory {
      override take() {
        if (left === 0) throw new RangeError('Array buffer allocation failed');
        left -= 1;
        return super.take();
      }
    }
    const memory = new ShortMemory(memoryParts({ hold: (deltaBytes) => (heldBytes += deltaBytes) }));
    const entry = big(300, memory);
    entry.compact();
    const before = heldBytes;
    left = encoders;
    expect(halves(makeLane({ memory }).lane, entry)).toEqual([entry]);
    expect(heldBytes).toBe(before);
    expect(entry.records()).toHaveLength(300);
  },
);

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
