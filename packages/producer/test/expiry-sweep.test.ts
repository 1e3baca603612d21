import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { ExpirySweep } from '../src/expiry-sweep.js';

function makeSweep(recordTtlMs: number, onSweep = () => {}) {
  const clock = new ManualClock();
  const startMs = clock.monotonic();
  const seen = { idle: false, rested: 0, swept: [] as number[] };
  const sweep = new ExpirySweep({
    clock,
    recordTtlMs,
    isIdle: () => seen.idle,
    onIdle: () => {
      seen.rested += 1;
    },
    sweep: (nowMs) => {
      seen.swept.push(nowMs - startMs);
      onSweep();
    },
  });
  return { clock, seen, sweep };
}

test.each([
  [60_000, 1_000],
  [4_000, 500],
  [100, 12.5],
  [40, 10],
])('with %d ms to live it looks every %d ms', async (recordTtlMs, everyMs) => {
  const { clock, seen, sweep } = makeSweep(recordTtlMs);
  sweep.arm();
  sweep.arm();
  await clock.advance(2 * everyMs);
  expect(seen.swept).toEqual([everyMs, 2 * everyMs]);
});

test('it rests while nothing is outstanding, and goes on when something is', async () => {
  const { clock, seen, sweep } = makeSweep(4_000);
  sweep.arm();
  seen.idle = true;
  await clock.advance(2_000);
  expect([seen.swept, clock.pending]).toEqual([[500], 0]);
  sweep.arm();
  await clock.advance(500);
  expect(seen.swept).toEqual([500, 2_500]);
});

test('it rests as soon as the last is settled, and not before', async () => {
  const { clock, seen, sweep } = makeSweep(4_000);
  sweep.arm();
  sweep.rest();
  expect([clock.pending, seen.rested]).toEqual([1, 0]);
  seen.idle = true;
  sweep.rest();
  expect([clock.pending, seen.rested]).toEqual([0, 1]);
  sweep.arm();
  await clock.advance(500);
  expect(seen.swept).toEqual([500]);
});

test('it leaves no timer behind', () => {
  const { clock, sweep } = makeSweep(4_000);
  sweep.arm();
  sweep.cancel();
  expect(clock.pending).toBe(0);
});

test('it goes on after a sweep that failed, whose error comes to light', async () => {
  const failure = new Error('broken');
  const { clock, seen, sweep } = makeSweep(4_000, () => {
    if (seen.swept.length === 1) throw failure;
  });
  sweep.arm();
  await expect(clock.advance(500)).rejects.toBe(failure);
  await clock.advance(500);
  expect(seen.swept).toEqual([500, 1_000]);
});
