import { expect, test } from 'vitest';
import { AbortableSink } from '../src/abortable-sink.js';
import type { Entry } from '../src/entry.js';
import { LoneEntries } from '../src/lone-entries.js';
import { BatchSink } from '../src/sinks.js';
import { uncounted } from './support/batch-accounts.js';
import { aggregate, single } from './support/entries.js';

const sinkOf = (records: number) => new AbortableSink(new BatchSink(records, uncounted), records);

test('knows the places of a sink, in order, of what was there and of what came later', () => {
  const [mine, other] = [sinkOf(3), sinkOf(2)];
  const entries: (Entry | undefined)[] = [single({ sink: mine }), undefined, single({ sink: other })];
  const lone = new LoneEntries(entries);
  entries.push(
    single({ sink: mine }),
    single(),
    aggregate([{ sink: mine }, { sink: mine }]),
    single({ sink: mine }),
  );
  expect(lone.take(new Set([sinkOf(1)]))).toEqual([]);
  expect(lone.take(new Set([mine]))).toEqual([0, 3, 6]);
  expect(lone.take(new Set([mine]))).toEqual([]);
  entries.push(single({ sink: other }));
  expect(lone.take(new Set([other]))).toEqual([2, 7]);
});

test('places of several sinks are in one order', () => {
  const [one, two] = [sinkOf(2), sinkOf(2)];
  const lone = new LoneEntries([one, two, one, two].map((sink) => single({ sink })));
  expect(lone.take(new Set([two, one]))).toEqual([0, 1, 2, 3]);
});

test('forgets sinks of one record that is taken; of a batch it still finds the others', () => {
  const [gone, left, batch] = [sinkOf(1), sinkOf(1), sinkOf(2)];
  const lone = new LoneEntries([gone, batch, left, batch].map((sink) => single({ sink })));
  expect(lone.take(new Set())).toEqual([]);
  lone.forget(0, 2);
  expect(lone.take(new Set([gone]))).toEqual([]);
  expect(lone.take(new Set([batch]))).toContain(3);
  expect(lone.take(new Set([left]))).toEqual([2]);
});
