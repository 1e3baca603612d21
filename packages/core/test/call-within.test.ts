import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { callWithin } from '../src/call-within.js';

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
