import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { timedCall } from '../src/timed-call.js';

const silent = () => new Promise<never>(() => {});

test('gives what the call gives, and leaves no timer behind', async () => {
  const clock = new ManualClock();
  const { signal } = new AbortController();
  await expect(timedCall(clock, 10, signal, async () => 'answer')).resolves.toBe('answer');
  const failure = new Error('refused');
  await expect(timedCall(clock, 10, signal, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(clock.pending).toBe(0);
});

test('gives up after its time, though the call ignores its signal', async () => {
  const clock = new ManualClock();
  let given: AbortSignal | undefined;
  const called = timedCall(clock, 10, new AbortController().signal, (signal) => {
    given = signal;
    return silent();
  });
  const ended = expect(called).rejects.toMatchObject({
    name: 'TimeoutError',
    message: 'No answer within 10 ms.',
  });
  await clock.advance(9);
  expect(given?.aborted).toBe(false);
  await clock.advance(1);
  await ended;
  expect(given?.aborted).toBe(true);
});

test('ends when its owner does, with the reason of that', async () => {
  const clock = new ManualClock();
  const owner = new AbortController();
  const reason = new Error('closed');
  const called = timedCall(clock, 10, owner.signal, silent);
  owner.abort(reason);
  await expect(called).rejects.toBe(reason);
  expect(clock.pending).toBe(0);
});

test('calls nothing once its owner has ended', async () => {
  const owner = new AbortController();
  owner.abort(new Error('closed'));
  let calls = 0;
  const called = timedCall(new ManualClock(), 10, owner.signal, async () => {
    calls += 1;
  });
  await expect(called).rejects.toThrow('closed');
  expect(calls).toBe(0);
});
