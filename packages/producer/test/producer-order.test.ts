import { expect, test } from 'vitest';
import type { ReceivedPut } from './support/fake-kinesis-api.js';
import { failing, refusing, unanswered } from './support/fake-kinesis-api.js';
import { startProducer, textsIn } from './support/producer-under-test.js';
import { evenShards, keyOf, keysOf } from './support/shards.js';

const throttled = { errorCode: 'ProvisionedThroughputExceededException', errorMessage: 'slow down' };
const failed = { errorCode: 'InternalFailure', errorMessage: 'try again' };

/** Puts `count` records of each key, one key after the other; the texts are `key:number`. */
function recordsOf(keys: readonly string[], count: number, data = '') {
  return Array.from({ length: count * keys.length }, (_, at) => {
    const partitionKey = keys[at % keys.length] ?? '';
    return { partitionKey, data: `${partitionKey}:${Math.floor(at / keys.length)}:${data}` };
  });
}

/** First copies by key, as numbers. */
function numbersByKey(texts: readonly string[]): Record<string, number[]> {
  const byKey: Record<string, number[]> = {};
  for (const text of new Set(texts)) {
    const [key = '', number] = text.split(':');
    byKey[key] = [...(byKey[key] ?? []), Number(number)];
  }
  return byKey;
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);
const inOrder = (keys: readonly string[], count: number) =>
  Object.fromEntries(keys.map((key) => [key, upTo(count)]));

test.each(['auto', 'never'] as const)(
  'P3: the records of a key stand in put order (aggregate: %s)',
  async (aggregate) => {
    const { producer, api, clock } = await startProducer(
      { aggregate, aggregateBytes: 1_024, lingerMs: 5 },
      3,
    );
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const batches: Promise<unknown>[] = [];
    for (const record of recordsOf(keys, 40)) {
      batches.push(producer.put(record));
      await clock.advance(1);
    }
    await clock.advance(2_000);
    await Promise.all(batches);
    expect(numbersByKey(textsIn(api.stored))).toEqual(inOrder(keys, 40));
  },
);

test.each(['auto', 'never'] as const)(
  'P3: also where the service throttles and fails entries (aggregate: %s)',
  async (aggregate) => {
    const { producer, api, clock } = await startProducer(
      { aggregate, aggregateBytes: 1_024, lingerMs: 5 },
      3,
    );
    let number = 0;
    const partly = (put: ReceivedPut) =>
      put.entries.map((entry) => {
        number += 1;
        if (number % 3 === 0) return throttled;
        return number % 5 === 0 ? failed : api.storeOne(entry);
      });
    api.onPut = partly;
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const batch = producer.putMany(recordsOf(keys, 40, 'x'.repeat(90)));
    await clock.advance(110_000);
    expect([...(await batch).failures()]).toEqual([]);
    expect(producer.stats().throttledEntries).toBeGreaterThan(0);
    expect(numbersByKey(textsIn(api.stored))).toEqual(inOrder(keys, 40));
  },
);

test('P3: also where whole requests fail, or are answered with the wrong number of entries', async () => {
  const { producer, api, clock } = await startProducer({ aggregateBytes: 1_024, lingerMs: 5 }, 2);
  api.script(
    failing('InternalFailure', 500),
    () => [],
    failing('KMSThrottlingException'),
    (put) => put.entries.map(() => throttled),
    (put) => [...put.entries.map(() => failed), failed],
  );
  const keys = ['a', 'b', 'c'];
  const batch = producer.putMany(recordsOf(keys, 30, 'x'.repeat(50)));
  await clock.advance(60_000);
  expect([...(await batch).failures()]).toEqual([]);
  expect(numbersByKey(textsIn(api.stored))).toEqual(inOrder(keys, 30));
});

test("P3: a shard has one request in flight with ordering: 'key', several with 'none'", async () => {
  for (const [ordering, inFlight] of [
    ['key', 1],
    ['none', 3],
  ] as const) {
    const { producer, api, clock } = await startProducer({ ordering, lingerMs: 0, aggregateBytes: 1_024 });
    api.onPut = unanswered;
    for (let at = 0; at < 3; at += 1) {
      void producer.put({ partitionKey: 'a', data: 'x'.repeat(2_000) }).catch(() => {});
      await clock.advance(20);
    }
    expect([ordering, producer.stats().inFlightRequests]).toEqual([ordering, inFlight]);
  }
});

test('P3: without aggregation a request holds one record of a key, and as many keys as it may', async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never', lingerMs: 0 });
  const batch = producer.putMany(recordsOf(['a', 'b', 'c'], 4));
  await clock.advance(1_000);
  await batch;
  expect(api.puts.map(({ entries }) => entries.map(({ partitionKey }) => partitionKey))).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ]);
});

test('P3: records of one partition key with different explicit hash keys are different keys', async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never', lingerMs: 0 });
  const batch = producer.putMany([
    { partitionKey: 'a', explicitHashKey: '1', data: '0' },
    { partitionKey: 'a', explicitHashKey: '01', data: '1' },
    { partitionKey: 'a', explicitHashKey: '2', data: '2' },
    { partitionKey: 'a', data: '3' },
  ]);
  await clock.advance(1_000);
  await batch;
  expect(api.puts.map(({ entries }) => textsIn(entries))).toEqual([['0', '2', '3'], ['1']]);
});

test('P3: a record that fails leaves a gap, never a swap', async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never', lingerMs: 0 });
  api.onPut = (put) =>
    put.entries.map((entry) =>
      textsIn([entry])[0] === 'a:1:'
        ? { errorCode: 'KMSDisabledException', errorMessage: 'off' }
        : api.storeOne(entry),
    );
  const batch = producer.putMany(recordsOf(['a', 'b'], 4));
  await clock.advance(1_000);
  expect([...(await batch).failures()].map(({ index }) => index)).toEqual([2]);
  expect(numbersByKey(textsIn(api.stored))).toEqual({ a: [0, 2, 3], b: upTo(4) });
});

test('P3: an attempt that is not answered is repeated from where it began, and runs on in order', async () => {
  const { producer, api, clock } = await startProducer({
    aggregateBytes: 1_024,
    lingerMs: 0,
    requestTimeoutMs: 500,
  });
  api.script((put) => {
    api.store(put);
    return unanswered();
  });
  const batch = producer.putMany(recordsOf(['a'], 30, 'x'.repeat(90)));
  await clock.advance(10_000);
  expect([...(await batch).failures()]).toEqual([]);
  const texts = textsIn(api.stored).map((text) => Number(text.split(':')[1]));
  const repeats = texts.length - 30;
  expect(repeats).toBeGreaterThan(0);
  expect(texts).toEqual([...upTo(repeats), ...upTo(30)]);
});

test('P3: a large record keeps its place among small ones, alone', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 50 });
  const batch = producer.putMany(
    ['0', '1', '2'.repeat(60_000), '3', '4'].map((data) => ({ partitionKey: 'a', data })),
  );
  await clock.advance(1_000);
  await batch;
  expect(api.stored.map((entry) => textsIn([entry]).map((text) => text.slice(0, 1)))).toEqual([
    ['0', '1'],
    ['2'],
    ['3', '4'],
  ]);
  expect(api.stored[1]?.aggregated).toBe(false);
  expect(producer.stats().sealed).toMatchObject({ 'large-record': 1 });
});

test('P3: a lower sequence number in a later request of a shard is counted and told, once for each', async () => {
  const { producer, api, clock, events } = await startProducer({ lingerMs: 0 });
  const numbers = ['20', '9', '30', '100'];
  const { shardId = '' } = evenShards(1)[0] ?? {};
  api.onPut = ({ entries }) => entries.map(() => ({ shardId, sequenceNumber: numbers.shift() ?? '' }));
  for (const data of ['0', '1', '2', '3']) {
    const put = producer.put({ partitionKey: 'a', data });
    await clock.advance(10);
    await put;
  }
  // A newer map tells it from a stream that was made anew, whose numbers begin again.
  await clock.advance(1_000);
  expect(producer.stats().orderInverted).toBe(1);
  expect(events.filter(({ type }) => type === 'order-inverted')).toEqual([
    { type: 'order-inverted', reason: 'sequence-number', shardId },
  ]);
});

test('a shard that is throttled does not hold up the others (P5), nor mix their order', async () => {
  const shards = evenShards(2);
  const { producer, api, clock } = await startProducer({ lingerMs: 0, aggregateBytes: 1_024 }, 2);
  const hot = shards[0]?.shardId;
  api.onPut = (put) =>
    put.entries.map((entry) => (api.shardOf(entry) === hot ? throttled : api.storeOne(entry)));
  const hotKey = keyOf(shards[0]);
  const coldKeys = keysOf(shards[1], 2);
  const hotBatch = producer.putMany(recordsOf([hotKey], 20));
  const coldBatch = producer.putMany(recordsOf(coldKeys, 20));
  await clock.advance(1_000);
  await coldBatch;
  expect(numbersByKey(textsIn(api.stored))).toEqual(inOrder(coldKeys, 20));
  api.onPut = (put) => api.store(put);
  await clock.advance(10_000);
  await hotBatch;
  expect(numbersByKey(textsIn(api.stored))).toEqual(inOrder([hotKey, ...coldKeys], 20));
});

test('a request that is throttled goes again later each time, and later still', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.onPut = refusing(throttled.errorCode);
  void producer.put({ partitionKey: 'a', data: 'x' }).catch(() => {});
  await clock.advance(60_000);
  const attempts = api.puts.length;
  expect(attempts).toBeGreaterThan(20);
  expect(attempts).toBeLessThan(200);
});
