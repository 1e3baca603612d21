import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import type { RequestPart } from '../src/collector.js';
import { Dispatcher, type DispatcherParts } from '../src/dispatcher.js';
import type { Lane } from '../src/lane.js';
import { RateLimiter } from '../src/rate-limiter.js';
import { accepted, hashOfAccepted, single, tagsOf } from './support/entries.js';
import { freeLimiter, makeLane } from './support/lanes.js';

/** A dispatcher over lanes, with requests that stay open until they are answered. */
function makeDispatcher(lanes: readonly Lane[], parts: Partial<DispatcherParts> = {}) {
  const clock = new ManualClock();
  const sent: { atMs: number; tags: readonly number[]; parts: readonly RequestPart[] }[] = [];
  const answers: (() => void)[] = [];
  const dispatcher = new Dispatcher({
    clock,
    rules: { maxEntries: 500, maxBytes: 2_097_152, collectMs: 10 },
    lingerMs: 100,
    maxInFlightRequests: 2,
    lanes: () => lanes,
    expire: () => {},
    send: (requested) => {
      const tags = requested.flatMap(({ entries }) => tagsOf(entries));
      sent.push({ atMs: clock.monotonic(), tags, parts: requested });
      return new Promise((resolve) => {
        answers.push(() => {
          for (const { lane } of requested) lane.inFlight -= 1;
          for (const { lane } of requested) dispatcher.ready(lane);
          resolve();
        });
      });
    },
    ...parts,
  });
  const add = (lane: Lane, tag: number, data = 'x') => {
    const one = accepted({ data, tag, putAtMs: clock.monotonic() });
    lane.add(one, hashOfAccepted(one), { outstanding: 1 });
    dispatcher.added(lane);
  };
  return { clock, dispatcher, sent, answers, add };
}

const epoch = { outstanding: 0 };

test('a record goes when the linger is over that the first record began', async () => {
  const { lane } = makeLane();
  const { clock, sent, dispatcher } = makeDispatcher([lane]);
  for (const tag of [0, 1, 2]) {
    const one = accepted({ tag });
    lane.add(one, hashOfAccepted(one), epoch);
    dispatcher.added(lane);
    await clock.advance(40);
  }
  expect(sent.map(({ atMs, tags }) => [atMs, tags])).toEqual([[100, [0, 1, 2]]]);
  expect(clock.pending).toBe(0);
});

test('a full aggregate goes at once', async () => {
  const { lane } = makeLane({ aggregateBytes: 1_024 });
  const { clock, sent, add } = makeDispatcher([lane]);
  add(lane, 0, 'x'.repeat(600));
  add(lane, 1, 'x'.repeat(600));
  await clock.advance(0);
  expect(sent.map(({ tags }) => tags)).toEqual([[0]]);
});

test('a full aggregate waits for company until a while after the last request left, answered or not', async () => {
  const lanes = [0, 1].map(() => makeLane({ aggregateBytes: 2_500, limiter: freeLimiter() }).lane);
  const { clock, sent, answers, dispatcher } = makeDispatcher(lanes);
  const fill = (lane: Lane | undefined, tag: number) => {
    for (const next of [tag, tag + 1, tag + 2]) {
      const one = accepted({ data: 'x'.repeat(1_000), tag: next });
      lane?.add(one, hashOfAccepted(one), epoch);
      if (lane) dispatcher.added(lane);
    }
  };
  fill(lanes[0], 0);
  await clock.advance(4);
  answers[0]?.();
  fill(lanes[0], 10);
  await clock.advance(3);
  fill(lanes[1], 20);
  await clock.advance(2);
  expect(sent.map(({ atMs }) => atMs)).toEqual([0]);
  await clock.advance(1);
  expect(sent.map(({ atMs, tags }) => [atMs, tags])).toEqual([
    [0, [0, 1]],
    [10, [2, 10, 20, 21]],
  ]);
});

test('what was hurried is urgent until it has gone, and what comes later waits for company again', async () => {
  const { lane } = makeLane({ aggregateBytes: 2_500, limiter: freeLimiter() });
  const rules = { maxEntries: 1, maxBytes: 2_097_152, collectMs: 10 };
  const { clock, sent, answers, add, dispatcher } = makeDispatcher([lane], { rules });
  const fill = (tag: number) => {
    for (const next of [tag, tag + 1, tag + 2]) {
      const one = accepted({ data: 'x'.repeat(1_000), tag: next });
      lane.add(one, hashOfAccepted(one), epoch);
      dispatcher.added(lane);
    }
  };
  lane.queue.push(single({ tag: 0 }));
  add(lane, 1);
  dispatcher.hurry('flush');
  await clock.advance(4);
  answers[0]?.();
  await clock.advance(3);
  answers[1]?.();
  fill(2);
  await clock.advance(50);
  expect(sent.map(({ atMs, tags }) => [atMs, tags])).toEqual([
    [0, [0]],
    [4, [1]],
    [14, [2, 3]],
  ]);
});

test('a record that comes while older ones wait gets a linger of its own', async () => {
  const { lane } = makeLane({ aggregateBytes: 1_024 });
  const { clock, sent, answers, add } = makeDispatcher([lane]);
  add(lane, 0, 'x'.repeat(2_000));
  await clock.advance(0);
  add(lane, 1, 'x'.repeat(2_000));
  add(lane, 2);
  answers[0]?.();
  await clock.advance(20);
  answers[1]?.();
  await clock.advance(100);
  expect(sent.map(({ tags }) => tags)).toEqual([[0], [1], [2]]);
});

test('hurry sends what lingers, and the linger timer finds nothing left', async () => {
  const { lane, sealings } = makeLane();
  const { clock, sent, add, dispatcher } = makeDispatcher([lane]);
  add(lane, 0);
  dispatcher.hurry('flush');
  await clock.advance(1_000);
  expect(sent.map(({ atMs, tags }) => [atMs, tags])).toEqual([[0, [0]]]);
  expect(sealings.map(({ reason }) => reason)).toEqual(['flush']);
});

test('hurry also reaches lanes of an older map, where they are named', async () => {
  const [old, current] = [makeLane(), makeLane()];
  const { clock, sent, add, dispatcher } = makeDispatcher([current.lane]);
  add(old.lane, 0);
  dispatcher.hurry('flush', [old.lane, current.lane]);
  await clock.advance(0);
  expect(sent.map(({ tags }) => tags)).toEqual([[0]]);
});

test('no more requests are in flight than may be; the next goes as soon as one is over', async () => {
  const lanes = [0, 1, 2].map(() => makeLane({ limiter: freeLimiter() }).lane);
  const { clock, sent, answers, add, dispatcher } = makeDispatcher(lanes);
  for (const [tag, lane] of lanes.entries()) {
    add(lane, tag);
    dispatcher.hurry('flush');
    await clock.advance(0);
  }
  expect([sent.map(({ tags }) => tags), dispatcher.inFlight]).toEqual([[[0], [1]], 2]);
  answers[0]?.();
  await clock.advance(0);
  expect([sent.map(({ tags }) => tags), dispatcher.inFlight]).toEqual([[[0], [1], [2]], 2]);
});

test('lanes that become due in one turn share a request', async () => {
  const lanes = [0, 1, 2].map(() => makeLane().lane);
  const { clock, sent, add, dispatcher } = makeDispatcher(lanes);
  for (const [tag, lane] of lanes.entries()) add(lane, tag);
  dispatcher.hurry('flush');
  await clock.advance(0);
  expect(sent.map(({ tags }) => tags)).toEqual([[0, 1, 2]]);
});

test('a lane that was served goes to the end of the line', async () => {
  const lanes = [0, 1, 2].map(() => makeLane({ limiter: freeLimiter() }).lane);
  const rules = { maxEntries: 1, maxBytes: 2_097_152, collectMs: 0 };
  const { clock, sent, answers, dispatcher } = makeDispatcher(lanes, { rules, maxInFlightRequests: 1 });
  for (const [number, lane] of lanes.entries()) {
    for (const tag of [0, 1]) lane.queue.push(single({ tag: 10 * number + tag }));
    dispatcher.ready(lane);
  }
  for (let at = 0; at < 6; at += 1) {
    await clock.advance(0);
    answers[at]?.();
  }
  expect(sent.map(({ tags }) => tags)).toEqual([[0], [10], [20], [1], [11], [21]]);
});

test('P5: a lane without tokens is looked at again when it has them, without another put', async () => {
  const limiter = new RateLimiter({ recordsPerSecond: 1_000, bytesPerSecond: 1_000, maxShare: 1 }, 0);
  const { lane } = makeLane({ limiter });
  const { clock, sent, answers, add, dispatcher } = makeDispatcher([lane]);
  for (const tag of [0, 1, 2]) {
    add(lane, tag, 'x'.repeat(400));
    dispatcher.hurry('flush');
    await clock.advance(0);
    answers[tag]?.();
  }
  expect(sent.map(({ tags }) => tags)).toEqual([[0]]);
  await clock.advance(5_000);
  answers[1]?.();
  await clock.advance(5_000);
  expect(sent.flatMap(({ tags }) => tags)).toEqual([0, 1, 2]);
  expect(sent[1]?.atMs).toBeGreaterThan(100);
  expect(clock.pending).toBe(0);
});

test('P5: a lane that backs off does not hold up another', async () => {
  const [slow, fast] = [makeLane().lane, makeLane().lane];
  const { clock, sent, add, dispatcher } = makeDispatcher([slow, fast]);
  slow.notBeforeMs = 700;
  add(slow, 0);
  add(fast, 1);
  dispatcher.hurry('flush');
  await clock.advance(10_000);
  expect(sent.map(({ atMs, tags }) => [atMs, tags])).toEqual([
    [0, [1]],
    [700, [0]],
  ]);
});

test('P2: a lane that was emptied is forgotten, however it was emptied', async () => {
  const { lane } = makeLane();
  const { clock, sent, add, dispatcher } = makeDispatcher([lane]);
  lane.awaitingMap = 1;
  add(lane, 0);
  dispatcher.hurry('flush');
  await clock.advance(0);
  expect(lane.dueSinceMs).toBe(0);
  expect(tagsOf(lane.drain('expiry'))).toEqual([0]);
  lane.awaitingMap = 0;
  const other = makeLane().lane;
  add(other, 1);
  dispatcher.hurry('flush', [other]);
  await clock.advance(0);
  expect(sent.map(({ tags }) => tags)).toEqual([[1]]);
  expect(lane.dueSinceMs).toBeUndefined();
});

test('P1: what has expired is ended before a request is made, in lanes that could send now', async () => {
  const { lane } = makeLane();
  const limited = makeLane().lane;
  const looked: unknown[] = [];
  const expire = (one: Lane, nowMs: number) => {
    looked.push([one, nowMs]);
    one.queue.takePutBy(nowMs - 1_000);
  };
  const { clock, dispatcher, sent } = makeDispatcher([lane, limited], { expire });
  await clock.advance(1_000);
  lane.queue.push(single({ tag: 1, putAtMs: 0 }));
  lane.queue.push(single({ tag: 2, partitionKey: 'b', putAtMs: 1 }));
  limited.queue.push(single({ tag: 3, putAtMs: 0 }));
  limited.notBeforeMs = 2_000;
  dispatcher.hurry('flush');
  await clock.advance(0);
  expect(looked).toEqual([[lane, 1_000]]);
  expect(sent.map(({ tags }) => tags)).toEqual([[2]]);
  await clock.advance(1_000);
  expect(looked.at(-1)).toEqual([limited, 2_000]);
  expect(sent).toHaveLength(1);
});

test('no timer stays behind when it is told that none is needed, and the next record begins a linger of its own', async () => {
  const { lane } = makeLane();
  const { clock, sent, add, dispatcher } = makeDispatcher([lane]);
  add(lane, 0);
  lane.notBeforeMs = 5_000;
  dispatcher.hurry('flush');
  await clock.advance(0);
  add(lane, 1);
  expect(clock.pending).toBeGreaterThan(0);
  dispatcher.cancel();
  expect(clock.pending).toBe(0);
  lane.notBeforeMs = 0;
  lane.drain('close');
  const { length } = sent;
  await clock.advance(50);
  add(lane, 7);
  await clock.advance(99);
  expect(sent).toHaveLength(length);
  await clock.advance(1);
  expect(sent.at(-1)?.tags).toEqual([7]);
});
