import { expect, test } from 'vitest';
import { ReadPace, readLimits } from '../src/read-pace.js';

const half = { next: () => 0.5 };
const behind = { bytes: 0, atTip: false };

function makePace(pollIntervalMs = 1_000) {
  return new ReadPace(pollIntervalMs, 0);
}

test('the first call may go at once', () => {
  expect(makePace().waitMs(0)).toBe(0);
});

test('behind the tip calls are 200 ms apart, counted from the call', () => {
  const pace = makePace();
  pace.sent(0);
  pace.answered(behind, 50);
  expect([pace.waitMs(50), pace.waitMs(199), pace.waitMs(200), pace.waitMs(900)]).toEqual([150, 1, 0, 0]);
});

test('a page is paid for with time: 10 MiB block a shard for 5 s', () => {
  const pace = makePace();
  pace.sent(0);
  pace.answered({ bytes: readLimits.pageMaxBytes, atTip: false }, 300);
  expect(pace.waitMs(300)).toBe(5_000);
  expect(pace.waitMs(5_300)).toBe(0);
});

test('at the tip calls follow each other at the interval of polling', () => {
  const pace = makePace(1_500);
  pace.sent(0);
  pace.answered({ bytes: 100, atTip: true }, 100);
  expect(pace.waitMs(100)).toBe(1_400);
  pace.sent(1_500);
  pace.answered({ bytes: readLimits.bytesPerSecond * 2, atTip: true }, 1_600);
  expect(pace.waitMs(1_600)).toBe(2_000);
});

test('back-off has full jitter, grows with each failure and is capped', () => {
  const pace = makePace();
  const waits = (severity: 'throttled' | 'transient' | 'lasting', times: number) =>
    Array.from({ length: times }, (_, at) => pace.failed(severity, 1_000_000 + at, half));
  expect(waits('transient', 3)).toEqual([200, 400, 800]);
  expect(waits('transient', 20).at(-1)).toBe(5_000);
  expect(waits('throttled', 1)).toEqual([2_500]);
  expect(waits('lasting', 1)).toEqual([15_000]);
  pace.answered(behind, 1_000_100);
  expect(pace.failed('transient', 1_000_100, { next: () => 0 })).toBe(0);
  expect(pace.failed('transient', 1_000_100, { next: () => 0.99 })).toBeCloseTo(792);
});

test('a failed call keeps its distance from the next, whatever the jitter', () => {
  const pace = makePace();
  pace.sent(0);
  expect(pace.failed('transient', 10, { next: () => 0 })).toBe(190);
});

test('59: a spell of throttling doubles the gap once, another one doubles it again, up to 4 s', () => {
  const pace = makePace();
  const gaps: number[] = [];
  for (let spell = 0; spell < 6; spell += 1) {
    pace.failed('throttled', 0, half);
    pace.failed('throttled', 0, half);
    pace.answered(behind, 0);
    gaps.push(pace.gapMs);
  }
  expect(gaps).toEqual([400, 800, 1_600, 3_200, 4_000, 4_000]);
  pace.sent(0);
  pace.answered(behind, 0);
  expect(pace.waitMs(0)).toBe(4_000);
});

test('59: the gap shrinks again while nothing is throttled', () => {
  const pace = makePace();
  pace.failed('throttled', 0, half);
  pace.answered(behind, 5_000);
  expect(pace.gapMs).toBe(300);
  for (let now = 6_000; now <= 20_000; now += 1_000) pace.answered(behind, now);
  expect(pace.gapMs).toBeCloseTo(212.5);
});

test('other faults do not widen the gap', () => {
  const pace = makePace();
  pace.failed('transient', 0, half);
  pace.failed('lasting', 0, half);
  expect(pace.gapMs).toBe(200);
});

test('an answer that came too late has the next one asked for half as much, down to a single record', () => {
  const pace = makePace();
  expect(pace.limit).toBe(10_000);
  const limits = Array.from({ length: 16 }, () => {
    pace.timedOut();
    return pace.limit;
  });
  expect(limits.slice(0, 3)).toEqual([5_000, 2_500, 1_250]);
  expect(limits.slice(-5)).toEqual([2, 1, 1, 1, 1]);
});

test('the limit doubles with each answer in a quarter of its time, up to the most there is', () => {
  const pace = makePace();
  for (let times = 0; times < 3; times += 1) pace.timedOut();
  pace.sent(0);
  pace.answered(behind, 2_501);
  expect(pace.limit).toBe(1_250);
  const limits = [10_000, 20_000, 30_000, 40_000].map((nowMs) => {
    pace.sent(nowMs);
    pace.answered(behind, nowMs + 2_500);
    return pace.limit;
  });
  expect(limits).toEqual([2_500, 5_000, 10_000, 10_000]);
});
