import { describe, expect, it } from 'vitest';
import { brokenPace, loadNote, Pace } from '../workload/pace.js';

describe('Pace', () => {
  it('keeps to the rate, whatever the slices', () => {
    const pace = new Pace(100_000, 1_000);
    expect(pace.take(1_000)).toBe(0);
    expect(pace.take(1_002)).toBe(200);
    expect(pace.take(1_002.005)).toBe(0);
    expect(pace.take(1_100)).toBe(9_800);
    expect(pace.taken).toBe(10_000);
  });

  it('loses no part of a record between slices', () => {
    const pace = new Pace(3, 0);
    let sum = 0;
    for (let nowMs = 0; nowMs <= 10_000; nowMs += 7) sum += pace.take(nowMs);
    expect(sum).toBe(29);
    expect(pace.take(10_000)).toBe(1);
  });
});

describe('brokenPace', () => {
  const goal = { mostCpuShare: 0.2, mostP50Ms: 60, mostP99Ms: 125 };
  const good = { cpuShare: 0.2, latencyP50Ms: 60, latencyP99Ms: 125, perSecond: 98, wantedPerSecond: 100 };

  it('names all that is too much', () => {
    expect(brokenPace(good, goal)).toBeUndefined();
    const bad = { ...good, cpuShare: 0.21, latencyP50Ms: 61, latencyP99Ms: 126 };
    expect(brokenPace(bad, goal)).toBe(
      '21.0 % of a core, not 20.0 %; p50 61 ms, not 60; p99 126 ms, not 125',
    );
  });

  it('takes a rate that was not kept for no proof', () => {
    expect(brokenPace({ ...good, perSecond: 97 }, goal)).toBe('97 of 100 records a second were put');
  });

  it('takes no missing figure for a good one', () => {
    for (const name of Object.keys(good))
      expect(brokenPace({ ...good, [name]: Number.NaN }, goal), name).toBeDefined();
  });
});

it.each([
  [0.5, 2, undefined],
  [0.51, 2, expect.stringContaining('load 0.5 on 2 cores')],
  [3, 16, undefined],
  [9, 2, expect.stringContaining('says nothing of the producer')],
])('a load of %d on %d cores: %s', (load, cores, note) => {
  expect(loadNote(load, cores)).toEqual(note);
});
