import { expect, test } from 'vitest';
import { failing, refusing, serviceError, unanswered } from '../support/fake-kinesis-api.js';
import { failureOf, settledNow, startProducer, textsIn } from '../support/producer-under-test.js';
import { manyRecords } from './service.js';

/* Group "Errors" of the KPL's conformance list: what is tried again, what fails, and what is said of it. */

const throttledCode = 'ProvisionedThroughputExceededException';

test('partial failure: retry only of the failed entries', async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never', lingerMs: 0 });
  api.script(({ entries }) =>
    entries.map((entry, at) =>
      [0, 2, 3, 5].includes(at)
        ? { errorCode: 'InternalFailure', errorMessage: 'again' }
        : api.storeOne(entry),
    ),
  );
  const put = producer.putMany(manyRecords(6));
  await clock.advance(10_000);
  expect([...(await settledNow(put)).failures()]).toEqual([]);
  expect(api.puts.map(({ entries }) => textsIn(entries).map((text) => text.slice(0, 1)))).toEqual([
    ['0', '1', '2', '3', '4', '5'],
    ['0', '2', '3', '5'],
  ]);
});

test('fail-if-throttled, by a short time to live: the record fails with the throttling in its history', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0, recordTtlMs: 100 });
  api.onPut = refusing(throttledCode);
  const put = failureOf(producer.put({ partitionKey: 'a', data: 'x' }));
  await clock.advance(300);
  const { code, attempts, mayBeStored } = await settledNow(put);
  expect({ code, mayBeStored }).toEqual({ code: 'RECORD_EXPIRED', mayBeStored: false });
  expect((attempts as { errorCode: string }[]).every(({ errorCode }) => errorCode === throttledCode)).toBe(
    true,
  );
});

test('TTL code: a record that is too old fails as expired, and can be read back', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0, recordTtlMs: 2_000 });
  api.onPut = refusing('InternalFailure');
  const put = failureOf(producer.put({ partitionKey: 'a', data: 'too old' }));
  await clock.advance(1_900);
  expect(producer.stats().outstandingRecords).toBe(1);
  await clock.advance(500);
  const error = await settledNow(put);
  expect(error).toMatchObject({ code: 'RECORD_EXPIRED', record: { partitionKey: 'a' } });
  expect(
    textsIn([{ partitionKey: 'a', data: (error.record as { data: Uint8Array }).data } as never]),
  ).toEqual(['too old']);
});

test('attempt history with delay and duration', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 40, aggregate: 'never' });
  const slow = <Answer>(ms: number, make: () => Answer) =>
    new Promise<Answer>((resolve) => clock.schedule(ms, () => resolve(make())));
  api.script(
    (put) => slow(5, () => refusing('InternalFailure', 'first')(put) as never),
    (put) => slow(6, () => refusing('InternalFailure', 'second')(put) as never),
    (put) => slow(7, () => api.store(put)),
  );
  const put = producer.put({ partitionKey: 'a', data: 'x' });
  await clock.advance(10);
  // Goes with the other's second attempt, and fails as that does.
  const later = producer.put({ partitionKey: 'b', data: 'y' });
  await clock.advance(5_000);
  const { attempts, sequenceNumber, shardId } = await settledNow(put);
  expect(api.puts.map(({ entries }) => entries.length)).toEqual([1, 2, 2]);
  const [first = 0, second = 0, third = 0] = api.puts.map(({ atMs }) => atMs);
  const failed = { success: false, errorCode: 'InternalFailure' };
  const stored = { delayMs: third - second - 6, durationMs: 7, success: true };
  expect(attempts).toEqual([
    { delayMs: first, durationMs: 5, ...failed, errorMessage: 'first' },
    { delayMs: second - first - 5, durationMs: 6, ...failed, errorMessage: 'second' },
    stored,
  ]);
  expect((await settledNow(later)).attempts).toEqual([
    { delayMs: second - 10, durationMs: 6, ...failed, errorMessage: 'second' },
    stored,
  ]);
  expect(api.stored[0]).toMatchObject({ sequenceNumber, shardId });
});

test.each([
  ['one too few', 1],
  ['none', 3],
])('count mismatch: %s', async (_what, missing) => {
  const { producer, api, clock, events } = await startProducer({ aggregate: 'never', lingerMs: 0 });
  api.script((put) => api.store(put).slice(missing));
  const put = producer.putMany(manyRecords(3));
  await clock.advance(10_000);
  expect([...(await settledNow(put)).failures()]).toEqual([]);
  expect(events.filter(({ type }) => type === 'retry')).toMatchObject([{ reason: 'malformed-answer' }]);
  // The first time they were stored as well: each was put again, since nobody could tell which.
  expect(textsIn(api.stored)).toEqual([...manyRecords(3), ...manyRecords(3)].map(({ data }) => data));
});

test.each([
  [
    'network reset',
    () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    'no-answer',
    'ECONNRESET',
  ],
  ['5xx', () => serviceError('ServiceUnavailable', 503), 'transient', 'ServiceUnavailable'],
] as const)('%s: the request goes again, backed off', async (_what, error, reason, errorCode) => {
  const { producer, api, clock, events } = await startProducer({ lingerMs: 0 });
  const fail = () => {
    throw error();
  };
  api.script(fail, fail, fail);
  const put = producer.put({ partitionKey: 'a', data: 'x' });
  await clock.advance(20_000);
  const { attempts } = await settledNow(put);
  expect(attempts.map((attempt) => attempt.errorCode)).toEqual([errorCode, errorCode, errorCode, undefined]);
  expect(events.filter(({ type }) => type === 'retry').map((event) => event.reason)).toEqual([
    reason,
    reason,
    reason,
  ]);
  expect(attempts.slice(1).reduce((sum, { delayMs }) => sum + delayMs, 0)).toBeGreaterThan(50);
});

test('no answer at all: the attempt is given up after the time-out, and the record goes again', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0, requestTimeoutMs: 500 });
  api.script(unanswered);
  const put = producer.put({ partitionKey: 'a', data: 'x' });
  await clock.advance(10_000);
  const { attempts } = await settledNow(put);
  expect(attempts).toMatchObject([{ durationMs: 500, errorCode: 'TimeoutError' }, { success: true }]);
  expect(api.puts[0]?.signal.aborted).toBe(true);
});

test.each([
  ['AccessDeniedException', 'ACCESS_DENIED'],
  ['UnrecognizedClientException', 'CREDENTIALS_REJECTED'],
  ['ResourceNotFoundException', 'STREAM_NOT_FOUND'],
  ['KMSDisabledException', 'ENCRYPTION_KEY_UNUSABLE'],
])('auth fail-fast (improvement): %s', async (name, code) => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.script(failing(name));
  const put = failureOf(producer.put({ partitionKey: 'a', data: 'x' }));
  await clock.advance(10);
  expect(await settledNow(put)).toMatchObject({ code, mayBeStored: false, serviceError: name });
  expect(api.puts).toHaveLength(1);
  const after = producer.put({ partitionKey: 'a', data: 'y' });
  await clock.advance(5_000);
  expect(await settledNow(after)).toMatchObject({ shardId: api.stored[0]?.shardId });
});

test('poison isolation (improvement): one record that the service refuses a request for fails alone', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 }, 3);
  api.onPut = (put) => {
    if (textsIn(put.entries).some((text) => text.startsWith('137:')))
      throw serviceError('ValidationException');
    return api.store(put);
  };
  const put = producer.putMany(manyRecords(400));
  await clock.advance(100_000);
  const failures = [...(await settledNow(put)).failures()];
  expect(failures.map(({ index, error }) => [index, error.code])).toEqual([[137, 'RECORD_REFUSED']]);
  expect(new Set(textsIn(api.stored)).size).toBe(399);
});
