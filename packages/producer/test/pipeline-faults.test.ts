import { expect, test } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import type { PutScript, ReceivedPut } from './support/fake-kinesis-api.js';
import { failing, refusing, serviceError, unanswered } from './support/fake-kinesis-api.js';
import {
  failureOf,
  makeProducer,
  startProducer,
  textOf,
  textsIn,
  watch,
} from './support/producer-under-test.js';
import { evenShards, keyOf, shardId } from './support/shards.js';

const record = (data: string, partitionKey = 'a') => ({ partitionKey, data });
const numbered = (count: number) => Array.from({ length: count }, (_, at) => `${at}`);

/** The service refuses any request that holds one of `poison`. */
function refusingPoison(poison: readonly string[], store: PutScript): PutScript {
  return (put) => {
    if (textsIn(put.entries).some((text) => poison.includes(text))) throw serviceError('ValidationException');
    return store(put);
  };
}

test.each([
  ['ResourceNotFoundException', 'STREAM_NOT_FOUND'],
  ['AccessDeniedException', 'ACCESS_DENIED'],
  ['KMSDisabledException', 'ENCRYPTION_KEY_UNUSABLE'],
  ['KMSAccessDeniedException', 'ENCRYPTION_KEY_UNUSABLE'],
  ['UnrecognizedClientException', 'CREDENTIALS_REJECTED'],
  ['CredentialsProviderError', 'CREDENTIALS_REJECTED'],
])('P7: %s of a request fails its records at once with %s', async (name, code) => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.onPut = failing(name);
  const error = failureOf(producer.put(record('x')));
  await clock.advance(0);
  expect(await error).toMatchObject({ code, serviceError: name, retryable: false, mayBeStored: false });
  expect((await error).message).toContain(`"tweets"`);
  expect(api.puts).toHaveLength(1);
});

test('P7: a request that the client itself cannot make fails its records at once', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.onPut = () => {
    throw new Error('Region is missing');
  };
  const error = failureOf(producer.put(record('x')));
  await clock.advance(0);
  expect(await error).toMatchObject({ code: 'CLIENT_MISCONFIGURED', retryable: false });
  expect((await error).message).toContain('Region is missing');
});

test.each([
  ['InternalFailure', failing('InternalFailure', 500), 'transient'],
  ['ServiceUnavailable', failing('ServiceUnavailable', 503), 'transient'],
  ['an unknown name with status 500', failing('SomethingNew', 500), 'transient'],
  ['a whole request throttled', failing('LimitExceededException'), 'throttled'],
  ['KMSThrottlingException', failing('KMSThrottlingException'), 'throttled'],
  [
    'a broken connection',
    () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' })),
    'no-answer',
  ],
  ['fewer answers than entries', () => [], 'malformed-answer'],
  [
    'more answers than entries',
    (put: ReceivedPut) => [...put.entries, ...put.entries].map(() => ({ shardId: 's', sequenceNumber: '1' })),
    'malformed-answer',
  ],
  ['an entry failed', refusing('InternalFailure'), 'transient'],
  ['an entry throttled', refusing('ProvisionedThroughputExceededException'), 'throttled'],
  ['an entry with an unknown error', refusing('SomethingNew'), 'transient'],
] as const)('P7: %s is tried again', async (_what, script, reason) => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.script(script as PutScript);
  const put = producer.put(record('x'));
  await clock.advance(5_000);
  await expect(put).resolves.toMatchObject({ attempts: [{ success: false }, { success: true }] });
  expect(producer.stats().retriedRecords).toEqual({ [reason]: 1 });
  expect(api.heldRequests).toBe(0);
});

test('P1: answers that do not count up are taken for no answer: everything goes again and may be stored', async () => {
  const { producer, api, clock } = await startProducer({
    aggregate: 'never',
    lingerMs: 0,
    recordTtlMs: 1_000,
  });
  api.onPut = (put) => api.store(put).slice(1);
  const batch = producer.putMany(['a', 'b', 'c'].map((key) => record(key, key)));
  await clock.advance(5_000);
  const failures = [...(await batch).failures()];
  expect(failures.map(({ error }) => (error as RecordFailedError).mayBeStored)).toEqual([true, true, true]);
});

test('P7: one entry that is refused for good fails alone; those that failed in passing go again', async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never', lingerMs: 0 });
  api.script(({ entries }) =>
    entries.map((entry, at) => {
      if (at === 1) return { errorCode: 'KMSNotFoundException', errorMessage: 'no such key' };
      if (at === 2) return { errorCode: 'InternalFailure', errorMessage: 'try again' };
      return api.storeOne(entry);
    }),
  );
  const batch = producer.putMany(['a', 'b', 'c', 'd'].map((key) => record(key, key)));
  await clock.advance(5_000);
  expect([...(await batch)].map((outcome) => (outcome.stored ? 'stored' : outcome.error.code))).toEqual([
    'stored',
    'ENCRYPTION_KEY_UNUSABLE',
    'stored',
    'stored',
  ]);
  expect(api.puts.map(({ entries }) => textsIn(entries))).toEqual([['a', 'b', 'c', 'd'], ['c']]);
});

test('P7: only throttled entries count as throttled, and only they teach the limiter', async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never', lingerMs: 0 });
  api.script(({ entries }) =>
    entries.map((entry, at) => {
      if (at === 0) return { errorCode: 'ProvisionedThroughputExceededException', errorMessage: 'slow down' };
      if (at <= 3) return { errorCode: 'InternalFailure', errorMessage: 'try again' };
      return api.storeOne(entry);
    }),
  );
  const batch = producer.putMany(numbered(6).map((key) => record(key, key)));
  await clock.advance(5_000);
  await batch;
  expect(producer.stats()).toMatchObject({
    throttledEntries: 1,
    retriedRecords: { throttled: 1, transient: 3 },
  });
});

test.each([1, 2, 7, 100])(
  'P7: a record that makes the service refuse the request fails alone, among %i',
  async (count) => {
    const { producer, api, clock } = await startProducer({ aggregate: 'never', lingerMs: 0 });
    const poison = String(Math.floor(count / 2));
    api.onPut = refusingPoison([poison], (put) => api.store(put));
    const batch = producer.putMany(numbered(count).map((text) => record(text, `k${text}`)));
    await clock.advance(10_000);
    const failures = [...(await batch).failures()];
    expect(failures.map(({ index, error }) => [index, error.code])).toEqual([
      [Number(poison), 'RECORD_REFUSED'],
    ]);
    expect(textsIn(api.stored).toSorted()).toEqual(
      numbered(count)
        .filter((text) => text !== poison)
        .toSorted(),
    );
    expect(api.puts.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count + 1)) + 3);
  },
);

test.each([1, 2, 7, 100])('P7: the same inside an aggregate of %i', async (count) => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  const poison = String(count - 1);
  api.onPut = refusingPoison([poison], (put) => api.store(put));
  const batch = producer.putMany(numbered(count).map((text) => record(text, `k${Number(text) % 5}`)));
  await clock.advance(10_000);
  const failures = [...(await batch).failures()];
  expect(failures.map(({ index, error }) => [index, error.code])).toEqual([[count - 1, 'RECORD_REFUSED']]);
  const readBack = failures.map(({ error }) => textOf((error as RecordFailedError).record.data));
  expect(readBack).toEqual([poison]);
  expect(textsIn(api.stored)).toHaveLength(count - 1);
});

test('P3, P7: bisecting keeps the order of every key, and of what was put meanwhile', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.onPut = refusingPoison(['13'], (put) => api.store(put));
  const batch = producer.putMany(numbered(30).map((text) => record(text, `k${Number(text) % 3}`)));
  await clock.advance(0);
  const more = producer.putMany(
    numbered(30).map((text) => record(`${Number(text) + 30}`, `k${Number(text) % 3}`)),
  );
  await clock.advance(20_000);
  await Promise.all([batch, more]);
  for (const key of [0, 1, 2]) {
    const numbers = textsIn(api.stored)
      .map(Number)
      .filter((number) => number % 3 === key);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  }
  expect(textsIn(api.stored)).toHaveLength(59);
});

test('P7: a bad record of one shard does not fail the aggregate of another in the same request', async () => {
  const shards = evenShards(2);
  const { producer, api, clock } = await startProducer({ lingerMs: 0 }, 2);
  api.onPut = refusingPoison(['bad'], (put) => api.store(put));
  const batch = producer.putMany([
    record('bad', keyOf(shards[0])),
    record('good neighbour', keyOf(shards[0])),
    record('other shard', keyOf(shards[1])),
  ]);
  await clock.advance(5_000);
  expect([...(await batch)].map(({ stored }) => stored)).toEqual([false, true, true]);
});

test('P7: two bad records among good ones are both found', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.onPut = refusingPoison(['3', '17'], (put) => api.store(put));
  const batch = producer.putMany(numbered(20).map((text) => record(text, `k${text}`)));
  await clock.advance(10_000);
  expect([...(await batch).failures()].map(({ index }) => index)).toEqual([3, 17]);
  expect(textsIn(api.stored)).toHaveLength(18);
});

test('P1: expiry fails exactly the records that are too old, also inside an aggregate, and says why', async () => {
  const { producer, api, clock } = await startProducer({ recordTtlMs: 1_000, lingerMs: 999 });
  api.onPut = refusing('ProvisionedThroughputExceededException');
  const old = watch(producer.put(record('old')));
  await clock.advance(600);
  const young = watch(producer.put(record('young')));
  void producer.flush();
  await clock.advance(560);
  expect(old.state).toMatchObject({ code: 'RECORD_EXPIRED', retryable: true, mayBeStored: false });
  expect((old.state as Error).message).toContain('ProvisionedThroughputExceededException');
  expect((old.state as Error & { ageMs: number }).ageMs).toBeGreaterThanOrEqual(1_000);
  expect(textOf((old.state as RecordFailedError).record.data)).toBe('old');
  api.onPut = (put) => api.store(put);
  await clock.advance(400);
  expect([young.state, textsIn(api.stored)]).toEqual(['stored', ['young']]);
  expect(producer.stats().failedRecords).toEqual({ RECORD_EXPIRED: 1 });
});

test('P1: expiry acts between attempts only: a record in flight may still be stored', async () => {
  const { producer, api, clock } = await startProducer({ recordTtlMs: 500, lingerMs: 0 });
  let answer = () => {};
  api.script((put) => new Promise((resolve) => (answer = () => resolve(api.store(put)))));
  const put = watch(producer.put(record('x')));
  await clock.advance(3_000);
  expect(put.state).toBe('pending');
  answer();
  await clock.advance(0);
  expect(put.state).toBe('stored');
});

test('P1: records that lost their shard expire as well', async () => {
  const { producer, api, clock } = await startProducer({
    recordTtlMs: 1_000,
    lingerMs: 0,
    requestTimeoutMs: 300,
  });
  api.onPut = unanswered;
  const puts = numbered(5).map((text) => watch(producer.put(record(text, `k${text}`))));
  await clock.advance(10);
  api.shards = evenShards(2, 1);
  void producer.start();
  await clock.advance(5_000);
  expect(puts.map(({ state }) => (state as RecordFailedError).code)).toEqual(
    puts.map(() => 'RECORD_EXPIRED'),
  );
  expect(producer.stats().outstandingRecords).toBe(0);
});

test('what failed is told as an event, with code and shard', async () => {
  const { producer, api, clock, events } = await startProducer({ lingerMs: 0 });
  api.onPut = failing('AccessDeniedException');
  const batch = producer.putMany([record('x'), record('y')]);
  await clock.advance(0);
  await batch;
  expect(events).toContainEqual({
    type: 'failed',
    reason: 'ACCESS_DENIED',
    shardId: shardId(0),
    userRecords: 2,
    errorCode: 'AccessDeniedException',
    message: expect.stringContaining('Grant kinesis:PutRecords'),
  });
});

test('records that fail together while the shards are unknown are told of together', async () => {
  const { producer, api, clock, events } = makeProducer({ lingerMs: 0, recordTtlMs: 1_000 });
  api.onPut = failing('InternalFailure', 500);
  api.list = () => Promise.reject(serviceError('InternalFailure', 500));
  const batch = producer.putMany(numbered(100).map((text) => record(text, `k${text}`)));
  await clock.advance(20_000);
  expect([...(await batch).failures()]).toHaveLength(100);
  const failed = events.filter((event) => event.type === 'failed');
  expect(failed.reduce((sum, { userRecords }) => sum + userRecords, 0)).toBe(100);
  expect(failed.length).toBeLessThan(5);
});

test.each([
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'KMSThrottlingException',
  'InternalFailure',
])('P5: while %s refuses every request there are few of them, however many shards wait', async (name) => {
  const shards = 64;
  const { producer, api, clock } = await startProducer({ lingerMs: 0 }, shards);
  api.onPut = failing(name, name === 'InternalFailure' ? 500 : 400);
  const batch = producer.putMany(evenShards(shards).map((shard) => record('x', keyOf(shard))));
  await clock.advance(60_000);
  expect(api.puts.length).toBeGreaterThan(30);
  expect(api.puts.length).toBeLessThan(150);
  const last = api.puts.map(({ atMs }) => Math.floor(atMs / 1_000));
  expect(new Set(last.slice(-30)).size).toBeGreaterThan(10);
  api.onPut = (put) => api.store(put);
  await clock.advance(5_000);
  expect([...(await batch)].every(({ stored }) => stored)).toBe(true);
});
