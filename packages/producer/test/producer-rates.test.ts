import { seededRandom } from '@shardline/core/internal';
import { type Fault, LocalKinesis } from '@shardline/local';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { Producer } from '../src/producer.js';
import type { ProducerOptions } from '../src/producer-options.js';
import { localKinesisApi } from './support/local-kinesis-api.js';
import { evenShards, keyOf, keysOf } from './support/shards.js';

/*
 * Rates in virtual time, against the local Kinesis, whose limiter shares no code with the producer's. It refuses a shard what
 * is above 1,000 records or 1 MiB a second. Catches: a limiter that is off, leaks, or never recovers. Cannot catch: how the
 * service itself counts within a second.
 */

const mib = 1_048_576;
const capRecords = 1_000;

function makeStream(shards: number, faults: readonly Fault[] = []) {
  const clock = new ManualClock();
  const kinesis = new LocalKinesis({
    clock,
    random: seededRandom(1),
    streams: [{ name: 's', shards }],
    faults: [{ kind: 'latency', operation: 'PutRecords', delayMs: 20 }, ...faults],
  });
  const producer = (options: Partial<ProducerOptions> = {}, seed = 2) =>
    new Producer(
      { stream: 's', maxOutstandingRecords: 500, maxWaitingPuts: 1_000_000, ...options },
      { api: localKinesisApi((...call) => kinesis.call(...call), 's'), clock, random: seededRandom(seed) },
    );
  return { clock, kinesis, producer };
}

/** Offers more than any shard takes, for ever: each record that is settled is followed by another. */
function flood(producer: Producer, keys: readonly string[], dataBytes: number): void {
  const data = 'x'.repeat(dataBytes);
  let at = 0;
  const next = (): void => {
    at += 1;
    producer.put({ partitionKey: keys[at % keys.length] ?? '', data }).then(next, next);
  };
  for (let filled = 0; filled < 600; filled += 1) next();
}

/** User records that became stored during `ms`. */
async function storedDuring(clock: ManualClock, producer: Producer, ms: number): Promise<number> {
  const before = producer.stats().storedRecords;
  await clock.advance(ms);
  return producer.stats().storedRecords - before;
}

const oneKeyEach = (count: number) => Array.from({ length: count }, (_, at) => `key-${at}`);

test('P5: without aggregation a shard gets its 1,000 records a second, and hardly a refusal', async () => {
  const { clock, producer } = makeStream(1);
  const put = producer({ aggregate: 'never' });
  flood(put, oneKeyEach(300), 10);
  await clock.advance(2_000);
  const stored = await storedDuring(clock, put, 10_000);
  expect(stored).toBeGreaterThan(0.9 * 10 * capRecords);
  expect(stored).toBeLessThanOrEqual(1.01 * 10 * capRecords);
  expect(put.stats().throttledEntries).toBeLessThan(0.01 * stored);
});

test('P5: with aggregation a shard gets its 1 MiB a second, and hardly a refusal', async () => {
  const { clock, producer } = makeStream(1);
  const put = producer();
  flood(put, oneKeyEach(20), 5_000);
  await clock.advance(2_000);
  const bytes = (await storedDuring(clock, put, 10_000)) * 5_010;
  expect(bytes).toBeGreaterThan(0.85 * 10 * mib);
  expect(bytes).toBeLessThanOrEqual(1.01 * 10 * mib);
  expect(put.stats().throttledEntries).toBeLessThan(5);
});

test.each([10, 50])(
  'P5: rateLimitPercent: %i leaves the rest of a shard to others',
  async (rateLimitPercent) => {
    const { clock, producer } = makeStream(1);
    const put = producer({ aggregate: 'never', rateLimitPercent });
    flood(put, oneKeyEach(300), 10);
    await clock.advance(2_000);
    const stored = await storedDuring(clock, put, 10_000);
    const share = (capRecords * rateLimitPercent) / 100;
    expect(stored).toBeGreaterThan(0.9 * 10 * share);
    expect(stored).toBeLessThanOrEqual(1.01 * 10 * share);
    expect(put.stats().throttledEntries).toBe(0);
  },
);

test('P5: the rate is per shard: four shards take four times as much', async () => {
  const { clock, producer } = makeStream(4);
  const put = producer({ aggregate: 'never', maxOutstandingRecords: 5_000 });
  for (const shard of evenShards(4)) flood(put, keysOf(shard, 200), 10);
  await clock.advance(2_000);
  const stored = await storedDuring(clock, put, 5_000);
  expect(stored).toBeGreaterThan(0.9 * 5 * 4 * capRecords);
  expect(put.stats().throttledEntries).toBeLessThan(0.01 * stored);
});

test('P5: without a map one bucket for the stream finds by itself how much the stream takes', async () => {
  const { clock, producer } = makeStream(2, [
    { kind: 'failCall', operation: 'ListShards', errorCode: 'AccessDeniedException' },
    { kind: 'failCall', operation: 'DescribeStreamSummary', errorCode: 'AccessDeniedException' },
  ]);
  const put = producer({ maxOutstandingRecords: 5_000 });
  for (const shard of evenShards(2)) flood(put, keysOf(shard, 200), 10);
  await clock.advance(15_000);
  expect(put.stats().shards.map(({ shardId }) => shardId)).toEqual([undefined]);
  const stored = await storedDuring(clock, put, 8_000);
  expect(stored).toBeGreaterThan(0.6 * 8 * 2 * capRecords);
  expect(put.stats().storedEntries).toBe(put.stats().storedRecords);
});

test('P5: a throttled shard is sent less and less, and its full rate again once it takes it', async () => {
  const { clock, kinesis, producer } = makeStream(2);
  const put = producer({ maxOutstandingRecords: 5_000 });
  const [hot, cold] = evenShards(2);
  flood(put, keysOf(hot, 20), 5_000);
  flood(put, keysOf(cold, 20), 5_000);
  const rates = () => put.stats().shards.map(({ rateBytesPerSecond }) => rateBytesPerSecond / mib);
  await clock.advance(3_000);
  expect(rates()).toEqual([1, 1]);
  const throttle = kinesis.faults.add({ kind: 'throttleShard', shardId: hot?.shardId ?? '' });
  const before = put.stats();
  await clock.advance(10_000);
  const during = put.stats();
  expect(rates()[0]).toBeLessThan(0.3);
  expect(rates()[1]).toBe(1);
  const gained = (at: number) =>
    (during.shards[at]?.storedRecords ?? 0) - (before.shards[at]?.storedRecords ?? 0);
  expect(gained(0)).toBeLessThan(200);
  expect(gained(1)).toBeGreaterThan(1_500);
  throttle.remove();
  await clock.advance(40_000);
  expect(rates()).toEqual([1, 1]);
});

test('P5: two producers on one shard end up with about half of it each, also when one was first', async () => {
  const { clock, producer } = makeStream(1);
  const first = producer({ aggregate: 'never' }, 3);
  const second = producer({ aggregate: 'never' }, 4);
  flood(first, oneKeyEach(300), 10);
  await clock.advance(5_000);
  flood(second, oneKeyEach(300), 10);
  await clock.advance(30_000);
  const before = second.stats().storedRecords;
  const ofFirst = await storedDuring(clock, first, 30_000);
  const ofSecond = second.stats().storedRecords - before;
  expect(ofFirst + ofSecond).toBeGreaterThan(0.75 * 30 * capRecords);
  expect(ofFirst / (ofFirst + ofSecond)).toBeGreaterThan(0.4);
  expect(ofFirst / (ofFirst + ofSecond)).toBeLessThan(0.6);
});

test.each(['key', 'none'] as const)(
  'P5: a hot key is held to its shard, and the rest of the stream flows, ordering %s',
  async (ordering) => {
    const { clock, producer } = makeStream(2);
    const [hot, cold] = evenShards(2);
    const put = producer({ aggregate: 'never', ordering, maxOutstandingRecords: 5_000 });
    flood(put, [keyOf(hot)], 100);
    flood(put, keysOf(cold, 300), 100);
    await clock.advance(2_000);
    const before = put.stats();
    await clock.advance(10_000);
    const after = put.stats();
    const gained = (at: number) =>
      (after.shards[at]?.storedRecords ?? 0) - (before.shards[at]?.storedRecords ?? 0);
    expect(gained(1)).toBeGreaterThan(0.9 * 10 * capRecords);
    expect(gained(0)).toBeGreaterThan(0);
  },
);

test('P2, P5: where the records of a hot shard fill the bound, those of others come in as they stand in line', async () => {
  const { clock, producer } = makeStream(2);
  const [hot, cold] = evenShards(2);
  const put = producer({ aggregate: 'never', maxOutstandingRecords: 500 });
  // Ten for the hot shard to one for the other: a tenth of the hot shard's rate is what the other gets, and it is not less.
  flood(put, [...keysOf(hot, 300), ...keysOf(cold, 30)], 100);
  await clock.advance(2_000);
  const before = put.stats();
  await clock.advance(10_000);
  const after = put.stats();
  const gained = (at: number) =>
    (after.shards[at]?.storedRecords ?? 0) - (before.shards[at]?.storedRecords ?? 0);
  expect(gained(0)).toBeGreaterThan(0.9 * 10 * capRecords);
  expect(gained(1)).toBeGreaterThan(0.09 * gained(0));
  expect(after.failedRecords).toEqual({});
});

test('P5: three producers that leave each other room by rateLimitPercent fill the shard and are never refused', async () => {
  const { clock, producer } = makeStream(1);
  const producers = [3, 4, 5].map((seed) => producer({ aggregate: 'never', rateLimitPercent: 33 }, seed));
  for (const put of producers) flood(put, oneKeyEach(300), 10);
  await clock.advance(2_000);
  const before = producers.map((put) => put.stats().storedRecords);
  await clock.advance(10_000);
  const stored = producers.map((put, at) => put.stats().storedRecords - (before[at] ?? 0));
  expect(stored.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0.95 * 10 * capRecords);
  for (const put of producers) expect(put.stats().throttledEntries).toBe(0);
});
