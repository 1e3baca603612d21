import { decodeAggregate } from '@shardline/aggregation';
import { seededRandom } from '@shardline/core/internal';
import { expect, test } from 'vitest';
import { bytesOf, manyRecords, type SeenRecord, Service, textOf } from './service.js';

/* Group "Batching" of the KPL's conformance list: what shares an aggregate and a request, and how long it waits for company. */

/** The user records in what was sent, in order. */
function textsIn(sent: readonly SeenRecord[]): readonly string[] {
  return sent.flatMap(({ Data }) => (decodeAggregate(Data) ?? [{ data: Data }]).map(textOf));
}

/** Puts everything at once into a stream whose map is known, and waits until it is stored. */
async function putAll(
  service: Service,
  records: readonly { partitionKey: string; data: string }[],
): Promise<void> {
  await service.producer.start();
  const outcomes = await service.within(600_000, service.producer.putMany(records));
  expect([...outcomes.failures()]).toEqual([]);
}

test('exact count flush, and the 500-entry cap', async () => {
  const service = new Service({ stream: { shards: 4 }, options: { aggregate: 'never' } });
  await putAll(service, manyRecords(1_000));
  expect(service.requests.map(({ records }) => records.length)).toEqual([500, 500]);
});

test('size never exceeded: what is sealed plus what is left is what was put, in order', async () => {
  const bytes = 10_000;
  const service = new Service({ options: { aggregateBytes: bytes, maxAggregateBytes: bytes } });
  const random = seededRandom(5);
  const records = Array.from({ length: 2_000 }, (_, at) => ({
    partitionKey: `key-${at % 40}`,
    data: `${at}:`.padEnd(Math.floor(random.next() * 400), 'x'),
  }));
  await putAll(service, records);
  const sizes = service.sent.map(({ Data }) => Data.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(bytes);
  expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(bytes - 500);
  expect(textsIn(service.sent)).toEqual(records.map(({ data }) => data));
});

test('giant alone: a record above the size goes raw, and those around it keep their places', async () => {
  const service = new Service({ options: { aggregateBytes: 1_024 } });
  const giant = { partitionKey: 'a', data: 'g'.repeat(5_000) };
  const small = manyRecords(6);
  await putAll(service, [...small.slice(0, 3), giant, ...small.slice(3)]);
  expect(service.sent.map(({ Data }) => decodeAggregate(Data)?.length ?? 'raw')).toEqual([3, 'raw', 3]);
  expect(textsIn(service.sent)).toEqual(
    [...small.slice(0, 3), giant, ...small.slice(3)].map(({ data }) => data),
  );
});

test('request bytes including partition keys', async () => {
  const maxRequestBytes = 65_536;
  const service = new Service({ stream: { shards: 2 }, options: { aggregate: 'never', maxRequestBytes } });
  const records = Array.from({ length: 600 }, (_, at) => ({
    partitionKey: `${at}`.padEnd(256, 'k'),
    data: 'x',
  }));
  await putAll(service, records);
  const sizes = service.requests.map((request) =>
    request.records.reduce((sum, record) => sum + bytesOf(record), 0),
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(maxRequestBytes);
  expect(sizes[0]).toBeGreaterThan(maxRequestBytes - 300);
});

test('256 KiB per-shard rule (as an option): maxAggregateBytes bounds what a request has for one shard', async () => {
  const maxAggregateBytes = 262_144;
  const faults = [{ kind: 'latency', operation: 'PutRecords', delayMs: 500 }] as const;
  const service = new Service({ stream: { shards: 2 }, faults, options: { maxAggregateBytes } });
  // A few at a time: what comes in while a request is in flight shares an aggregate that grows.
  const puts: Promise<unknown>[] = [];
  for (const from of Array.from({ length: 20 }, (_, at) => at * 200)) {
    puts.push(service.producer.putMany(manyRecords(from + 200, 1_000).slice(from)));
    await service.clock.advance(100);
  }
  await service.within(60_000, Promise.all(puts));
  const largest = service.requests.map(({ records, results = [] }) => {
    const byShard = new Map<string, number>();
    records.forEach((record, at) => {
      const shard = results[at]?.ShardId ?? '';
      byShard.set(shard, (byShard.get(shard) ?? 0) + record.Data.length);
    });
    return Math.max(...byShard.values());
  });
  expect(Math.max(...largest)).toBeLessThanOrEqual(maxAggregateBytes);
  expect(Math.max(...largest)).toBeGreaterThan(100_000);
});

test('deadline upper bound: no record waits for longer than the linger, however many follow it', async () => {
  const service = new Service({ options: { lingerMs: 100 } });
  await service.producer.start();
  const puts: Promise<{ attempts: readonly { delayMs: number }[] }>[] = [];
  for (let at = 0; at < 100; at += 1) {
    puts.push(service.producer.put({ partitionKey: `key-${at % 9}`, data: `${at}` }));
    await service.clock.advance(10);
  }
  const waits = (await service.within(1_000, Promise.all(puts))).map(
    ({ attempts }) => attempts[0]?.delayMs ?? Number.NaN,
  );
  // 10 ms more for a full aggregate's company in its request.
  expect(Math.max(...waits)).toBeLessThanOrEqual(110);
  expect(service.sent.length).toBeLessThanOrEqual(12);
});

test('urgent-first, as far as order allows it: what is due takes everything before it along, and overtakes nothing', async () => {
  const service = new Service({ options: { lingerMs: 5_000 } });
  await service.producer.start();
  const early = manyRecords(100);
  const put = service.producer.putMany(early);
  await service.clock.advance(1_000);
  expect(service.requests).toEqual([]);
  const urgent = service.producer.put({ partitionKey: 'key-0', data: 'urgent' });
  await service.within(50, service.producer.flush());
  await Promise.all([put, urgent]);
  expect(textsIn(service.sent)).toEqual([...early.map(({ data }) => data), 'urgent']);
  // Nor does one aggregate overtake another.
  const busy = new Service({ options: { lingerMs: 5_000, aggregateBytes: 1_024 } });
  await busy.producer.start();
  void busy.producer.putMany(early);
  void busy.producer.put({ partitionKey: 'key-0', data: 'urgent' });
  await busy.within(1_000, busy.producer.flush());
  expect(busy.sent.length).toBeGreaterThan(2);
  expect(textsIn(busy.sent)).toEqual([...early.map(({ data }) => data), 'urgent']);
});

test('manual flush of nothing sends nothing', async () => {
  const service = new Service();
  await service.producer.start();
  await service.producer.flush();
  expect(service.requests).toEqual([]);
});

test('behind the service (improvement): a record of 10 MiB goes where the stream takes it', async () => {
  const service = new Service({ stream: { maxRecordKiB: 10_240 } });
  const data = new Uint8Array(10_485_759).fill(7);
  const put = service.producer.put({ partitionKey: 'a', data });
  expect(await service.within(30_000, put)).toMatchObject({ subSequenceNumber: 0 });
  const [read, ...more] = await service.read('kcl');
  expect(more).toEqual([]);
  expect(Buffer.compare(read?.data ?? new Uint8Array(), data)).toBe(0);
});
