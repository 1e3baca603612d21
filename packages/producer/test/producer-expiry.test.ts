import { describe, expect, test } from 'vitest';
import type { ProducerOptions } from '../src/producer-options.js';
import { failing, refusing, unanswered } from './support/fake-kinesis-api.js';
import { failureOf, makeProducer, startProducer, watch } from './support/producer-under-test.js';
import { shardId } from './support/shards.js';

interface Silence extends Pick<ProducerOptions, 'recordTtlMs' | 'requestTimeoutMs' | 'ordering'> {
  readonly recordTtlMs: number;
  readonly requestTimeoutMs: number;
  readonly mapKnown?: boolean;
}

/** Puts while nothing is answered, and notes when each put was settled and how old its record was when it was sent. */
async function playSilence({ mapKnown = true, ...options }: Silence) {
  const { producer, api, clock } = makeProducer({ lingerMs: 5, ...options }, 2);
  if (mapKnown) await producer.start();
  api.onPut = unanswered;
  api.describe = unanswered;
  api.list = unanswered;
  const startMs = clock.monotonic();
  const settledMs: number[] = [];
  const sentMs: number[] = [];
  const states: ReturnType<typeof watch>[] = [];
  const stepMs = options.recordTtlMs / 20;
  for (let at = 0; at < 10; at += 1) {
    const putMs = clock.monotonic();
    const put = producer.put({ partitionKey: `k${at}`, data: `${putMs}` });
    states.push(watch(put));
    void put.catch(({ attempts }) => {
      settledMs.push(clock.monotonic() - putMs);
      for (const { startedMs } of timesOf(attempts)) sentMs.push(startedMs);
    });
    await clock.advance(stepMs);
  }
  await clock.advance(options.recordTtlMs + options.requestTimeoutMs + 2_000);
  return { states, settledMs, sentMs, requests: api.puts.map(({ atMs }) => atMs - startMs) };
}

/** When each attempt began, from the put on. */
function timesOf(attempts: readonly { delayMs: number; durationMs: number }[]) {
  let endMs = 0;
  return attempts.map(({ delayMs, durationMs }) => {
    const startedMs = endMs + delayMs;
    endMs = startedMs + durationMs;
    return { startedMs };
  });
}

describe.each<Silence>([
  { recordTtlMs: 5_000, requestTimeoutMs: 6_000 },
  { recordTtlMs: 2_000, requestTimeoutMs: 1_000 },
  { recordTtlMs: 3_000, requestTimeoutMs: 3_000 },
  { recordTtlMs: 10_000, requestTimeoutMs: 2_000, ordering: 'none' },
  { recordTtlMs: 13_000, requestTimeoutMs: 1_000, mapKnown: false },
])('P1: where nothing is answered, %j', (silence) => {
  test('each put is settled within recordTtlMs + requestTimeoutMs + 1 s', async () => {
    const { states, settledMs } = await playSilence(silence);
    expect(states.map(({ state }) => state)).toMatchObject(states.map(() => ({ code: 'RECORD_EXPIRED' })));
    expect(Math.max(...settledMs)).toBeLessThanOrEqual(
      silence.recordTtlMs + silence.requestTimeoutMs + 1_000,
    );
  });

  test('no record is sent that has reached recordTtlMs', async () => {
    const { sentMs, requests } = await playSilence(silence);
    expect(requests.length).toBeGreaterThan(0);
    expect(Math.max(...sentMs)).toBeLessThan(silence.recordTtlMs);
  });
});

test('a record that was never sent says how the shards could not be learnt, and so does stats()', async () => {
  const { producer, api, clock } = makeProducer({ recordTtlMs: 1_500, requestTimeoutMs: 1_000, lingerMs: 0 });
  api.describe = unanswered;
  api.list = unanswered;
  const expired = failureOf(producer.put({ partitionKey: 'a', data: 'x' }));
  expect(producer.stats().shardMap).toEqual({ isKnown: false });
  await clock.advance(1_200);
  const left = failureOf(producer.put({ partitionKey: 'a', data: 'x' }));
  await clock.advance(500);
  const message = 'DescribeStreamSummary was not answered within 1000 ms.';
  const lastFailure = { call: 'DescribeStreamSummary', reason: 'TimeoutError', message };
  expect(producer.stats().shardMap).toEqual({ isKnown: false, lastFailure });
  expect((await expired).message).toContain(
    `never sent, since the shards of the stream are not known: ${lastFailure.call}`,
  );
  expect((await expired).message).toContain(message);
  const closed = failureOf(producer.close({ deadlineMs: 0 }));
  await clock.advance(0);
  expect((await left).message).toContain(message);
  await closed;
});

test('a record that goes without a map does not blame the right to list shards for what held it up', async () => {
  const { producer, api, clock } = makeProducer({ lingerMs: 0, recordTtlMs: 3_000 });
  api.list = failing('AccessDeniedException') as () => never;
  api.onPut = refusing('ProvisionedThroughputExceededException');
  const put = () => failureOf(producer.put({ partitionKey: 'a', data: 'x' }));
  const [first, behind] = [put(), put()];
  await clock.advance(10_000);
  expect((await first).message).toContain('ended in ProvisionedThroughputExceededException');
  const { message } = await behind;
  expect(message).toMatch(/ 0 attempts: it was never sent\. Records before it, .* held it up/);
  const [, left] = [put(), put()];
  await clock.advance(1_000);
  const closed = failureOf(producer.close({ deadlineMs: 0 }));
  await clock.advance(0);
  expect((await left).message).toMatch(/ 0 attempts: it was never sent\. Put it again/);
  await closed;
});

test('once the shards are known no record blames them, and stats() says so', async () => {
  const { producer, api, clock } = makeProducer({ recordTtlMs: 1_500, lingerMs: 0 });
  api.describe = unanswered;
  await Promise.all([producer.start(), clock.advance(5_000)]);
  expect(producer.stats().shardMap).toMatchObject({ isKnown: true, lastFailure: { reason: 'TimeoutError' } });
  api.onPut = unanswered;
  void producer.put({ partitionKey: 'a', data: 'x' }).catch(() => {});
  await clock.advance(10);
  const behind = failureOf(producer.put({ partitionKey: 'a', data: 'x' }));
  await clock.advance(2_000);
  expect((await behind).message).toContain('it was never sent.');
});

test('P7: an outcome is not late by the wait for a map of where an aggregate landed, and says why there is none', async () => {
  const { producer, api, clock } = makeProducer({
    recordTtlMs: 10_000,
    requestTimeoutMs: 2_000,
    lingerMs: 5,
  });
  await producer.start();
  const startMs = clock.monotonic();
  api.list = unanswered;
  api.onPut = async ({ entries }) => {
    if (clock.monotonic() < startMs + 7_900) {
      return entries.map(() => ({
        errorCode: 'ProvisionedThroughputExceededException',
        errorMessage: 'slow',
      }));
    }
    await new Promise<void>((resolve) => clock.schedule(1_900, resolve));
    return entries.map((entry) => api.storeOne(entry, shardId(7)));
  };
  const puts = ['a', 'b'].map((partitionKey) => producer.put({ partitionKey, data: partitionKey }));
  const failed = Promise.all(puts.map(failureOf));
  const states = puts.map(watch);
  await clock.advance(13_000);
  expect(states.map(({ state }) => state !== 'pending')).toEqual([true, true]);
  for (const error of await failed) {
    expect(error).toMatchObject({ code: 'RECORD_EXPIRED', mayBeStored: true });
    expect(error.message).toMatch(/UnknownShard.*ListShards failed with TimeoutError.*shard-map-failed/);
  }
});

test('P7: a record that expired for want of memory for its request says so', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0, recordTtlMs: 3_000 });
  api.prepare = () => {
    throw new RangeError('Array buffer allocation failed');
  };
  const failed = failureOf(producer.put({ partitionKey: 'a', data: 'x' }));
  await clock.advance(10_000);
  expect(await failed).toMatchObject({ code: 'RECORD_EXPIRED', mayBeStored: false });
  expect((await failed).message).toContain('no memory');
});
