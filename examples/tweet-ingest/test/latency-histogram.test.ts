import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from '../src/latency-histogram.js';

describe('LatencyHistogram', () => {
  it('gives median and 99th percentile within three figures', () => {
    const histogram = new LatencyHistogram();
    expect(histogram.quantiles).toBeUndefined();
    for (let ms = 1; ms <= 1_000; ms += 1) histogram.record(ms);
    expect(histogram.quantiles?.p50Ms).toBeCloseTo(500, -1);
    expect(histogram.quantiles?.p99Ms).toBeCloseTo(990, -1);
  });

  it('adds two together', () => {
    const [low, high] = [new LatencyHistogram(), new LatencyHistogram()];
    for (let time = 0; time < 50; time += 1) low.record(10);
    for (let time = 0; time < 50; time += 1) high.record(200);
    expect(low.with(high).quantiles?.p50Ms).toBeCloseTo(10, 0);
    expect(low.with(high).quantiles?.p99Ms).toBeCloseTo(200, 0);
    expect(low.quantiles?.p99Ms).toBeCloseTo(10, 0);
  });

  it('takes what lies outside its range as the nearest value', () => {
    const histogram = new LatencyHistogram();
    histogram.record(0);
    expect(histogram.quantiles?.p50Ms).toBeLessThan(0.02);
    const other = new LatencyHistogram();
    other.record(Number.MAX_SAFE_INTEGER);
    expect(other.quantiles?.p50Ms).toBeGreaterThan(3_590_000);
  });
});
