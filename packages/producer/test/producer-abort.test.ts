import { getEventListeners } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EntryQueue } from '../src/entry-queue.js';
import type { RecordFailedError } from '../src/errors.js';
import type { Outcome } from '../src/outcomes.js';
import { failing, refusing, unanswered } from './support/fake-kinesis-api.js';
import {
  failureOf,
  makeProducer,
  startProducer,
  textOf,
  textsIn,
  watch,
} from './support/producer-under-test.js';
import { evenShards, keyOf, keysOf, split } from './support/shards.js';

/** What a signal does to records that are accepted: those that wait by themselves are withdrawn, the others say that it came too late. */

const record = (data: string, partitionKey = 'a') => ({ partitionKey, data });
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

test('P1: a record that waits by itself is withdrawn, gives its room back, and can be read back', async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never', lingerMs: 0 });
  api.script(unanswered);
  const first = watch(producer.put(record('0')));
  await clock.advance(0);
  const abort = new AbortController();
  const second = failureOf(producer.put(record('1'), { signal: abort.signal }));
  const third = watch(producer.put(record('2')));
  const { outstandingBytes } = producer.stats();
  const reason = new Error('no longer needed');
  abort.abort(reason);
  const error = (await second) as unknown as RecordFailedError;
  expect(error).toMatchObject({
    code: 'PUT_WITHDRAWN',
    cause: reason,
    attempts: [],
    mayBeStored: false,
    abortedTooLate: false,
    retryable: true,
  });
  expect(textOf(error.record.data)).toBe('1');
  expect(producer.stats()).toMatchObject({ outstandingRecords: 2, failedRecords: { PUT_WITHDRAWN: 1 } });
  expect(producer.stats().outstandingBytes).toBeLessThan(outstandingBytes);
  await clock.advance(30_000);
  expect([first.state, third.state, textsIn(api.stored)]).toEqual(['stored', 'stored', ['0', '2']]);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0 });
});

test('a record in an aggregate goes on, and its result says that the abort came too late', async () => {
  const { producer, api, clock } = await startProducer();
  const abort = new AbortController();
  const aborted = producer.put(record('0'), { signal: abort.signal });
  const neighbour = producer.put(record('1'));
  abort.abort();
  expect(listeners(abort.signal)).toBe(0);
  await clock.advance(1_000);
  expect([(await aborted).abortedTooLate, (await neighbour).abortedTooLate]).toEqual([true, undefined]);
  expect(textsIn(api.stored)).toEqual(['0', '1']);
});

test('a record in flight, or one that waits for its next attempt, goes on, and its error says so', async () => {
  const { producer, api, clock } = await startProducer({
    aggregate: 'never',
    lingerMs: 0,
    recordTtlMs: 5_000,
  });
  api.onPut = refusing('InternalFailure');
  const abort = new AbortController();
  const put = failureOf(producer.put(record('0'), { signal: abort.signal }));
  await clock.advance(0);
  expect(api.puts).toHaveLength(1);
  abort.abort();
  await clock.advance(60_000);
  expect(await put).toMatchObject({ code: 'RECORD_EXPIRED', abortedTooLate: true });
  api.onPut = () =>
    new Promise((resolve) => clock.schedule(100, () => resolve(api.store(api.puts.at(-1) as never))));
  const later = new AbortController();
  const inFlight = producer.put(record('1'), { signal: later.signal });
  await clock.advance(50);
  later.abort();
  await clock.advance(1_000);
  expect(await inFlight).toMatchObject({ abortedTooLate: true });
});

test('a batch: what waits for room and what waits by itself is withdrawn, what is in flight is not', async () => {
  const told: Outcome[] = [];
  const { producer, api, clock } = await startProducer({
    aggregate: 'never',
    lingerMs: 0,
    maxOutstandingRecords: 3,
    onOutcomes: (outcomes) => told.push(...outcomes),
  });
  api.onPut = (put) => new Promise((resolve) => clock.schedule(100, () => resolve(api.store(put))));
  const abort = new AbortController();
  const batch = producer.putMany(
    ['0', '1', '2', '3', '4'].map((data) => record(data)),
    { signal: abort.signal },
  );
  await clock.advance(10);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 3, waitingPuts: 2 });
  abort.abort();
  expect(producer.stats()).toMatchObject({ outstandingRecords: 1, waitingPuts: 0 });
  await clock.advance(1_000);
  const outcomes = await batch;
  expect([...outcomes].map((one) => (one.stored ? one.result.abortedTooLate : one.error.code))).toEqual([
    true,
    'PUT_WITHDRAWN',
    'PUT_WITHDRAWN',
    'PUT_ABORTED',
    'PUT_ABORTED',
  ]);
  expect(textsIn(api.stored)).toEqual(['0']);
  // Those that waited for room were never accepted: they are no outcomes of Kinesis records.
  expect(told.filter(({ stored }) => !stored)).toHaveLength(2);
});

test('P2: one signal of many waiting puts: none takes the room that another gives back', async () => {
  const { producer, api, clock } = await startProducer({
    aggregate: 'never',
    lingerMs: 0,
    maxOutstandingRecords: 2,
  });
  api.script(unanswered);
  const first = watch(producer.put(record('0')));
  await clock.advance(0);
  const abort = new AbortController();
  const puts = ['1', '2', '3', '4'].map((data) =>
    watch(producer.put(record(data), { signal: abort.signal })),
  );
  expect(listeners(abort.signal)).toBeLessThanOrEqual(2);
  abort.abort();
  await clock.advance(60_000);
  expect(puts.map(({ state }) => Object(state).code)).toEqual([
    'PUT_WITHDRAWN',
    'PUT_ABORTED',
    'PUT_ABORTED',
    'PUT_ABORTED',
  ]);
  expect([first.state, textsIn(api.stored), listeners(abort.signal)]).toEqual(['stored', ['0'], 0]);
});

test('P6: a flush counts what is withdrawn as settled', async () => {
  const { producer, api, clock } = await startProducer({
    aggregate: 'never',
    lingerMs: 0,
    recordTtlMs: 60_000,
  });
  api.onPut = unanswered;
  const put = failureOf(producer.put(record('0')));
  await clock.advance(0);
  const abort = new AbortController();
  const second = failureOf(producer.put(record('1'), { signal: abort.signal }));
  const flushed = watch(producer.flush());
  abort.abort();
  await second;
  api.onPut = failing('AccessDeniedException');
  await clock.advance(30_000);
  expect([(await put).code, flushed.state]).toEqual(['ACCESS_DENIED', 'stored']);
});

test('a record that waits for the first map is withdrawn', async () => {
  const { producer, api, clock } = makeProducer();
  api.list = () => new Promise((resolve) => clock.schedule(500, () => resolve(api.shards)));
  const abort = new AbortController();
  const put = failureOf(producer.put(record('0'), { signal: abort.signal }));
  await clock.advance(10);
  abort.abort();
  expect(await put).toMatchObject({ code: 'PUT_WITHDRAWN' });
  await clock.advance(5_000);
  expect([api.puts.length, producer.stats().outstandingBytes]).toEqual([0, 0]);
});

test('P1: a put whose record aborts it while it is let in is refused, and not stored', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 1, lingerMs: 5 });
  for (let abortAt = 1; abortAt < 9; abortAt += 1) {
    const first = producer.put(record('first'));
    const abort = new AbortController();
    let reads = 0;
    const aborting = {
      partitionKey: 'b',
      get data() {
        reads += 1;
        if (reads === abortAt) abort.abort();
        return 'aborting';
      },
    };
    const outcome = watch(producer.put(aborting, { signal: abort.signal }));
    await clock.advance(1_000);
    await first;
    const stored = textsIn(api.stored).includes('aborting');
    expect([abortAt, outcome.state === 'stored']).toEqual([abortAt, stored]);
    expect(producer.stats()).toMatchObject({ outstandingRecords: 0, waitingPuts: 0 });
    expect(listeners(abort.signal)).toBe(0);
    api.stored.length = 0;
  }
});

const shards = evenShards(64);
/** A key for each. */
const keys = shards.map(keyOf);

test.each([
  ['a signal each', () => new AbortController()],
  ['one signal', (shared: AbortController) => shared],
])('puts in many lanes, with %s: each is looked for in its own lane', async (_, abortOf) => {
  const under = await startProducer({ aggregate: 'never', maxInFlightRequests: 1 }, shards.length);
  const { producer, api, clock } = under;
  api.onPut = unanswered;
  void producer.put(record('in flight', keys[0])).catch(() => {});
  await clock.advance(0);
  const looks: number[] = [];
  const { takeLone } = EntryQueue.prototype;
  const watched = vi.spyOn(EntryQueue.prototype, 'takeLone').mockImplementation(function (
    this: EntryQueue,
    sinks,
  ) {
    looks.push(sinks.size);
    return takeLone.call(this, sinks);
  });
  onTestFinished(() => watched.mockRestore());
  const shared = new AbortController();
  const aborts: AbortController[] = [];
  const puts = [...keys, ...keys].map((key) => {
    const abort = abortOf(shared);
    aborts.push(abort);
    return watch(producer.put(record('0', key), { signal: abort.signal }));
  });
  for (const abort of aborts) abort.abort();
  expect(producer.stats().outstandingRecords).toBe(1);
  await clock.advance(0);
  expect(puts.map(({ state }) => Object(state).code)).toEqual(puts.map(() => 'PUT_WITHDRAWN'));
  expect(looks.reduce((sum, sinks) => sum + sinks, 0)).toBe(puts.length);
});

test('a batch with records in several lanes, and a record that was handed over since, are found all the same', async () => {
  const patient = { recordTtlMs: 300_000, requestTimeoutMs: 300_000 };
  const { producer, api, clock } = await startProducer(
    { aggregate: 'never', maxInFlightRequests: 1, ...patient },
    2,
  );
  const [low, high] = evenShards(2);
  api.onPut = unanswered;
  const first = watch(producer.put(record('in flight', keyOf(high))));
  await clock.advance(0);
  const [moved, batch] = [new AbortController(), new AbortController()];
  const lowKeys = keysOf(low, 2);
  const put = watch(producer.put(record('moved', lowKeys[0]), { signal: moved.signal }));
  const both = producer.putMany(
    [low, high, low].map((shard, at) => record(String(at), keyOf(shard))),
    { signal: batch.signal },
  );
  batch.abort();
  expect(producer.stats().outstandingRecords).toBe(2);
  expect([...(await both)].map((one) => !one.stored && one.error.code)).toEqual(
    Array(3).fill('PUT_WITHDRAWN'),
  );
  api.shards = split(evenShards(2), 0, 2);
  await clock.advance(75_000);
  expect(producer.stats().shards).toHaveLength(3);
  moved.abort();
  await clock.advance(0);
  expect([first.state, Object(put.state).code]).toEqual(['pending', 'PUT_WITHDRAWN']);
});

test('P1: a record that is aborted by whoever hears of what it sealed is withdrawn', async () => {
  const [low, high] = evenShards(2);
  const abort = new AbortController();
  const { producer, api, clock } = await startProducer(
    {
      maxOutstandingRecords: 3,
      lingerMs: 5,
      recordTtlMs: 300_000,
      requestTimeoutMs: 300_000,
      onEvent: (event) => {
        if (event.type === 'sealed' && event.reason === 'large-record') abort.abort();
      },
    },
    2,
  );
  const answer = new Promise<void>((resolve) => clock.schedule(100, resolve));
  api.onPut = async (put) => {
    if (textsIn(put.entries).includes('high')) await answer;
    else await unanswered();
    return api.store(put);
  };
  void producer.put(record('low', keyOf(low))).catch(() => {});
  await clock.advance(10);
  void producer.put(record('high', keyOf(high))).catch(() => {});
  await clock.advance(10);
  void producer.put(record('open', keyOf(low))).catch(() => {});
  const large = watch(producer.put(record('x'.repeat(100_000), keyOf(low)), { signal: abort.signal }));
  expect(producer.stats().waitingPuts).toBe(1);
  await clock.advance(200);
  expect([abort.signal.aborted, Object(large.state).code]).toEqual([true, 'PUT_WITHDRAWN']);
});
