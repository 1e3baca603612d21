import { expect, it } from 'vitest';
import { Throughput } from '../src/throughput.js';

it('says nothing while nothing was ever read', () => {
  const throughput = new Throughput(undefined, 0);
  expect(throughput.sample(10_000)).toBeUndefined();
});

it('begins with the first window that gave something, counted from the last sample or the start', () => {
  const throughput = new Throughput(undefined, 1_000);
  throughput.add(2_048);
  throughput.add(2_048);
  expect(throughput.sample(3_000)).toBe(2);
});

it('averages the windows, the newest at half the weight', () => {
  const throughput = new Throughput(undefined, 0);
  throughput.add(8 * 1_024);
  expect(throughput.sample(1_000)).toBe(8);
  throughput.add(4 * 1_024);
  expect(throughput.sample(3_000)).toBe(5);
  expect(throughput.sample(4_000)).toBe(2.5);
});

it('goes on with the figure of the owner before, and lets it fade where the shard is quiet', () => {
  const throughput = new Throughput(8, 0);
  expect(throughput.sample(1_000)).toBe(4);
  expect(throughput.sample(2_000)).toBe(2);
});

it('keeps what it has where no time has passed', () => {
  const throughput = new Throughput(8, 0);
  throughput.add(1_024);
  expect(throughput.sample(0)).toBe(8);
  expect(throughput.sample(1_000)).toBe(4.5);
});
