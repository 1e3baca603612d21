import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import type { ConsumerEvent } from '../src/events.js';
import { HandlerCalls } from '../src/handler-calls.js';
import type { CallUnderWay } from '../src/handler-runner.js';

/** Calls of a handler that fails as often as it is told to. */
function harness() {
  const clock = new ManualClock();
  const ended = new AbortController();
  const events: ConsumerEvent[] = [];
  const errors: unknown[] = [];
  let retries = 0;
  const runner = {
    underWay: undefined as CallUnderWay | undefined,
    lastCall: 'processRecords' as const,
    failedAt: { sequenceNumber: '7', subSequenceNumber: 0 },
    processedRecords: 0,
    initialize: async () => undefined,
    process: async () => true,
    shardEnded: async () => undefined,
    leaseLost: async () => undefined,
    shutdownRequested: async () => undefined,
  };
  const calls = new HandlerCalls({
    shardId: 'shardId-000000000000',
    runner,
    gate: {
      get closed() {
        return ended.signal.aborted;
      },
      ended: ended.signal,
    },
    clock,
    random: { next: () => 0.5 },
    tell: (make) => events.push(make()),
    onError: (error) => errors.push(error),
    onRetry: () => {
      retries += 1;
    },
  });
  return { clock, ended, events, errors, runner, calls, retries: () => retries };
}

/** Fails so often, then succeeds. */
function failing(times: number) {
  let left = times;
  return async () => {
    if (left === 0) return;
    left -= 1;
    throw new Error('no');
  };
}

test('a call that fails is made again after pauses that double, and each failure is told with its attempt', async () => {
  const { clock, calls, events, errors, retries } = harness();
  const done = calls.untilDone(failing(3));
  await clock.advance(100 + 200 + 400);
  expect(await done).toBe(true);
  expect(events).toMatchObject([
    { type: 'handler-failed', attempts: 1, delayMs: 100, sequenceNumber: '7' },
    { attempts: 2, delayMs: 200 },
    { attempts: 3, delayMs: 400 },
  ]);
  expect(errors).toMatchObject([{ code: 'HANDLER_FAILED' }, {}, { attempts: 3 }]);
  expect(retries()).toBe(3);
});

test('undefined may be thrown like anything else', async () => {
  const { clock, calls, errors } = harness();
  let thrown = false;
  const done = calls.untilDone(async () => {
    if (thrown) return undefined;
    thrown = true;
    return Promise.reject(undefined);
  });
  await clock.advance(100);
  expect(await done).toBe(true);
  expect(errors).toMatchObject([{ code: 'HANDLER_FAILED' }]);
  expect((errors[0] as Error).cause).toBeUndefined();
});

test('pauses do not grow beyond 30 s', async () => {
  const { clock, calls, events } = harness();
  void calls.untilDone(failing(20));
  await clock.advance(600_000);
  const pauses = events.flatMap((event) => (event.type === 'handler-failed' ? [event.delayMs] : []));
  expect(Math.max(...pauses)).toBe(15_000);
});

test('attempts count for one record: another one begins at 1', async () => {
  const { clock, calls, events, runner } = harness();
  const first = calls.untilDone(failing(2));
  await clock.advance(300);
  await first;
  runner.failedAt = { sequenceNumber: '8', subSequenceNumber: 0 };
  void calls.untilDone(failing(1));
  await clock.advance(0);
  expect(events.map((event) => 'attempts' in event && event.attempts)).toEqual([1, 2, 1]);
});

test('the end of the shard ends a pause; nothing is called again', async () => {
  const { clock, ended, calls } = harness();
  let tries = 0;
  const done = calls.untilDone(async () => {
    tries += 1;
    throw new Error('no');
  });
  await clock.advance(0);
  ended.abort();
  expect(await done).toBe(false);
  expect(tries).toBe(1);
  expect(clock.pending).toBe(0);
});

test('trouble is over when the record is done', async () => {
  const { clock, calls, runner } = harness();
  void calls.untilDone(failing(1));
  await clock.advance(0);
  expect(calls.troubleAt(0, 60_000)).toContain('processRecords failed for shard shardId-000000000000');
  runner.processedRecords = 1;
  expect(calls.troubleAt(0, 60_000)).toBeUndefined();
});

test('a call that does not settle is told once, and is trouble until it settles (C10)', () => {
  const { calls, runner, events, errors } = harness();
  runner.underWay = { call: 'processRecords', sinceMs: 1_000 };
  calls.checkStall(60_999, 60_000);
  expect(events).toEqual([]);
  calls.checkStall(61_000, 60_000);
  calls.checkStall(99_000, 60_000);
  expect(events).toMatchObject([{ type: 'handler-stalled', forMs: 60_000 }]);
  expect(errors).toMatchObject([{ code: 'HANDLER_STALLED' }]);
  expect(calls.troubleAt(99_000, 60_000)).toBe('processRecords has not settled for 98000 ms');
  expect(calls.silentMs(99_000)).toBe(98_000);
  runner.underWay = undefined;
  expect(calls.troubleAt(99_000, 60_000)).toBeUndefined();
});

test('whether to give up is asked again while a pause lasts', async () => {
  const { clock, calls } = harness();
  let wanted = false;
  const done = calls.untilDone(failing(9), () => wanted);
  await clock.advance(100 + 200 + 400 + 800 + 1_600);
  wanted = true;
  await clock.advance(3_199);
  wanted = false;
  await clock.advance(1);
  expect(await done).toBe(false);
});

test('a last call that fails is told, and not made again', async () => {
  const { calls, errors } = harness();
  await calls.lastCall(failing(1));
  expect(errors).toMatchObject([{ code: 'HANDLER_FAILED', retryable: false, attempts: 1 }]);
});
