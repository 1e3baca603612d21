import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { callWithin } from '../src/call-within.js';
import type { Clock } from '../src/clock.js';

/** A call that settles only when its signal fires, if at all. */
function hangs(heeds: boolean): (signal: AbortSignal) => Promise<never> {
  return (signal) =>
    new Promise((_resolve, reject) => {
      if (heeds) signal.addEventListener('abort', () => reject(signal.reason));
    });
}

test('gives what the call gives, and leaves no timer and no listener', async () => {
  const clock = new ManualClock();
  const outer = new AbortController();
  expect(await callWithin(clock, 100, async () => 'answer', outer.signal)).toBe('answer');
  await expect(callWithin(clock, 100, () => Promise.reject(new Error('no')), outer.signal)).rejects.toThrow(
    'no',
  );
  expect(clock.pending).toBe(0);
});

test.each([true, false])(
  'ends after its time, whether the call heeds its signal or not: %s',
  async (heeds) => {
    const clock = new ManualClock();
    const called = callWithin(clock, 100, hangs(heeds));
    const ended = expect(called).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'No answer within 100 ms.',
    });
    await clock.advance(99);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    await ended;
    expect(clock.pending).toBe(0);
  },
);

/** A clock whose process stands still: what is due comes when it is let go. */
function freezable() {
  const due: { atMs: number; run: () => void; cancelled: boolean }[] = [];
  let nowMs = 0;
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    schedule(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run, cancelled: false };
      due.push(timer);
      return {
        cancel() {
          timer.cancelled = true;
        },
      };
    },
  };
  const wakeAt = async (ms: number) => {
    nowMs = ms;
    for (const timer of due.filter(({ atMs, cancelled }) => atMs <= ms && !cancelled)) {
      due.splice(due.indexOf(timer), 1);
      timer.run();
    }
    await Promise.resolve();
  };
  return { clock, wakeAt, pending: () => due.filter(({ cancelled }) => !cancelled).length };
}

test('an answer that came while this process stood still is read, though its time is over', async () => {
  const { clock, wakeAt, pending } = freezable();
  let answer = (_text: string) => {};
  const called = callWithin(clock, 100, () => new Promise<string>((resolve) => (answer = resolve)));
  await wakeAt(5_000);
  answer('it was there');
  expect(await called).toBe('it was there');
  expect(pending()).toBe(0);
});

test('a call that is silent after a standstill as well ends a moment later; one that is late by little ends at once', async () => {
  for (const { wakesMs, endsMs } of [
    { wakesMs: 5_000, endsMs: 5_250 },
    { wakesMs: 200, endsMs: 450 },
    { wakesMs: 199, endsMs: 199 },
  ]) {
    const { clock, wakeAt, pending } = freezable();
    let ended = false;
    const called = callWithin(clock, 100, hangs(false)).catch((error: Error) => {
      ended = true;
      return error;
    });
    await wakeAt(wakesMs);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(ended).toBe(wakesMs === endsMs);
    await wakeAt(endsMs);
    expect(await called).toMatchObject({ name: 'TimeoutError' });
    expect(pending()).toBe(0);
  }
});

test('ends with the reason of the outer signal', async () => {
  const clock = new ManualClock();
  const outer = new AbortController();
  const called = callWithin(clock, 100, hangs(false), outer.signal);
  outer.abort(new Error('stopped'));
  await expect(called).rejects.toThrow('stopped');
  expect(clock.pending).toBe(0);
});

test('is not called when the outer signal has fired before', async () => {
  let calls = 0;
  const call = async () => {
    calls += 1;
  };
  await expect(
    callWithin(new ManualClock(), 100, call, AbortSignal.abort(new Error('over'))),
  ).rejects.toThrow('over');
  expect(calls).toBe(0);
});
