import { describe, expect, it } from 'vitest';
import { LatencyWindow } from '../src/demo/latency-window.js';

describe('LatencyWindow', () => {
  it('forgets what is old, except in the whole', () => {
    const window = new LatencyWindow(2_000, 0);
    window.record(500);
    expect(window.recent(1_000)?.p99Ms).toBeCloseTo(500, -1);
    expect(window.recent(2_000)?.p99Ms).toBeCloseTo(500, -1);
    window.record(10);
    expect(window.recent(3_000)?.p99Ms).toBeCloseTo(500, -1);
    expect(window.recent(4_000)?.p99Ms).toBeCloseTo(10, 0);
    expect(window.recent(6_000)).toBeUndefined();
    expect(window.whole?.p99Ms).toBeCloseTo(500, -1);
  });
});
