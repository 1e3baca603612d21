import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { SharedAbort } from '../src/shared-abort.js';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

function makeShared() {
  const told: { members: readonly string[]; reason: unknown }[] = [];
  const shared = new SharedAbort<string>((members, reason) => told.push({ members: [...members], reason }));
  return { shared, told };
}

test('one signal that many share has one listener, and all are told of at once, in order, with the reason', () => {
  const { shared, told } = makeShared();
  const abort = new AbortController();
  const members = Array.from({ length: 50 }, (_, member) => `member ${member}`);
  for (const member of members) shared.join(abort.signal, member);
  expect(listeners(abort.signal)).toBe(1);
  abort.abort('enough');
  expect(told).toEqual([{ members, reason: 'enough' }]);
  expect(listeners(abort.signal)).toBe(0);
});

test('another signal has members of its own', () => {
  const { shared, told } = makeShared();
  const [one, other] = [new AbortController(), new AbortController()];
  shared.join(one.signal, 'one');
  shared.join(other.signal, 'two');
  one.abort('enough');
  expect(told).toEqual([{ members: ['one'], reason: 'enough' }]);
  expect(listeners(other.signal)).toBe(1);
});

test('who is forgotten is not told of, and the last one leaves nothing on the signal', () => {
  const { shared, told } = makeShared();
  const abort = new AbortController();
  const forget = shared.join(abort.signal, 'one');
  const forgetToo = shared.join(abort.signal, 'two');
  forget();
  forget();
  expect(listeners(abort.signal)).toBe(1);
  forgetToo();
  expect(listeners(abort.signal)).toBe(0);
  abort.abort();
  expect(told).toEqual([]);
});

test('who leaves while the signal fires is a member no more', () => {
  const left: number[] = [];
  const leave: (() => void)[] = [];
  const shared = new SharedAbort<string>((members) => {
    for (const forget of leave.splice(0, 2)) {
      forget();
      left.push(members.size);
    }
  });
  const abort = new AbortController();
  leave.push(...['one', 'two', 'three'].map((member) => shared.join(abort.signal, member)));
  abort.abort();
  expect(left).toEqual([2, 1]);
  expect(listeners(abort.signal)).toBe(0);
});

test('a signal that had fired before is fired by whoever joined it, once', () => {
  const { shared, told } = makeShared();
  const signal = AbortSignal.abort('early');
  shared.join(signal, 'one');
  shared.fire(signal);
  shared.fire(signal);
  expect(told).toEqual([{ members: ['one'], reason: 'early' }]);
  expect(listeners(signal)).toBe(0);
});
