import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { AbortableWaits } from '../src/abortable-waits.js';
import { failureOf } from './support/producer-under-test.js';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;
const never = new Promise<never>(() => {});

test('a wait ends with what it waits for, and leaves nothing on the signal', async () => {
  const waits = new AbortableWaits();
  const { signal } = new AbortController();
  expect(await waits.until(Promise.resolve(7), signal)).toBe(7);
  const failure = new Error('broken');
  expect(await failureOf(waits.until(Promise.reject(failure), signal))).toBe(failure);
  expect(await waits.until(Promise.resolve(8), undefined)).toBe(8);
  await Promise.resolve();
  expect(listeners(signal)).toBe(0);
});

test('all waits of a signal end with its reason when it fires, by one listener', async () => {
  const waits = new AbortableWaits();
  const abort = new AbortController();
  const told: string[] = [];
  const begin = () => () => void told.push('left');
  const ends = Array.from({ length: 20 }, (_, at) =>
    failureOf(at % 2 === 0 ? waits.until(never, abort.signal) : waits.untilTold(begin, abort.signal)),
  );
  waits.join(abort.signal, (reason) => told.push(String(reason)));
  expect(listeners(abort.signal)).toBe(1);
  const reason = new Error('enough');
  abort.abort(reason);
  expect(await Promise.all(ends)).toEqual(ends.map(() => reason));
  expect(told).toEqual([...Array.from({ length: 10 }, () => 'left'), String(reason)]);
  expect(listeners(abort.signal)).toBe(0);
});

test('what calls back is waited for in the same way', async () => {
  const waits = new AbortableWaits();
  const { signal } = new AbortController();
  const begin = (told: () => void) => {
    told();
    return () => expect.unreachable();
  };
  await waits.untilTold(begin, undefined);
  await waits.untilTold(begin, signal);
  await Promise.resolve();
  expect(listeners(signal)).toBe(0);
});

test('a signal that had fired ends a wait at once', async () => {
  const waits = new AbortableWaits();
  const told: unknown[] = [];
  const signal = AbortSignal.abort('early');
  waits.join(signal, (reason) => told.push(reason));
  await expect(waits.until(never, signal)).rejects.toBe('early');
  expect([told, listeners(signal)]).toEqual([['early'], 0]);
});

test('who forgets a signal, or has none, is not told', () => {
  const waits = new AbortableWaits();
  const abort = new AbortController();
  const told: unknown[] = [];
  const forget = waits.join(abort.signal, () => told.push('told'));
  waits.join(undefined, () => told.push('told'))();
  forget();
  expect(listeners(abort.signal)).toBe(0);
  abort.abort();
  expect(told).toEqual([]);
});
