import { expect, test } from 'vitest';
import { unanswered } from '../support/fake-kinesis-api.js';
import { makeProducer, settledNow, startProducer, textsIn, watch } from '../support/producer-under-test.js';
import { manyRecords, Service, textOf } from './service.js';

/* Group "Lifecycle" of the KPL's conformance list: flush, close, giving up, and what is held meanwhile. */

test('flush resolves when all prior records are settled, and waits for none that comes later', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 60_000 });
  const early = producer.putMany(manyRecords(100));
  const flushed = watch(producer.flush());
  api.script((put) => new Promise((resolve) => clock.schedule(400, () => resolve(api.store(put)))));
  api.onPut = unanswered;
  const late = watch(producer.put({ partitionKey: 'late', data: 'late' }));
  await clock.advance(399);
  expect(flushed.state).toBe('pending');
  await clock.advance(1);
  expect(flushed.state).toBe('stored');
  expect([...(await settledNow(early)).failures()]).toEqual([]);
  expect(late.state).toBe('pending');
});

test('flush covers what throttling and retries hold back', async () => {
  const faults = [
    { kind: 'throttleShard', times: 30 },
    { kind: 'failRecord', skip: 5, times: 10 },
  ] as const;
  const service = new Service({ faults, options: { lingerMs: 60_000, aggregate: 'never' } });
  const outcomes = service.producer.putMany(manyRecords(200));
  const flushed = service.producer.flush().then(() => service.producer.stats());
  expect(await service.within(60_000, flushed)).toMatchObject({ outstandingRecords: 0, storedRecords: 200 });
  expect([...(await outcomes).failures()]).toEqual([]);
});

test('close drains: everything accepted or waiting is stored first', async () => {
  const service = new Service({ options: { lingerMs: 60_000, maxOutstandingRecords: 50 } });
  const outcomes = service.producer.putMany(manyRecords(400));
  const closed = service.producer.close({ deadlineMs: 60_000 }).then(() => service.producer.stats());
  const left = { outstandingRecords: 0, waitingPuts: 0 };
  expect(await service.within(60_000, closed)).toMatchObject({ storedRecords: 400, ...left });
  expect([...(await outcomes).failures()]).toEqual([]);
  expect((await service.read()).map(textOf).sort()).toEqual(
    manyRecords(400)
      .map(({ data }) => data)
      .sort(),
  );
});

test('abort settles every promise: close by its signal fails what is left, each with its record', async () => {
  const { producer, api, clock } = makeProducer({ lingerMs: 0, maxOutstandingRecords: 30 });
  api.onPut = unanswered;
  const records = manyRecords(40);
  const puts = records.map((record) =>
    producer.put(record).then(
      () => undefined,
      (error) => error,
    ),
  );
  const many = producer.putMany(manyRecords(20));
  await clock.advance(100);
  const abort = new AbortController();
  const closed = producer.close({ deadlineMs: 3_600_000, signal: abort.signal }).catch((error) => error);
  abort.abort(new Error('enough'));
  await clock.advance(2_000);
  expect((await settledNow(closed)).code).toBe('CLOSE_TIMEOUT');
  const errors = await settledNow(Promise.all(puts));
  expect(errors.slice(0, 30).map(({ code, mayBeStored }) => [code, mayBeStored])).toEqual(
    Array(30).fill(['SHUTDOWN_TIMEOUT', true]),
  );
  expect(errors.slice(30).map(({ code }) => code)).toEqual(Array(10).fill('PRODUCER_CLOSED'));
  expect(errors.slice(0, 30).map(({ record }) => textOf(record))).toEqual(
    records.slice(0, 30).map(({ data }) => data),
  );
  expect([...(await settledNow(many)).failures()]).toHaveLength(20);
  expect(clock.pending).toBe(0);
});

test('memory bounded under a stalled server: callers wait, and nothing above the bound is held', async () => {
  const maxOutstandingBytes = 1_048_576;
  // Of the large ones the bytes bound who waits, too.
  for (const dataBytes of [1_000, 50_000]) {
    const { producer, api, clock } = await startProducer(
      { maxOutstandingBytes, maxWaitingPuts: 100, requestTimeoutMs: 1_000 },
      4,
    );
    api.onPut = unanswered;
    const refused: string[] = [];
    const puts = 3_000_000 / dataBytes;
    for (let at = 0; at < puts; at += 1) {
      void producer
        .put({ partitionKey: `key-${at}`, data: 'x'.repeat(dataBytes) })
        .catch(({ code }) => refused.push(code));
      if (at % (puts / 30) === 0) await clock.advance(100);
      const { outstandingBytes, heldBytes, waitingPuts } = producer.stats();
      expect(outstandingBytes).toBeLessThanOrEqual(maxOutstandingBytes);
      expect(heldBytes).toBeLessThanOrEqual(maxOutstandingBytes);
      expect(waitingPuts).toBeLessThanOrEqual(Math.min(100, maxOutstandingBytes / dataBytes + 1));
    }
    const { outstandingRecords } = producer.stats();
    expect(outstandingRecords * dataBytes).toBeGreaterThan(500_000);
    expect(new Set(refused)).toEqual(new Set(['BUFFER_FULL']));
    const inFlight = api.puts
      .filter(({ signal }) => !signal.aborted)
      .flatMap(({ entries }) => textsIn(entries));
    expect(inFlight.length).toBeLessThanOrEqual(outstandingRecords);
  }
});
