import { ManualClock } from '@shardline/testing';
import { expect, it } from 'vitest';
import { elapsedMs, fenceMs, momentOf } from '../src/lifetime.js';

it.each([
  [2_000, 1_700],
  [3_000, 2_700],
  [3_001, 2_700.9],
  [10_000, 9_000],
  [600_000, 540_000],
])(
  'a worker with a failover time of %i ms is fenced after %f ms: 10 %% less, but at least 300 ms',
  (failoverMs, expected) => {
    expect(fenceMs(failoverMs)).toBe(expected);
  },
);

it('time is told by the clock that says more (N2)', async () => {
  const clock = new ManualClock();
  const moment = momentOf(clock);
  expect(moment).toEqual({ monotonicMs: 0, wallMs: clock.now() });
  await clock.advance(500);
  expect(elapsedMs(moment, clock)).toBe(500);
  clock.setNow(clock.now() - 400);
  expect(elapsedMs(moment, clock)).toBe(500);
  clock.setNow(clock.now() + 4_400);
  expect(elapsedMs(moment, clock)).toBe(4_500);
  await clock.advance(100);
  expect(elapsedMs(moment, clock)).toBe(4_600);
});
