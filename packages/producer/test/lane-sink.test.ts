import { expect, test } from 'vitest';
import { AbortableSink } from '../src/abortable-sink.js';
import type { Lane } from '../src/lane.js';
import { LaneSink, lanesOf } from '../src/lane-sink.js';
import { LaneTable } from '../src/lane-table.js';
import type { Sink } from '../src/sink.js';
import { BatchSink } from '../src/sinks.js';
import { uncounted } from './support/batch-accounts.js';
import { makeLane } from './support/lanes.js';

const batch = () => new BatchSink(9, uncounted);
const sinkIn = (...lanes: readonly Lane[]) => {
  const sink = new LaneSink(batch(), 9);
  for (const lane of lanes) sink.waitsIn(lane);
  return sink;
};
const [low, middle, high] = Array.from({ length: 3 }, () => makeLane().lane) as [Lane, Lane, Lane];
const all = () => [low, middle, high];
const find = (...sinks: readonly Sink[]) => lanesOf(new Set(sinks), all);

test('each sink is looked for in its own lane, and a lane once for all of its', () => {
  const [one, two, three] = [sinkIn(low), sinkIn(high, high), sinkIn(low)];
  expect(find(one, two, three)).toEqual([
    [low, new Set([one, three])],
    [high, new Set([two])],
  ]);
  expect(lanesOf(new Set([one]), () => expect.fail('nobody needs them all'))).toHaveLength(1);
});

test('one that has no record anywhere is looked for nowhere', () => {
  expect(find(sinkIn())).toEqual([]);
});

test('one with records in several lanes, or that does not know, is looked for in all', () => {
  for (const sink of [sinkIn(low, high), sinkIn(low, high, low), new AbortableSink(batch(), 9)]) {
    const own = sinkIn(low);
    expect(find(sink, own)).toEqual([
      [low, new Set([own])],
      [low, new Set([sink])],
      [middle, new Set([sink])],
      [high, new Set([sink])],
    ]);
  }
});

test('one whose lane has closed is looked for in all: its records were handed over, or will be', () => {
  const { lane } = makeLane();
  const sink = sinkIn(lane);
  expect(find(sink)).toEqual([[lane, new Set([sink])]]);
  lane.successors = new LaneTable(undefined, [low]);
  expect(find(sink)).toEqual(all().map((one) => [one, new Set([sink])]));
});
