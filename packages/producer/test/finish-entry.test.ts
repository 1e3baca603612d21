import { expect, test, vi } from 'vitest';
import { Epochs } from '../src/epochs.js';
import { ProducerClosedError, ShutdownTimeoutError } from '../src/errors.js';
import { type EntryEndParts, finishEntry } from '../src/finish-entry.js';
import { Gate } from '../src/gate.js';
import { chargeOf } from '../src/members.js';
import type { Outcomes } from '../src/outcomes.js';
import { Reporter } from '../src/reporter.js';
import { BatchSink } from '../src/sinks.js';
import { aggregate, textOf } from './support/entries.js';
import { notYet } from './support/gates.js';
import { makeLane } from './support/lanes.js';

/** Two records of one batch in one aggregate, accepted. */
function accepted() {
  const told: Outcomes[] = [];
  const gate = new Gate(
    { maxRecords: 10, maxBytes: 1e6, maxWaiting: 0 },
    { onFull() {}, shrink() {}, reclaim() {}, setAsideBytes: () => 0, ...notYet },
  );
  const parts: EntryEndParts = {
    stream: 'tweets',
    reporter: new Reporter('tweets', { onOutcomes: (outcomes) => void told.push(outcomes) }),
    epochs: new Epochs(),
    gate,
  };
  const sink = new BatchSink(2, gate);
  const records = ['one', 'two'].map((data, tag) => ({ partitionKey: 'a', data, sink, tag }));
  for (const _ of records) gate.tryEnter(chargeOf(4, sink));
  parts.epochs.current.outstanding = 2;
  const { lane } = makeLane();
  return { parts, sink, told, lane, entry: aggregate(records, parts.epochs.current) };
}

test('P1: a stored entry settles each of its records, once, and gives back what they were charged', async () => {
  const { parts, sink, told, lane, entry } = accepted();
  const flushed = parts.epochs.end();
  finishEntry(parts, lane, entry, { shardId: 'shardId-000000000000', sequenceNumber: '7' });
  const outcomes = [...(await sink.done)];
  expect(outcomes.map((outcome) => outcome.stored && outcome.result.subSequenceNumber)).toEqual([0, 1]);
  expect(told.map(({ length }) => length)).toEqual([2]);
  await flushed;
  expect(parts.gate).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0 });
  expect(parts.reporter.tally.snapshot()).toMatchObject({
    storedRecords: 2,
    storedEntries: 1,
    failedRecords: {},
  });
  expect(lane.storedSoFar).toMatchObject({ userRecords: 2, entries: 1 });
  expect(entry.members.sinks).toEqual([]);
});

test('P1: a failed entry fails each of its records, which can be read back', async () => {
  const { parts, sink, lane, entry } = accepted();
  finishEntry(parts, lane, entry, (facts) => new ShutdownTimeoutError(facts, 'reached its deadline of 1 ms'));
  const outcomes = [...(await sink.done)];
  const texts = outcomes.map((outcome) => {
    if (outcome.stored || !(outcome.error instanceof ShutdownTimeoutError)) throw new ProducerClosedError('');
    return textOf(outcome.error.record.data);
  });
  expect(texts).toEqual(['one', 'two']);
  expect(parts.gate).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0 });
  expect(parts.reporter.tally.snapshot().failedRecords).toEqual({ SHUTDOWN_TIMEOUT: 2 });
  expect(lane.storedSoFar).toMatchObject({ userRecords: 0 });
});

test('P1, P6: a sink that throws keeps no other from its outcome, and no room', async () => {
  const { parts, sink, lane } = accepted();
  const broken = new Error('broken');
  const throwing = {
    recordOverheadBytes: 0,
    settle() {
      throw broken;
    },
  };
  const records = [
    { partitionKey: 'a', data: 'one', sink: throwing },
    { partitionKey: 'a', data: 'two', sink, tag: 0 },
    { partitionKey: 'a', data: 'six', sink, tag: 1 },
  ];
  parts.gate.tryEnter(chargeOf(4, throwing));
  parts.epochs.current.outstanding = 3;
  const entry = aggregate(records, parts.epochs.current);
  const flushed = parts.epochs.end();
  const landing = { shardId: 'shardId-000000000000', sequenceNumber: '7' };
  expect(() => finishEntry(parts, lane, entry, landing)).toThrow(broken);
  expect([...(await sink.done)].map(({ stored }) => stored)).toEqual([true, true]);
  await flushed;
  expect(parts.gate).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0 });
});

test('P1, P6: an entry that cannot be ended settles its records all the same', async () => {
  const { parts, sink, lane, entry } = accepted();
  const broken = new Error('broken');
  vi.spyOn(entry, 'end').mockImplementation(() => {
    throw broken;
  });
  const flushed = parts.epochs.end();
  const landing = { shardId: 'shardId-000000000000', sequenceNumber: '7' };
  expect(() => finishEntry(parts, lane, entry, landing)).toThrow(broken);
  expect([...(await sink.done)].map(({ stored }) => stored)).toEqual([true, true]);
  await flushed;
  expect(parts.gate).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0 });
});
