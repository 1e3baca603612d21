import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { KeptRoom } from '../src/kept-room.js';
import { refused } from './support/gates.js';

function makeKept() {
  const clock = new ManualClock();
  const seen = { over: 0 };
  const room = new KeptRoom(
    (run) => clock.schedule(0, run),
    () => {
      seen.over += 1;
    },
  );
  return { clock, room, seen };
}

test('is open once he has heard of it for whom it is kept, and kept until it is released, once', async () => {
  const { clock, room, seen } = makeKept();
  const kept = room.keep(refused(10));
  expect([room.records, room.bytes, room.openFor(refused(10), false)]).toEqual([1, 10, undefined]);
  await Promise.resolve();
  expect(room.openFor(refused(10), false)).toBe(kept);
  expect([room.release(kept), room.release(kept)]).toEqual([true, false]);
  expect([room.records, room.bytes, room.openFor(refused(10), false), clock.pending]).toEqual([
    0,
    0,
    undefined,
    0,
  ]);
  expect(seen.over).toBe(0);
});

test('is for a record of its size, and failing that the oldest for any, of its key where others wait', async () => {
  const { room } = makeKept();
  const [first, second, third] = [20, 10, 10].map((bytes) => room.keep(refused(bytes)));
  await Promise.resolve();
  room.keep(refused(30));
  expect([10, 20, 30, 5].map((bytes) => room.openFor(refused(bytes), false))).toEqual([
    second,
    first,
    first,
    first,
  ]);
  expect([false, true].map((ofItsKey) => room.openFor(refused(10, 'other'), ofItsKey))).toEqual([
    second,
    undefined,
  ]);
  expect([10, 5].map((bytes) => room.openFor(refused(bytes), true))).toEqual([second, first]);
  if (second) room.release(second);
  expect([room.openFor(refused(10), false), room.records, room.bytes]).toEqual([third, 3, 60]);
});

test('is kept no longer when the turn is over, all of it at once', async () => {
  const { clock, room, seen } = makeKept();
  const kept = room.keep(refused(10));
  room.keep(refused(20));
  await clock.advance(0);
  expect([room.records, room.bytes, seen.over, clock.pending]).toEqual([0, 0, 1, 0]);
  expect(room.release(kept)).toBe(false);
  room.keep(refused(5));
  await clock.advance(0);
  expect([room.records, seen.over]).toEqual([0, 2]);
});

test('what was released is kept again where it is restored, until the turn is over', async () => {
  const { clock, room, seen } = makeKept();
  const kept = room.keep(refused(10));
  await Promise.resolve();
  room.release(kept);
  room.restore(kept);
  expect([room.records, room.bytes, room.openFor(refused(1), false)]).toEqual([1, 10, kept]);
  await clock.advance(0);
  expect([room.records, seen.over]).toEqual([0, 1]);
});

test('leaves no timer when it is cleared', () => {
  const { clock, room, seen } = makeKept();
  room.keep(refused(10));
  room.clear();
  expect([room.records, room.bytes, clock.pending, seen.over]).toEqual([0, 0, 0, 0]);
});
