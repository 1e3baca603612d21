import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { SharedAbort } from '../src/shared-abort.js';

test('one signal that many calls wait with has one listener, which calls them all in order', () => {
  const shared = new SharedAbort();
  const abort = new AbortController();
  const called: number[] = [];
  for (let call = 0; call < 50; call += 1) shared.listen(abort.signal, () => called.push(call));
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  abort.abort();
  expect(called).toEqual(Array.from({ length: 50 }, (_, call) => call));
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
});

test('a call that forgets is not called, and the last one to forget leaves nothing on the signal', () => {
  const shared = new SharedAbort();
  const abort = new AbortController();
  const called: string[] = [];
  const forget = shared.listen(abort.signal, () => called.push('one'));
  const forgetToo = shared.listen(abort.signal, () => called.push('two'));
  forget();
  forget();
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  forgetToo();
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  abort.abort();
  expect(called).toEqual([]);
});

test('a call may forget another while the signal fires: it is told all the same, once', () => {
  const shared = new SharedAbort();
  const abort = new AbortController();
  const called: string[] = [];
  shared.listen(abort.signal, () => {
    called.push('one');
    forgetTwo();
  });
  const forgetTwo = shared.listen(abort.signal, () => called.push('two'));
  abort.abort();
  expect(called).toEqual(['one', 'two']);
});
