import { decodeAggregate } from '@shardline/aggregation';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import type { EntryContent } from '../src/entry-content.js';
import type { EntryAnswer } from '../src/kinesis-api.js';
import { Sender } from '../src/sender.js';
import { aggregate, single } from './support/entries.js';
import { failAllocations } from './support/failing-allocations.js';
import { serviceError, unanswered } from './support/fake-kinesis-api.js';
import { makeLane } from './support/lanes.js';

const answers: readonly EntryAnswer[] = [{ shardId: 's', sequenceNumber: '1' }];
const parts = [{ lane: makeLane().lane, entries: [single({ data: 'a' })] }];

function makeSender(putRecords: () => Promise<readonly EntryAnswer[]>, timeoutMs = 6_000) {
  const clock = new ManualClock();
  const calls: { data: string[]; signal: AbortSignal }[] = [];
  const released: number[] = [];
  const sender = new Sender(
    {
      prepare: (entries) => ({
        views: undefined,
        send(signal) {
          calls.push({ data: entries.map(({ data }) => Buffer.from(data).toString()), signal });
          return putRecords();
        },
        release: () => void released.push(entries.length),
      }),
    },
    clock,
    timeoutMs,
  );
  return { clock, sender, calls, released };
}

test('sends the entries of all parts in one call, and says how long it took', async () => {
  const more = { lane: makeLane().lane, entries: [single({ data: 'b' }), single({ data: 'c' })] };
  const { clock, sender, calls } = makeSender(async () => answers);
  const sent = await sender.send([...parts, more]);
  expect(calls.map(({ data }) => data)).toEqual([['a', 'b', 'c']]);
  expect(sent).toMatchObject({ sentMs: 0, endMs: 0, end: { answers } });
  expect(clock.pending).toBe(0);
});

test('measures on the clock, and leaves no timer', async () => {
  const { clock, sender } = makeSender(
    () => new Promise((resolve) => clock.schedule(70, () => resolve(answers))),
  );
  await clock.advance(5);
  const sending = sender.send(parts);
  await clock.advance(100);
  expect(await sending).toMatchObject({ sentMs: 5, endMs: 75 });
  expect(clock.pending).toBe(0);
});

test('never rejects: what was thrown becomes the fault of the request', async () => {
  const { sender } = makeSender(async () => {
    throw serviceError('AccessDeniedException');
  });
  expect((await sender.send(parts)).end.fault).toMatchObject({
    kind: 'access-denied',
    name: 'AccessDeniedException',
    answered: true,
  });
});

test('P1: an attempt that outlasts the time-out is unanswered, even if the client never settles', async () => {
  const { clock, sender, calls } = makeSender(unanswered, 1_000);
  const sending = sender.send(parts);
  await clock.advance(999);
  expect(calls[0]?.signal.aborted).toBe(false);
  await clock.advance(1);
  expect((await sending).end.fault).toMatchObject({
    kind: 'transient',
    name: 'TimeoutError',
    answered: false,
    message: expect.stringContaining('1000 ms'),
  });
  expect([calls[0]?.signal.aborted, clock.pending]).toEqual([true, 0]);
});

test('an error of the client about the abort does not hide that it was the time-out', async () => {
  const { clock, sender, calls } = makeSender(
    () =>
      new Promise((_resolve, reject) => {
        calls[0]?.signal.addEventListener('abort', () => reject(new Error('Request aborted')));
      }),
    1_000,
  );
  const sending = sender.send(parts);
  await clock.advance(1_000);
  expect((await sending).end.fault).toMatchObject({ kind: 'transient', name: 'TimeoutError' });
});

test('the body is given back by whoever settles, not before', async () => {
  const { sender, released } = makeSender(async () => answers);
  const sent = await sender.send(parts);
  expect(released).toEqual([]);
  sent.release();
  expect(released).toEqual([1]);
});

test.each([
  new RangeError('Array buffer allocation failed'),
  Object.assign(new RangeError('No memory'), { code: 'ERR_MEMORY_ALLOCATION_FAILED' }),
])(
  'P7: a request that cannot be put together is tried again: nothing was sent, and there is nothing to release',
  async (error) => {
    const cannot = () => {
      throw error;
    };
    const sent = await new Sender({ prepare: cannot }, new ManualClock(), 6_000).send(parts);
    sent.release();
    expect(sent.end.fault).toMatchObject({ kind: 'transient', answered: false, sent: false, cause: error });
  },
);

test('P1: where memory for digests is refused nothing is sent, and they are still to be written', async () => {
  const entries = [0, 1].map((tag) => aggregate([{ tag }, { tag: tag + 2 }]));
  const body = new Uint8Array(2_000);
  const calls: string[] = [];
  const prepare = (moving: readonly EntryContent[]) => {
    let at = 0;
    for (const entry of moving) at = entry.moveTo(body, at);
    return {
      send: async () => {
        calls.push('sent');
        return [...answers, ...answers];
      },
      release: (isLivedIn?: boolean) => void calls.push(isLivedIn ? 'dropped' : 'released'),
    };
  };
  const sender = new Sender({ prepare }, new ManualClock(), 6_000);
  const refused = failAllocations(1, 1);
  const first = await sender.send([{ lane: makeLane().lane, entries }]);
  refused.restore();
  expect(first.end.fault).toMatchObject({ kind: 'transient', sent: false, name: 'RangeError' });
  const none = failAllocations(1, 1);
  first.release();
  none.restore();
  expect(calls).toEqual(['dropped']);
  const second = await sender.send([{ lane: makeLane().lane, entries }]);
  second.release();
  expect(calls).toEqual(['dropped', 'sent', 'released']);
  for (const entry of entries) expect(decodeAggregate(entry.data)).toHaveLength(2);
});

test('P6: abortAll ends everything in flight, unanswered, and nothing that comes later', async () => {
  const { clock, sender, calls } = makeSender(unanswered);
  const sending = [sender.send(parts), sender.send(parts)];
  const why = Object.assign(new Error('closing'), { name: 'ShutdownTimeout' });
  sender.abortAll(why);
  for (const { end } of await Promise.all(sending)) {
    expect(end.fault).toMatchObject({ kind: 'transient', name: 'ShutdownTimeout', answered: false });
  }
  const reasons = calls.map(({ signal }) => signal.reason);
  expect([clock.pending, reasons]).toEqual([0, [why, why]]);
  // What is known of one request is noted on its reason.
  expect(new Set(reasons).size).toBe(2);
  void sender.send(parts);
  expect(calls[2]?.signal.aborted).toBe(false);
});
