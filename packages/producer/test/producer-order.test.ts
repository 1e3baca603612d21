import { expect, test } from 'vitest';
import type { ReceivedPut } from './support/fake-kinesis-api.js';
import { failing, refusing, unanswered } from './support/fake-kinesis-api.js';
import {
  makeProducer,
  type ProducerUnderTest,
  startProducer,
  textsIn,
  watch,
} from './support/producer-under-test.js';
import { evenShards, keyOf, keysOf, shardId } from './support/shards.js';

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

/** Every request takes 50 ms from now on; says how many were in flight at once, at most. */
function slowRequests({ api, clock }: ProducerUnderTest): { most: number } {
  const inFlight = { now: 0, most: 0 };
  api.onPut = async (put) => {
    inFlight.now += 1;
    inFlight.most = Math.max(inFlight.most, inFlight.now);
    await new Promise<void>((resolve) => clock.schedule(50, resolve));
    inFlight.now -= 1;
    return api.store(put);
  };
  return inFlight;
}

/** A producer of a stream that says that it places records itself. */
async function startOnAuto(options = {}, shards = 4): Promise<ProducerUnderTest> {
  const made = makeProducer({ lingerMs: 5, ...options }, shards);
  made.api.summary = { ...made.api.summary, recordDistribution: 'AUTO' };
  await made.producer.start();
  return made;
}

test.each([
  ['one key', 1, 'auto'],
  ['many keys', 900, 'auto'],
  ['one key, without aggregation', 1, 'never'],
] as const)('where the stream says that it has no order none is kept: %s', async (_what, keys, aggregate) => {
  const made = await startOnAuto({ aggregate, maxInFlightRequests: 3 }, 64);
  const inFlight = slowRequests(made);
  const names = Array.from({ length: keys }, (_, at) => `k${at}`);
  const batch = watch(made.producer.putMany(recordsOf(names, 3_600 / keys)));
  await made.clock.advance(300);
  expect([batch.state, made.api.puts.length, inFlight.most]).toEqual(['stored', 8, 3]);
});

test('P3: where the stream says that it places by key, or nothing, order is kept although records land elsewhere', async () => {
  for (const recordDistribution of ['USER_PARTITION_KEY', undefined] as const) {
    const made = await startProducer({ lingerMs: 0 }, 2);
    const { producer, api, clock, events } = made;
    api.summary = { ...api.summary, recordDistribution };
    api.script(({ entries }) =>
      entries.map((entry) => api.storeOne(entry, shardId(api.shardOf(entry) === shardId(0) ? 1 : 0))),
    );
    const inFlight = slowRequests(made);
    const first = watch(producer.putMany(recordsOf(upTo(8).map(String), 1)));
    await clock.advance(2_000);
    const batch = watch(producer.putMany(recordsOf(['a', 'b'], 20)));
    await clock.advance(60_000);
    expect(events.map(({ type }) => type)).toContain('aggregation-stopped');
    expect([first.state, batch.state, inFlight.most]).toEqual(['stored', 'stored', 1]);
    const keys = api.puts.slice(-20).map(({ entries }) => entries.map(({ partitionKey }) => partitionKey));
    expect(keys.map((names) => names.toSorted())).toEqual(Array(20).fill(['a', 'b']));
  }
});

test('where records land elsewhere the stream is asked at once whether it has an order', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 }, 2);
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  api.script(({ entries }) =>
    entries.map((entry) => api.storeOne(entry, shardId(api.shardOf(entry) === shardId(0) ? 1 : 0))),
  );
  const first = watch(producer.putMany(recordsOf(upTo(8).map(String), 1)));
  await clock.advance(2_000);
  expect([first.state, api.describeCalls]).toEqual(['stored', 2]);
  const batch = watch(producer.putMany(recordsOf(['a'], 2_000)));
  await clock.advance(1_000);
  expect(batch.state).toBe('stored');
});

test.each([
  ['with a map', true],
  ['without one', false],
])(
  'P3: a stream that has no order any more gets one again for what is put from then on, %s',
  async (_what, listed) => {
    const made = makeProducer({ lingerMs: 0, maxInFlightRequests: 8 }, 2);
    const { producer, api, clock } = made;
    api.summary = { ...api.summary, recordDistribution: 'AUTO' };
    if (!listed) api.list = failing('AccessDeniedException') as () => never;
    await Promise.all([producer.start(), clock.advance(10)]);
    api.summary = { ...api.summary, recordDistribution: 'USER_PARTITION_KEY' };
    // Each request takes as long as chance has it, and every third fails in part: the first copies of late ones come after newer ones.
    let sent = 0;
    api.onPut = async (put) => {
      sent += 1;
      const number = sent;
      await new Promise<void>((resolve) => clock.schedule(20 + ((number * 37) % 200), resolve));
      return put.entries.map((entry, at) =>
        number % 3 === 0 && at % 2 === 0 ? failed : api.storeOne(entry),
      );
    };
    const batches: Promise<unknown>[] = [];
    const before: Promise<unknown>[] = [];
    let put = 0;
    let resumedAt = 0;
    while (resumedAt === 0 || put < resumedAt + 100) {
      const isMapped = producer.stats().shards.some((shard) => shard.shardId !== undefined);
      if (listed ? isMapped : api.describeCalls > 1) resumedAt ||= put;
      (resumedAt > 0 ? batches : before).push(producer.put({ partitionKey: 'a', data: `a:${put}` }));
      put += 1;
      await clock.advance(resumedAt > 0 ? 250 : 50);
    }
    await clock.advance(60_000);
    await Promise.all([...before, ...batches]);
    const numbers = numbersByKey(textsIn(api.stored)).a ?? [];
    const earlier = numbers.filter((number) => number < resumedAt);
    expect(earlier).not.toEqual(earlier.toSorted((one, other) => one - other));
    expect(numbers.slice(resumedAt)).toEqual(upTo(put).slice(resumedAt));
  },
);
