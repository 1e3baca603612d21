import { expect, test } from 'vitest';
import type { Entry } from '../src/entry.js';
import type { Epoch } from '../src/epochs.js';
import { mergeWaiting } from '../src/merge-waiting.js';
import { attempt } from './support/attempts.js';
import { aggregate, single, tagsOf } from './support/entries.js';
import { makeLane } from './support/lanes.js';
import { noMemory } from './support/no-memory.js';

/** `count` aggregates of two records of `dataBytes` each, tagged in put order. */
function aggregates(count: number, dataBytes: number, epoch: Epoch = { outstanding: 0 }): readonly Entry[] {
  const data = 'x'.repeat(dataBytes);
  return Array.from({ length: count }, (_, at) =>
    aggregate(
      [2 * at, 2 * at + 1].map((tag) => ({ partitionKey: `key-${tag}`, data, tag, putAtMs: tag })),
      epoch,
    ),
  );
}

function laneWith(entries: readonly Entry[], growBytes: number, rules = {}) {
  const { lane } = makeLane({ aggregateBytes: 2_048, ...rules });
  lane.queue.unshift(entries);
  lane.growBytes = growBytes;
  mergeWaiting(lane);
  return lane.queue.drain();
}

test('P5: small aggregates at the head are joined up to what the lane may send at once, in put order', () => {
  const [joined, ...others] = laneWith(aggregates(10, 1_000), 8_500);
  expect(joined?.bytes).toBeLessThanOrEqual(8_500);
  expect(joined?.bytes).toBeGreaterThan(6_500);
  expect(tagsOf([joined as Entry])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(others.map((entry) => tagsOf([entry]))).toEqual(
    [4, 5, 6, 7, 8, 9].map((at) => [2 * at, 2 * at + 1]),
  );
  expect((joined as Entry).records().map(({ partitionKey }) => partitionKey)).toEqual(
    [0, 1, 2, 3, 4, 5, 6, 7].map((tag) => `key-${tag}`),
  );
});

test('P1, P3: what was sent before keeps its bytes, and nothing passes it', () => {
  const entries = aggregates(4, 1_000);
  entries[0]?.attempted(attempt(0, 1), { name: 'InternalFailure' });
  expect(laneWith(entries, 100_000)).toEqual(entries);
  const later = aggregates(4, 1_000);
  (later[2] as Entry).mayBeStored = true;
  const merged = laneWith(later, 100_000);
  expect(merged.map((entry) => tagsOf([entry]))).toEqual([
    [0, 1, 2, 3],
    [4, 5],
    [6, 7],
  ]);
});

test('P4: what is to be cut up again is not joined', () => {
  const entries = aggregates(4, 1_000);
  (entries[1] as Entry).goesAlone = true;
  expect(laneWith(entries, 100_000)).toEqual(entries);
});

test('P6: records before and after a flush stay apart', () => {
  const entries = [...aggregates(2, 1_000, { outstanding: 4 }), ...aggregates(2, 1_000, { outstanding: 4 })];
  expect(laneWith(entries, 100_000)).toHaveLength(3);
});

test.each([
  ['without order, where several go at once', { ordered: false }, 100_000],
  ['where records do not share aggregates', { aggregates: false }, 100_000],
  ['where the round trip calls for no more', {}, 2_048],
  ['where the first holds what flows in during a round trip', {}, 2_100],
])('aggregates are left as they are %s', (_what, rules, growBytes) => {
  const entries = aggregates(4, 500);
  expect(laneWith(entries, growBytes, rules)).toEqual(entries);
});

test('a single record goes as it is', () => {
  const entries = [single({ tag: 9 }), ...aggregates(2, 500)];
  expect(laneWith(entries, 100_000)).toEqual(entries);
});

test('P1: without memory to join them in they go on as they are', () => {
  const entries = aggregates(4, 1_000);
  expect(laneWith(entries, 100_000, { memory: noMemory() })).toEqual(entries);
  expect(entries.map((entry) => entry.records().length)).toEqual([2, 2, 2, 2]);
});
