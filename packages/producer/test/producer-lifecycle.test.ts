import { expect, test } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import { failing, refusing, unanswered } from './support/fake-kinesis-api.js';
import {
  closeInTime,
  failureOf,
  makeProducer,
  startProducer,
  textOf,
  textsIn,
  watch,
} from './support/producer-under-test.js';
import { evenShards, keyOf } from './support/shards.js';

const record = (data: string, partitionKey = 'a') => ({ partitionKey, data });

test('P6: flush sends what lingers at once and settles everything accepted before it', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 60_000 }, 3);
  const batch = watch(producer.putMany(['a', 'b', 'c', 'd', 'e'].map((key) => record(key, key))));
  const flushed = watch(producer.flush());
  await clock.advance(0);
  expect([batch.state, flushed.state]).toEqual(['stored', 'stored']);
  expect(textsIn(api.stored).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(producer.stats().sealed).toEqual({ flush: api.stored.length });
});

test('P6: flush waits for nothing that is put after it', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 60_000 });
  const before = watch(producer.put(record('before')));
  const flushed = watch(producer.flush());
  const after = watch(producer.put(record('after')));
  api.script((put) => api.store(put), unanswered);
  await clock.advance(50);
  expect([before.state, flushed.state, after.state]).toEqual(['stored', 'stored', 'pending']);
  expect(textsIn(api.stored)).toEqual(['before']);
});

test('P6: what is put after a flush never shares an aggregate with what was put before', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 100 });
  api.script(refusing('InternalFailure'));
  const puts = [producer.put(record('1')), producer.put(record('2'))];
  const flushed = producer.flush();
  puts.push(producer.put(record('3')), producer.put(record('4')));
  await clock.advance(5_000);
  await Promise.all([...puts, flushed]);
  expect(api.stored.map((entry) => textsIn([entry]))).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
});

test('P6: flush resolves when the records before it have failed as well', async () => {
  const { producer, api, clock } = await startProducer();
  api.onPut = refusing('KMSDisabledException');
  const put = watch(producer.put(record('x')));
  const flushed = watch(producer.flush());
  await clock.advance(1_000);
  expect([put.state, flushed.state]).toEqual([expect.any(Error), 'stored']);
});

test('P6: flush of nothing resolves at once, without a request', async () => {
  const { producer, api } = makeProducer();
  await producer.flush();
  expect([api.puts.length, api.queries.length]).toEqual([0, 0]);
});

test('P6: a flush that is aborted rejects with the reason; its records go on', async () => {
  const { producer, api, clock } = await startProducer({ requestTimeoutMs: 1_000 });
  api.script(unanswered);
  const put = watch(producer.put(record('x')));
  const abort = new AbortController();
  const flushed = failureOf(producer.flush({ signal: abort.signal }));
  await clock.advance(500);
  const reason = new Error('enough');
  abort.abort(reason);
  expect(await flushed).toBe(reason);
  expect(await failureOf(producer.flush({ signal: abort.signal }))).toBe(reason);
  await clock.advance(5_000);
  expect(put.state).toBe('stored');
});

test('P2: flushes leave nothing behind on a signal that outlives them', async () => {
  const { producer } = await startProducer();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  for (let at = 0; at < 5; at += 1) await producer.flush({ signal });
  expect(listeners).toBe(0);
});

test('P6: close settles everything, releases the connections once, and leaves no timer', async () => {
  const under = await startProducer({ lingerMs: 10_000 }, 4);
  const { producer, api, clock } = under;
  const batch = watch(producer.putMany(Array.from({ length: 40 }, (_, at) => record(`${at}`, `k${at}`))));
  await closeInTime(under, 0);
  expect(batch.state).toBe('stored');
  expect(textsIn(api.stored)).toHaveLength(40);
  expect([api.closeCalls, clock.pending]).toEqual([1, 0]);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0, inFlightRequests: 0 });
});

test('P6: a second close returns the same promise', async () => {
  const under = await startProducer();
  const closed = under.producer.close();
  expect(under.producer.close({ deadlineMs: 1 })).toBe(closed);
  await closed;
  await under.producer[Symbol.asyncDispose]();
  expect(under.api.closeCalls).toBe(1);
});

test('P6: no timer keeps the process alive once nothing is outstanding', async () => {
  const { producer, clock } = await startProducer({ lingerMs: 60_000 });
  const idlePending = clock.pending;
  const put = watch(producer.put(record('x')));
  expect(clock.pending).toBeGreaterThan(idlePending);
  await producer.flush();
  await clock.advance(0);
  expect([put.state, clock.pending]).toEqual(['stored', idlePending]);
});

test('close before anything was put makes no request and leaves no timer', async () => {
  const { producer, api, clock } = makeProducer();
  await producer.close();
  expect([api.queries.length, api.describeCalls, api.closeCalls, clock.pending]).toEqual([0, 0, 1, 0]);
});

test('nothing is accepted after close was called, by whatever door', async () => {
  const under = await startProducer({ onOutcomes: () => {} });
  const closed = under.producer.close();
  const { producer } = under;
  for (const attempt of [
    () => producer.put(record('x')),
    () => producer.putMany([record('x')]),
    async () => producer.tryPut(record('x')),
    () => producer.waitForRoom(),
    () => producer.start(),
  ]) {
    const error = await failureOf(attempt());
    expect(error).toMatchObject({ code: 'PRODUCER_CLOSED', retryable: false });
    expect(error.message).toContain('"tweets"');
  }
  await closed;
  expect(under.api.stored).toEqual([]);
});

test('P6: close lets in and settles the puts that wait for room, before it resolves', async () => {
  const under = await startProducer({ maxOutstandingRecords: 2, lingerMs: 1_000 });
  const { producer, api, clock } = under;
  api.onPut = (put) => new Promise((resolve) => clock.schedule(50, () => resolve(api.store(put))));
  const puts = Array.from({ length: 9 }, (_, at) => watch(producer.put(record(`${at}`))));
  const batch = watch(producer.putMany([record('9'), record('10'), record('11')]));
  expect(producer.stats()).toMatchObject({ outstandingRecords: 2, waitingPuts: 10 });
  const storedAtClose = producer.close().then(() => textsIn(api.stored));
  await clock.advance(5_000);
  expect(await storedAtClose).toEqual(Array.from({ length: 12 }, (_, at) => `${at}`));
  expect(puts.map(({ state }) => state)).toEqual(puts.map(() => 'stored'));
  expect([batch.state, clock.pending]).toEqual(['stored', 0]);
});

test('P1, P6: at its deadline close fails what is left, wherever it is, and says how much that was', async () => {
  const shards = evenShards(2);
  const under = await startProducer({ maxOutstandingRecords: 4, lingerMs: 0 }, 2);
  const { producer, api, clock } = under;
  const [hot, other] = [keyOf(shards[0]), keyOf(shards[1])];
  api.onPut = unanswered;
  const inFlight = watch(producer.put(record('in flight', hot)));
  await clock.advance(10);
  const behind = [watch(producer.put(record('behind', hot))), watch(producer.put(record('behind too', hot)))];
  const elsewhere = watch(producer.put(record('elsewhere', other)));
  const waiting = watch(producer.put(record('waiting', hot)));
  const closed = failureOf(producer.close({ deadlineMs: 2_000 }));
  await clock.advance(1_999);
  expect(inFlight.state).toBe('pending');
  await clock.advance(1);
  expect(await closed).toMatchObject({ code: 'CLOSE_TIMEOUT', failedRecords: 4 });
  expect([inFlight.state, elsewhere.state]).toEqual([
    expect.objectContaining({ code: 'SHUTDOWN_TIMEOUT', mayBeStored: true }),
    expect.objectContaining({ code: 'SHUTDOWN_TIMEOUT', mayBeStored: true }),
  ]);
  for (const { state } of behind) {
    expect(state).toMatchObject({ code: 'SHUTDOWN_TIMEOUT', mayBeStored: false, attempts: [] });
  }
  const [first] = behind.map(({ state }) => state as RecordFailedError);
  expect(textOf(first?.record.data ?? '')).toBe('behind');
  expect(waiting.state).toMatchObject({ code: 'PRODUCER_CLOSED' });
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0, waitingPuts: 0 });
  expect([clock.pending, api.closeCalls]).toEqual([0, 1]);
});

test('P6: requests in flight are aborted when close gives up', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.onPut = unanswered;
  void producer.put(record('x')).catch(() => {});
  await clock.advance(0);
  const closed = failureOf(producer.close({ deadlineMs: 10 }));
  await clock.advance(10);
  await closed;
  expect(api.puts.map(({ signal }) => signal.aborted)).toEqual([true]);
});

test('P6: close gives up at once when its signal fires, or had fired before', async () => {
  for (const before of [true, false]) {
    const { producer, api, clock } = await startProducer();
    api.onPut = unanswered;
    const put = watch(producer.put(record('x')));
    const abort = new AbortController();
    if (before) abort.abort();
    const closed = failureOf(producer.close({ signal: abort.signal }));
    await clock.advance(100);
    abort.abort();
    await clock.advance(0);
    expect(await closed).toMatchObject({ code: 'CLOSE_TIMEOUT', failedRecords: 1 });
    expect(put.state).toMatchObject({ code: 'SHUTDOWN_TIMEOUT' });
    expect(clock.pending).toBe(0);
  }
});

test('P6: close says how many puts it refused where nothing else was left', async () => {
  const { producer, api, clock } = makeProducer();
  api.describe = unanswered;
  api.list = unanswered;
  const batch = watch(producer.putMany([1, 2].map(() => record('x'.repeat(1_500_000)))));
  const closed = failureOf(producer.close({ deadlineMs: 100 }));
  await clock.advance(100);
  expect(await closed).toMatchObject({ code: 'CLOSE_TIMEOUT', failedRecords: 0, refusedPuts: 2 });
  expect(batch.state).not.toBe('pending');
});

test('P6: flush of a closed producer resolves, since everything accepted is settled', async () => {
  const { producer, clock } = await startProducer();
  const put = watch(producer.put(record('x')));
  const closed = watch(producer.close());
  const flushed = watch(producer.flush());
  expect([put.state, flushed.state]).toEqual(['pending', 'pending']);
  await clock.advance(100);
  expect([closed.state, flushed.state]).toEqual(['stored', 'stored']);
  await producer.flush();
});

test('P1, P6: close gives up an aggregate that awaits a map, without waiting for the map', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.script(({ entries }) => entries.map((entry) => api.storeOne(entry, 'shardId-000000000009')));
  api.list = unanswered;
  const batch = watch(producer.putMany([record('x'), record('y', 'b')]));
  await clock.advance(100);
  expect([api.stored.length, batch.state]).toEqual([1, 'pending']);
  const closed = failureOf(producer.close({ deadlineMs: 1_000 }));
  await clock.advance(1_000);
  expect(await closed).toMatchObject({ code: 'CLOSE_TIMEOUT', failedRecords: 2 });
  expect([batch.state, clock.pending]).toEqual(['stored', 0]);
});

test('P6: records that wait for the first map are settled by close', async () => {
  const { producer, api, clock } = makeProducer();
  api.list = unanswered;
  const put = watch(producer.put(record('x')));
  const closed = failureOf(producer.close({ deadlineMs: 1_000 }));
  await clock.advance(1_000);
  expect(await closed).toMatchObject({ code: 'CLOSE_TIMEOUT' });
  expect([put.state, clock.pending]).toEqual([expect.objectContaining({ code: 'SHUTDOWN_TIMEOUT' }), 0]);
});

test('close leaves no timer where listing shards has failed', async () => {
  const { producer, api, clock } = makeProducer();
  api.list = failing('InternalFailure', 500) as () => never;
  const put = producer.put(record('x'));
  await clock.advance(3_000);
  await put;
  await producer.close();
  expect(clock.pending).toBe(0);
  const { length } = api.queries;
  await clock.advance(120_000);
  expect(api.queries).toHaveLength(length);
});

test('close ends a listing that is under way, and starts none', async () => {
  const { producer, api, clock } = await startProducer();
  const second = producer.start();
  await clock.advance(10);
  await producer.close();
  await second;
  await clock.advance(10_000);
  expect([api.queries.length, api.describeCalls, clock.pending]).toEqual([1, 1, 0]);
});

test('close waits for a record that is being retried, within its deadline', async () => {
  const under = await startProducer({ lingerMs: 0 });
  under.api.script(refusing('InternalFailure'), refusing('ProvisionedThroughputExceededException'));
  const put = watch(under.producer.put(record('x')));
  await closeInTime(under, 10_000);
  expect(put.state).toBe('stored');
  expect(under.clock.pending).toBe(0);
});

test('P6: a close() within a putMany, by an event, waits for those of its records that have still to line up', async () => {
  const closes: { state: unknown; left?: number }[] = [];
  const under = makeProducer({
    maxOutstandingRecords: 5,
    aggregateBytes: 1_024,
    onEvent: (event) => {
      if (event.type !== 'sealed' || closes.length > 0) return;
      const closed = watch(under.producer.close());
      closes.push(closed);
    },
  });
  const { producer, api, clock } = under;
  await producer.start();
  api.onPut = (put) => new Promise((resolve) => clock.schedule(10, () => resolve(api.store(put))));
  const put = producer.putMany(Array.from({ length: 20 }, (_, at) => record('x'.repeat(400), `k${at}`)));
  await clock.advance(10_000);
  expect([...(await put)].filter(({ stored }) => !stored)).toEqual([]);
  expect([closes.map(({ state }) => state), producer.stats().outstandingRecords, clock.pending]).toEqual([
    ['stored'],
    0,
    0,
  ]);
});
