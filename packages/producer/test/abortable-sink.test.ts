import { expect, test, vi } from 'vitest';
import { AbortableSink } from '../src/abortable-sink.js';
import { InvalidRecordError, PutWithdrawnError, type RecordFailedError } from '../src/errors.js';
import type { Outcome } from '../src/outcomes.js';
import { SettledEntry } from '../src/settled-entry.js';
import type { Settled } from '../src/sink.js';
import { BatchSink, PutSink } from '../src/sinks.js';
import { uncounted } from './support/batch-accounts.js';
import { aggregate } from './support/entries.js';
import { failureOf } from './support/producer-under-test.js';
import { unkept } from './support/unkept.js';

const result = { shardId: 's', sequenceNumber: '1', subSequenceNumber: 0, attempts: [] };
const stored: Settled = {
  ...unkept,
  stored: true,
  at: (index) => ({ index, stored: true, result }),
  deliver: (_position, resolve) => resolve(result),
};
const makeError = () =>
  new PutWithdrawnError(
    { stream: 'tweets', record: () => expect.fail(), attempts: [], mayBeStored: false },
    undefined,
  );
const failed: Settled = {
  ...unkept,
  stored: false,
  at: (index) => ({ index, stored: false, error: makeError() }),
  deliver: (_position, _resolve, reject) => reject(makeError()),
};
const lateness = (outcome: Outcome) =>
  outcome.stored ? outcome.result.abortedTooLate : (outcome.error as RecordFailedError).abortedTooLate;

test('is over once, when every record is settled or refused', () => {
  const batch = new BatchSink(3, uncounted);
  const sink = new AbortableSink(batch, 3);
  let over = 0;
  sink.whenOver(() => {
    over += 1;
  });
  sink.settle(0, stored, 0);
  sink.refuse(1, new InvalidRecordError('data', 1, 'text'));
  expect([over, sink.isOver]).toEqual([0, false]);
  sink.settle(2, failed, 1);
  expect([over, sink.isOver]).toEqual([1, true]);
  expect([...batch].map((outcome) => outcome.stored)).toEqual([true, false, false]);
  expect(new AbortableSink(new BatchSink(0, uncounted), 0).isOver).toBe(true);
});

test('says of a batch which records it was too late for', () => {
  const batch = new BatchSink(4, uncounted);
  const sink = new AbortableSink(batch, 4);
  sink.settle(0, stored, 0);
  sink.settle(1, failed, 0);
  sink.abortCameTooLate();
  sink.settle(2, stored, 0);
  sink.settle(3, failed, 0);
  expect([...batch].map(lateness)).toEqual([undefined, false, true, true]);
  expect(batch.at(2)).toEqual({ index: 2, stored: true, result: { ...result, abortedTooLate: true } });
  expect([...batch.failures()].map(({ index }) => index)).toEqual([1, 3]);
});

test('says of a put that it was too late, in its result or its error', async () => {
  const [first, second, third] = [new PutSink(), new PutSink(), new PutSink()];
  for (const [put, settled] of [
    [first, stored],
    [second, failed],
  ] as const) {
    const sink = new AbortableSink(put, 1);
    sink.abortCameTooLate();
    sink.settle(0, settled, 0);
  }
  expect(await first.result).toEqual({ ...result, abortedTooLate: true });
  expect(await failureOf(second.result)).toMatchObject({ abortedTooLate: true });
  new AbortableSink(third, 1).settle(0, stored, 0);
  expect(await third.result).toBe(result);
});

test('P2: is charged for where there is one for each record', () => {
  const { recordOverheadBytes } = new PutSink();
  // As much as was measured for a time-out, with the index that an abort makes.
  expect(new AbortableSink(new PutSink(), 1).recordOverheadBytes - recordOverheadBytes).toBeGreaterThan(623);
  const batch = new BatchSink(9, uncounted);
  expect(new AbortableSink(batch, 9).recordOverheadBytes).toBe(batch.recordOverheadBytes);
});

test('P2: what came too late for several records of an entry is kept once, and let go of', () => {
  let heldBytes = 0;
  const batch = new BatchSink(3, {
    hold: (deltaBytes) => (heldBytes += deltaBytes),
    mostCallBytes: 10_000,
  });
  const sink = new AbortableSink(batch, 3);
  batch.count();
  const ownBytes = heldBytes;
  sink.abortCameTooLate();
  const entry = aggregate([{ tag: 0 }, { tag: 1 }]);
  const settled = new SettledEntry('tweets', entry, { shardId: 's', sequenceNumber: '1' });
  const keep = vi.spyOn(settled, 'keep');
  sink.settle(0, settled, 0);
  const firstBytes = heldBytes - ownBytes;
  sink.settle(1, settled, 1);
  expect([firstBytes > 0, heldBytes - ownBytes]).toEqual([true, firstBytes]);
  expect(keep).toHaveBeenCalledTimes(1);
  expect(batch.at(0)).toMatchObject({ stored: true, result: { abortedTooLate: true } });
  sink.refuse(2, new InvalidRecordError('data', 1, 'text'));
  expect(heldBytes).toBe(0);
});
