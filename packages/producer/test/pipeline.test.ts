import { decodeAggregate, formatHashKey, hashKeyOf } from '@shardline/aggregation';
import { expect, test } from 'vitest';
import type { StoredEntry } from './support/fake-kinesis-api.js';
import { unanswered } from './support/fake-kinesis-api.js';
import { makeProducer, membersOf, startProducer, textsIn } from './support/producer-under-test.js';
import { evenShards, keysOf, split } from './support/shards.js';

const record = (data: string | Uint8Array, partitionKey = 'a') => ({ partitionKey, data });
const magic = (bytes: number) => {
  const data = new Uint8Array(bytes);
  data.set([0xf3, 0x89, 0x9a, 0xc2]);
  return data;
};
const sizeOf = ({ data, partitionKey }: StoredEntry) => data.length + Buffer.byteLength(partitionKey);

test('a lone record goes as it is, with its own keys', async () => {
  const { producer, api, clock } = await startProducer();
  for (const one of [
    { partitionKey: 'clé', data: 'x' },
    { partitionKey: 'b', explicitHashKey: ' +0042 ', data: 'y' },
    { partitionKey: 'c', data: '' },
  ]) {
    const put = producer.put(one);
    await clock.advance(100);
    expect((await put).subSequenceNumber).toBe(0);
  }
  expect(api.stored.map((entry) => ({ ...entry, data: Buffer.from(entry.data).toString() }))).toMatchObject([
    { partitionKey: 'clé', explicitHashKey: undefined, data: 'x', aggregated: false },
    { partitionKey: 'b', explicitHashKey: '42', data: 'y', aggregated: false },
    { partitionKey: 'c', explicitHashKey: undefined, data: '', aggregated: false },
  ]);
});

test('several records share an aggregate, placed by the hash key of the first', async () => {
  const { producer, api, clock } = await startProducer();
  const batch = producer.putMany([
    record('x', 'k1'),
    { partitionKey: 'k2', explicitHashKey: '00042', data: 'y' },
    { partitionKey: 'k2', explicitHashKey: '0', data: 'z' },
  ]);
  await clock.advance(100);
  await batch;
  const [stored] = api.stored;
  expect(stored).toMatchObject({
    partitionKey: 'a',
    explicitHashKey: formatHashKey(hashKeyOf('k1')),
    aggregated: true,
  });
  const members = decodeAggregate(stored?.data ?? new Uint8Array()) ?? [];
  expect(members.map(({ partitionKey, explicitHashKey }) => [partitionKey, explicitHashKey])).toEqual([
    ['k1', undefined],
    ['k2', '42'],
    ['k2', '0'],
  ]);
});

test.each([4, 5, 1_000])(
  'a lone record of %i bytes that begins with the magic goes as an aggregate of one',
  async (bytes) => {
    const { producer, api, clock } = await startProducer();
    const put = producer.put(record(magic(bytes)));
    await clock.advance(100);
    await put;
    expect(decodeAggregate(api.stored[0]?.data ?? new Uint8Array())).toHaveLength(1);
    expect(membersOf(api.stored[0] as StoredEntry)[0]?.data).toEqual(magic(bytes));
  },
);

test('the same where it is too large to share an aggregate, before and after the first map', async () => {
  for (const make of [startProducer, async () => makeProducer()]) {
    const { producer, api, clock } = await make();
    const put = producer.put(record(magic(60_000)));
    await clock.advance(1_000);
    await put;
    expect(
      api.stored.map((entry) => [
        entry.aggregated,
        membersOf(entry).length,
        membersOf(entry)[0]?.data.length,
      ]),
    ).toEqual([[true, 1, 60_000]]);
  }
});

test('the same up to the limit of the stream; above what an aggregate can hold it goes as it is', async () => {
  const { producer, api, clock } = await startProducer();
  for (let bytes = 1_048_575 - 60; bytes <= 1_048_575; bytes += 1) {
    const put = producer.put(record(magic(bytes)));
    await clock.advance(2_000);
    await put;
  }
  expect(Math.max(...api.stored.map(sizeOf))).toBeLessThanOrEqual(1_048_576);
  expect(api.stored.at(0)?.aggregated).toBe(true);
  expect(api.stored.at(-1)?.aggregated).toBe(false);
});

test('an aggregate that is sealed by size is as large as it may be, and never larger', async () => {
  const { producer, api, clock } = await startProducer({ aggregateBytes: 2_000 });
  const batch = producer.putMany(
    Array.from({ length: 400 }, (_, at) => record('x'.repeat(at % 97), `k${at % 9}`)),
  );
  await clock.advance(5_000);
  await batch;
  const sizes = api.stored.map(({ data }) => data.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000);
  expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(2_000 - 110);
  expect(producer.stats().sealed).toEqual({ size: sizes.length - 1, linger: 1 });
});

test('a record goes at the latest when its linger is over, whatever comes after it', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 40, aggregateBytes: 1_024 });
  const waits: number[] = [];
  for (let at = 0; at < 300; at += 1) {
    const putAt = clock.monotonic();
    void producer.put(record('x'.repeat((at * 37) % 300))).then(() => waits.push(clock.monotonic() - putAt));
    await clock.advance((at * 7) % 23);
  }
  await clock.advance(40);
  expect(waits).toHaveLength(300);
  expect(Math.max(...waits)).toBeLessThanOrEqual(40 + 10);
  expect(textsIn(api.stored)).toHaveLength(300);
});

test('what was put while everything was full goes when its linger is over, without another put', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 50, requestTimeoutMs: 500 });
  api.script(unanswered);
  const first = producer.put(record('first'));
  await clock.advance(60);
  const second = producer.put(record('second'));
  await clock.advance(1);
  const third = producer.put(record('x'.repeat(51_000)));
  const last = producer.put(record('last'));
  await clock.advance(3_000);
  await Promise.all([first, second, third, last]);
  expect(textsIn(api.stored).at(-1)).toBe('last');
});

test('lanes that are due share a request, up to 500 entries and maxRequestBytes', async () => {
  const { producer, api, clock } = await startProducer(
    { lingerMs: 10, maxRequestBytes: 65_536, aggregateBytes: 20_000 },
    8,
  );
  const batch = producer.putMany(
    evenShards(8).flatMap((shard) => keysOf(shard, 10).map((key) => record('x'.repeat(1_500), key))),
  );
  await clock.advance(2_000);
  await batch;
  const bytes = api.puts.map(({ entries }) =>
    entries.reduce((sum, { data, partitionKey }) => sum + data.length + partitionKey.length, 0),
  );
  expect(Math.max(...bytes)).toBeLessThanOrEqual(65_536);
  expect(api.puts.map(({ entries }) => entries.length)).toEqual([4, 4]);
});

test('a request holds at most 500 entries', async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never', lingerMs: 0 }, 4);
  const batch = producer.putMany(Array.from({ length: 1_300 }, (_, at) => record('x', `k${at}`)));
  await clock.advance(5_000);
  await batch;
  expect(Math.max(...api.puts.map(({ entries }) => entries.length))).toBe(500);
  expect(api.stored).toHaveLength(1_300);
});

test('a record above maxRequestBytes goes alone', async () => {
  const { producer, api, clock } = await startProducer({ maxRequestBytes: 65_536, lingerMs: 0 });
  const batch = producer.putMany([record('x', 'b'), record('y'.repeat(300_000), 'c'), record('z', 'd')]);
  await clock.advance(5_000);
  await batch;
  expect(api.puts.map(({ entries }) => entries.length)).toEqual([1, 1, 1]);
  expect(textsIn(api.stored).map((text) => text.length)).toEqual([1, 300_000, 1]);
});

test('no more than maxInFlightRequests are in flight', async () => {
  const { producer, api, clock } = await startProducer({ maxInFlightRequests: 2, lingerMs: 0 }, 4);
  api.onPut = unanswered;
  for (const shard of evenShards(4)) {
    for (const key of keysOf(shard, 1)) void producer.put(record('x', key)).catch(() => {});
    await clock.advance(20);
  }
  expect([producer.stats().inFlightRequests, api.puts.length]).toEqual([2, 2]);
});

test('while a lane has to wait its aggregates grow to what flows in during two round trips', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 10 });
  const roundTripMs = 200;
  api.onPut = (put) => new Promise((resolve) => clock.schedule(roundTripMs, () => resolve(api.store(put))));
  for (let at = 0; at < 100; at += 1) {
    void producer.putMany(Array.from({ length: 20 }, () => record('x'.repeat(1_000))));
    await clock.advance(20);
  }
  await clock.advance(10_000);
  const sizes = api.stored.map(({ data }) => data.length);
  expect(sizes[0]).toBeLessThanOrEqual(51_200);
  const largest = Math.max(...sizes);
  expect(largest).toBeGreaterThan(100_000);
  expect(largest).toBeLessThanOrEqual((2 * 1_048_576 * roundTripMs) / 1_000);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, storedRecords: 2_000 });
});

test('P2: an aggregate grows to an eighth of maxOutstandingBytes at most', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 10, maxOutstandingBytes: 1_048_576 });
  api.onPut = (put) => new Promise((resolve) => clock.schedule(400, () => resolve(api.store(put))));
  const batches = Array.from({ length: 40 }, () =>
    producer.putMany(Array.from({ length: 50 }, () => record('x'.repeat(1_000)))),
  );
  await clock.advance(60_000);
  await Promise.all(batches);
  const largest = Math.max(...api.stored.map(({ data }) => data.length));
  expect(largest).toBeGreaterThan(100_000);
  expect(largest).toBeLessThanOrEqual(131_072);
});

test('P3: over a split with requests in flight every key stands in order, parent before children', async () => {
  const { producer, api, clock } = await startProducer(
    { lingerMs: 5, aggregateBytes: 1_024, requestTimeoutMs: 1_000 },
    2,
  );
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  let round = 0;
  const batches: Promise<unknown>[] = [];
  const putRound = () => {
    batches.push(producer.putMany(keys.map((key) => record(`${key}:${round}:${'x'.repeat(80)}`, key))));
    round += 1;
  };
  api.onPut = (put) => new Promise((resolve) => clock.schedule(30, () => resolve(api.store(put))));
  for (const shards of [evenShards(2), split(evenShards(2), 0, 2), split(split(evenShards(2), 0, 2), 2, 4)]) {
    api.shards = shards;
    for (let at = 0; at < 40; at += 1) {
      putRound();
      await clock.advance(10);
    }
  }
  await clock.advance(20_000);
  await Promise.all(batches);
  const newest: Record<string, number> = {};
  const seen = new Set<string>();
  const byShard = api.stored.toSorted((one, other) =>
    one.shardId < other.shardId ? -1 : Number(one.shardId > other.shardId),
  );
  const acknowledged = byShard.filter(isWhole);
  for (const text of textsIn(acknowledged)) {
    if (seen.has(text)) continue;
    seen.add(text);
    const [key = '', number] = text.split(':');
    expect(Number(number)).toBe((newest[key] ?? -1) + 1);
    newest[key] = Number(number);
  }
  expect(seen.size).toBe(120 * keys.length);

  /** Whether a reader with KCL's rule gets it: all members belong to the shard it stands in. */
  function isWhole(entry: StoredEntry): boolean {
    return (
      !entry.aggregated || membersOf(entry).every((one) => homes(one.partitionKey).includes(entry.shardId))
    );
  }

  /** Every shard that a key ever belonged to. */
  function homes(partitionKey: string): readonly string[] {
    return [evenShards(2), split(evenShards(2), 0, 2), api.shards].flatMap((shards) =>
      shards.filter((shard) => holds(shard, partitionKey)).map(({ shardId }) => shardId),
    );
  }
});

function holds(shard: { startingHashKey: string; endingHashKey: string }, partitionKey: string): boolean {
  const hash = BigInt(formatHashKey(hashKeyOf(partitionKey)));
  return BigInt(shard.startingHashKey) <= hash && hash <= BigInt(shard.endingHashKey);
}
