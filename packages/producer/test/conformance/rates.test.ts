import { expect, test } from 'vitest';
import { bytesOf, type SeenRequest, Service } from './service.js';

/* Group "Rates" of the KPL's conformance list, against one shard that refuses what is above 1,000 records or 1 MiB a second. */

const mib = 1_048_576;
const latency = { kind: 'latency', operation: 'PutRecords', delayMs: 20 } as const;

/** Keeps more waiting than the shard takes, for `ms`; returns what was sent after the first two seconds. */
async function saturate(service: Service, dataBytes: number, ms: number): Promise<readonly SeenRequest[]> {
  const data = 'x'.repeat(dataBytes);
  const { producer, clock } = service;
  let at = 0;
  const next = (): void => {
    at += 1;
    producer.put({ partitionKey: `key-${at % 700}`, data }).then(next, () => {});
  };
  for (let filled = 0; filled < 3_000; filled += 1) next();
  await clock.advance(ms);
  return service.requests.filter(({ atMs }) => atMs > 2_000 && atMs <= ms);
}

function storedIn(requests: readonly SeenRequest[]): { records: number; bytes: number; refused: number } {
  const all = requests.flatMap(({ records, results = [] }) =>
    records.map((record, at) => ({ record, result: results[at] })),
  );
  const stored = all.filter(({ result }) => result?.SequenceNumber);
  return {
    records: stored.length,
    bytes: stored.reduce((sum, { record }) => sum + bytesOf(record), 0),
    refused: all.filter(({ result }) => result?.ErrorCode).length,
  };
}

const options = { maxOutstandingRecords: 2_000, maxWaitingPuts: 100_000 };

test.each([100, 40])(
  'sustained 1,000 records a second, with aggregation off too, at rateLimitPercent %i',
  async (rateLimitPercent) => {
    const service = new Service({
      faults: [latency],
      options: { ...options, rateLimitPercent, aggregate: 'never' },
    });
    const { records, refused } = storedIn(await saturate(service, 10, 10_000));
    const cap = 8 * 1_000 * (rateLimitPercent / 100);
    expect(records).toBeGreaterThan(0.9 * cap);
    expect(records).toBeLessThan(1.02 * cap);
    expect(refused).toBeLessThan(0.02 * records);
  },
);

test.each([100, 40])('sustained 1 MiB a second, at rateLimitPercent %i', async (rateLimitPercent) => {
  const service = new Service({ faults: [latency], options: { ...options, rateLimitPercent } });
  const { bytes, refused, records } = storedIn(await saturate(service, 1_000, 10_000));
  const cap = 8 * mib * (rateLimitPercent / 100);
  expect(bytes).toBeGreaterThan(0.85 * cap);
  expect(bytes).toBeLessThan(1.05 * cap);
  expect(refused).toBeLessThan(0.02 * records + 1);
});

test('burst size: what was saved up goes at once, and is no more than the service takes', async () => {
  const service = new Service({ options: { ...options, aggregate: 'never', ordering: 'none' } });
  await service.producer.start();
  await service.clock.advance(60_000);
  await saturate(service, 10, 400);
  const atOnce = service.requests.filter(({ atMs }) => atMs <= 60_010).flatMap(({ records }) => records);
  expect(atOnce.length).toBeGreaterThanOrEqual(300);
  expect(atOnce.length).toBeLessThanOrEqual(1_000);
  expect(storedIn(service.requests).refused).toBe(0);
});

test('recovery after throttling: less is sent while a shard refuses, and all it takes afterwards', async () => {
  const service = new Service({ faults: [latency], options: { ...options, aggregate: 'never' } });
  const throttle = service.kinesis.faults.add({ kind: 'throttleShard', probability: 0.5, forMs: 10_000 });
  await saturate(service, 10, 10_000);
  const during = storedIn(service.requests.filter(({ atMs }) => atMs > 8_000));
  expect(during.records + during.refused).toBeLessThan(1_200);
  throttle.remove();
  await service.clock.advance(60_000);
  const after = service.requests.filter(({ atMs }) => atMs > 68_000);
  expect(storedIn(after).records).toBeGreaterThan(0.9 * 2 * 1_000);
});
