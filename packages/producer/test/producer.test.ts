import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { decodeAggregate } from '@shardline/aggregation';
import { expect, test, vi } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import type { Outcome, Outcomes } from '../src/outcomes.js';
import { Producer } from '../src/producer.js';
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

test('makes no request before start() or the first put', async () => {
  const { producer, api, clock } = makeProducer();
  await clock.advance(120_000);
  expect([api.queries.length, api.describeCalls, api.puts.length]).toEqual([0, 0, 0]);
  expect(clock.pending).toBe(0);
  const put = producer.put({ partitionKey: 'a', data: 'x' });
  await clock.advance(200);
  await put;
  expect(api.queries).toEqual([{ filter: 'at-latest' }]);
});

test('start() fetches the shard map once, so that the first put has it', async () => {
  const { producer, api, clock } = await startProducer({}, 2);
  const put = producer.put({ partitionKey: 'a', data: 'x' });
  await clock.advance(100);
  await put;
  expect([api.queries.length, api.describeCalls]).toEqual([1, 1]);
});

test.each([
  ['ResourceNotFoundException', 'STREAM_NOT_FOUND'],
  ['ExpiredTokenException', 'CREDENTIALS_REJECTED'],
])('start() rejects %s with %s, which names the stream', async (name, code) => {
  const { producer, api } = makeProducer();
  api.list = failing(name) as () => never;
  const error = await failureOf(producer.start());
  expect(error).toMatchObject({ code, serviceError: name, retryable: false });
  expect(error.message).toContain('"tweets"');
});

test('start() does not reject where the right to list shards is missing: puts go on without aggregation', async () => {
  const { producer, api, clock } = makeProducer();
  api.list = failing('AccessDeniedException') as () => never;
  await expect(producer.start()).resolves.toBeUndefined();
  const put = producer.put({ partitionKey: 'a', data: 'x' });
  await clock.advance(100);
  await put;
  expect(api.stored.map(({ aggregated }) => aggregated)).toEqual([false]);
});

test('start() does not reject for a fault that passes', async () => {
  const { producer, api } = makeProducer();
  api.list = failing('InternalFailure', 500) as () => never;
  await expect(producer.start()).resolves.toBeUndefined();
});

test('put resolves with shard, sequence number, sub-sequence number and attempts', async () => {
  const { producer, api, clock } = await startProducer();
  const puts = ['x', 'y', 'z'].map((data) => producer.put({ partitionKey: 'a', data }));
  await clock.advance(100);
  const [stored] = api.stored;
  for (const [index, result] of (await Promise.all(puts)).entries()) {
    expect(result).toEqual({
      shardId: stored?.shardId,
      sequenceNumber: stored?.sequenceNumber,
      subSequenceNumber: index,
      attempts: [{ delayMs: 100, durationMs: 0, success: true }],
    });
  }
  expect(textsIn(api.stored)).toEqual(['x', 'y', 'z']);
});

test('put takes bytes and text, and gives bytes of its own to the service', async () => {
  const { producer, api, clock } = await startProducer();
  const data = Uint8Array.of(1, 2, 3);
  const puts = [producer.put({ partitionKey: 'a', data }), producer.put({ partitionKey: 'a', data: 'ñ 🙂' })];
  data.fill(9);
  await clock.advance(100);
  await Promise.all(puts);
  const members = decodeAggregate(api.stored[0]?.data ?? new Uint8Array()) ?? [];
  expect([...(members[0]?.data ?? [])]).toEqual([1, 2, 3]);
  expect(textOf(members[1]?.data ?? '')).toBe('ñ 🙂');
});

test('put counts the attempts, with the wait before each and what it ended in', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.script(refusing('InternalFailure'), failing('ServiceUnavailable', 503));
  const put = producer.put({ partitionKey: 'a', data: 'x' });
  await clock.advance(5_000);
  const { attempts } = await put;
  expect(attempts.map(({ success, errorCode }) => [success, errorCode])).toEqual([
    [false, 'InternalFailure'],
    [false, 'ServiceUnavailable'],
    [true, undefined],
  ]);
  expect(attempts.every(({ delayMs, durationMs }) => delayMs >= 0 && durationMs >= 0)).toBe(true);
});

test('putMany resolves when each record is settled, in the order given, whatever shard each went to', async () => {
  const shards = evenShards(3);
  const { producer, api, clock } = await startProducer({}, 3);
  const keys = [2, 0, 1, 0, 2].map((at) => keyOf(shards[at]));
  const batch = producer.putMany(keys.map((partitionKey, at) => ({ partitionKey, data: `${at}` })));
  await clock.advance(100);
  const outcomes = await batch;
  expect(outcomes.length).toBe(5);
  expect([...outcomes].map(({ index, stored }) => [index, stored])).toEqual(
    [0, 1, 2, 3, 4].map((at) => [at, true]),
  );
  const shardIds = [...outcomes].map((outcome) => outcome.stored && outcome.result.shardId);
  expect(shardIds).toEqual([2, 0, 1, 0, 2].map((at) => shards[at]?.shardId));
  expect([...outcomes.failures()]).toEqual([]);
  expect(api.puts).toHaveLength(1);
});

test('putMany of nothing resolves at once, without a request', async () => {
  const { producer, api } = makeProducer();
  const outcomes = await producer.putMany([]);
  expect([outcomes.length, [...outcomes]]).toEqual([0, []]);
  expect(() => outcomes.at(0)).toThrow(RangeError);
  expect(api.queries).toEqual([]);
});

test('P7: a bad record of putMany fails alone and at once; the others are stored', async () => {
  const { producer, api, clock } = await startProducer();
  const records = [
    { partitionKey: 'a', data: 'first' },
    { partitionKey: '', data: 'x' },
    { partitionKey: 'k'.repeat(300), data: 'x' },
    { partitionKey: 'a', data: 'second' },
    { partitionKey: 'a', explicitHashKey: '340282366920938463463374607431768211456', data: 'x' },
    { partitionKey: 'a', data: 'x'.repeat(1_048_577) },
    undefined as never,
    { partitionKey: 'a', data: 7 as never },
    { partitionKey: 'a', data: 'third' },
  ];
  const batch = producer.putMany(records);
  await clock.advance(100);
  const failures = [...(await batch).failures()].map(({ index, error }) => [index, error.code]);
  expect(failures).toEqual([
    [1, 'INVALID_RECORD'],
    [2, 'INVALID_RECORD'],
    [4, 'INVALID_RECORD'],
    [5, 'RECORD_TOO_LARGE'],
    [6, 'INVALID_RECORD'],
    [7, 'INVALID_RECORD'],
  ]);
  expect(textsIn(api.stored)).toEqual(['first', 'second', 'third']);
});

test('putMany of nothing but bad records resolves without a request', async () => {
  const { producer, api } = makeProducer();
  const outcomes = await producer.putMany([{ partitionKey: '', data: '' }]);
  expect([...outcomes.failures()].map(({ index }) => index)).toEqual([0]);
  expect(api.queries).toEqual([]);
});

test.each([
  ['an empty partition key', { partitionKey: '', data: '' }, 'INVALID_RECORD', 'partitionKey'],
  [
    'a partition key of 300 characters',
    { partitionKey: 'k'.repeat(300), data: '' },
    'INVALID_RECORD',
    'partitionKey',
  ],
  [
    'a hash key of 2^128',
    { partitionKey: 'a', explicitHashKey: String(1n << 128n), data: '' },
    'INVALID_RECORD',
    'explicitHashKey',
  ],
  [
    'a negative hash key',
    { partitionKey: 'a', explicitHashKey: '-1', data: '' },
    'INVALID_RECORD',
    'explicitHashKey',
  ],
  ['data of another type', { partitionKey: 'a', data: {} as never }, 'INVALID_RECORD', 'data'],
])('put rejects %s at once, naming it, and affects nothing else', async (_what, record, code, member) => {
  const { producer, clock } = await startProducer();
  const good = producer.put({ partitionKey: 'a', data: 'good' });
  const error = await failureOf(producer.put(record));
  expect(error).toMatchObject({ code, member, retryable: false });
  expect(error.message).toContain(member);
  expect(producer.stats()).toMatchObject({ acceptedRecords: 1, outstandingRecords: 1 });
  await clock.advance(100);
  await expect(good).resolves.toBeDefined();
});

test('a record above the limit of the stream is refused with its size and the limit', async () => {
  const { producer } = await startProducer();
  const error = await failureOf(producer.put({ partitionKey: 'abc', data: 'x'.repeat(1_048_574) }));
  expect(error).toMatchObject({ code: 'RECORD_TOO_LARGE', sizeBytes: 1_048_577, limitBytes: 1_048_576 });
});

test('a stream that allows larger records gets them, before and after it is described', async () => {
  const { producer, api, clock } = makeProducer();
  api.summary = { ...api.summary, maxRecordBytes: 2_097_152 };
  const first = producer.put({ partitionKey: 'a', data: 'x'.repeat(2_000_000) });
  const tooLarge = watch(producer.put({ partitionKey: 'a', data: 'x'.repeat(2_097_152) }));
  await clock.advance(10_000);
  await first;
  expect(tooLarge.state).toMatchObject({ code: 'RECORD_TOO_LARGE', limitBytes: 2_097_152 });
  const second = producer.put({ partitionKey: 'a', data: 'y'.repeat(2_000_000) });
  await clock.advance(10_000);
  await second;
  expect(api.stored.map(({ data }) => data.length)).toEqual([2_000_000, 2_000_000]);
});

test('tryPut needs onOutcomes, and tells it what became of each record', async () => {
  const told: Outcome[] = [];
  const { producer, api, clock } = await startProducer({ onOutcomes: (outcomes) => told.push(...outcomes) });
  expect(producer.tryPut({ partitionKey: 'a', data: 'x' })).toBe(true);
  expect(producer.tryPut({ partitionKey: 'b', data: 'y' })).toBe(true);
  expect(() => producer.tryPut({ partitionKey: '', data: 'z' })).toThrow(/partitionKey/);
  await clock.advance(100);
  expect(told.map(({ index, stored }) => [index, stored])).toEqual([
    [0, true],
    [1, true],
  ]);
  expect(textsIn(api.stored)).toEqual(['x', 'y']);
  const silent = makeProducer();
  expect(() => silent.producer.tryPut({ partitionKey: 'a', data: 'x' })).toThrow(/onOutcomes/);
});

test('P2: tryPut refuses what does not fit, and waitForRoom resolves when it would', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 2, onOutcomes: () => {} });
  const record = { partitionKey: 'a', data: 'x' };
  expect([producer.tryPut(record), producer.tryPut(record), producer.tryPut(record)]).toEqual([
    true,
    true,
    false,
  ]);
  const room = watch(producer.waitForRoom());
  expect(room.state).toBe('pending');
  await clock.advance(0);
  expect(room.state).toBe('stored');
  expect(producer.tryPut(record)).toBe(true);
  expect(api.stored).toHaveLength(1);
});

test('waitForRoom ends for a record that only the description of the stream can judge', async () => {
  const { producer, clock } = makeProducer({ onOutcomes: () => {} });
  const record = { partitionKey: 'a', data: 'x'.repeat(1_500_000) };
  expect(producer.tryPut(record)).toBe(false);
  const room = watch(producer.waitForRoom());
  await clock.advance(1_000);
  expect(room.state).toBe('stored');
  expect(() => producer.tryPut(record)).toThrow(expect.objectContaining({ code: 'RECORD_TOO_LARGE' }));
});

test('waitForRoom resolves at once where there is room', async () => {
  const { producer } = await startProducer({ onOutcomes: () => {} });
  await expect(producer.waitForRoom()).resolves.toBeUndefined();
});

test('onOutcomes is told once of every accepted record, however it was put, also of failed ones', async () => {
  const told: Outcome[] = [];
  const onOutcomes = (outcomes: Outcomes) => void told.push(...outcomes);
  const { producer, api, clock } = await startProducer({ onOutcomes, lingerMs: 0 });
  api.script((put) =>
    put.entries.map((entry, at) =>
      at === 1 ? { errorCode: 'KMSDisabledException', errorMessage: 'off' } : api.storeOne(entry),
    ),
  );
  const large = 'x'.repeat(60_000);
  const put = watch(producer.put({ partitionKey: 'a', data: large }));
  const batch = producer.putMany([{ partitionKey: 'b', data: large }]);
  producer.tryPut({ partitionKey: 'c', data: large });
  await clock.advance(1_000);
  expect(put.state).toBe('stored');
  const [failed] = (await batch).failures();
  expect(failed?.error.code).toBe('ENCRYPTION_KEY_UNUSABLE');
  expect(told.map(({ stored }) => stored)).toEqual([true, false, true]);
});

test('P1: a callback that throws changes nothing for any record, and each is warned of once', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const throwing = () => {
    throw new Error('from the callback');
  };
  const { producer, clock } = await startProducer({ onOutcomes: throwing, onEvent: throwing });
  const puts = [
    producer.put({ partitionKey: 'a', data: 'x' }),
    producer.put({ partitionKey: 'a', data: 'y' }),
  ];
  await clock.advance(100);
  await Promise.all(puts);
  const more = producer.put({ partitionKey: 'a', data: 'z' });
  await clock.advance(100);
  await more;
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, storedRecords: 3 });
  expect(warn).toHaveBeenCalledTimes(2);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('from the callback'), {
    code: 'SHARDLINE_CALLBACK_FAILED',
  });
  warn.mockRestore();
});

test('P1: records put from within callbacks are settled like any other', async () => {
  let left = 20;
  const nested: Promise<unknown>[] = [];
  const again = () => {
    if (left === 0) return;
    left -= 1;
    nested.push(made.producer.put({ partitionKey: `n${left}`, data: 'x'.repeat(400) }));
  };
  const made = makeProducer({ onEvent: again, onOutcomes: again, aggregateBytes: 1_024 });
  const { producer, api, clock } = made;
  const batch = producer.putMany(
    Array.from({ length: 20 }, (_, at) => ({ partitionKey: `p${at}`, data: 'y'.repeat(400) })),
  );
  await clock.advance(5_000);
  expect([...(await batch).failures()]).toEqual([]);
  await Promise.all(nested);
  expect(nested.length).toBe(20);
  expect(textsIn(api.stored)).toHaveLength(40);
  expect(producer.stats().outstandingRecords).toBe(0);
});

test('P1: a failed record can be read back from its error, also out of an aggregate', async () => {
  const { producer, api, clock } = await startProducer();
  api.script(refusing('KMSDisabledException'));
  const records = [
    { partitionKey: 'a', data: 'x' },
    { partitionKey: 'clé 🙂', explicitHashKey: '42', data: Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2, 0) },
    { partitionKey: 'a', data: '' },
  ];
  const batch = producer.putMany(records);
  await clock.advance(100);
  const failures = [...(await batch).failures()];
  expect(failures).toHaveLength(3);
  for (const [at, { error }] of failures.entries()) {
    const { record, mayBeStored, stream } = error as RecordFailedError;
    expect({ ...record, data: [...Buffer.from(record.data)] }).toEqual({
      ...records[at],
      data: [...Buffer.from(records[at]?.data ?? '')],
    });
    expect([mayBeStored, stream]).toEqual([false, 'tweets']);
  }
});

test('P1: an attempt that was never answered makes the error say that the record may be stored', async () => {
  const { producer, api, clock } = await startProducer({
    recordTtlMs: 5_000,
    requestTimeoutMs: 1_000,
    lingerMs: 0,
  });
  api.onPut = unanswered;
  const put = watch(producer.put({ partitionKey: 'a', data: 'x' }));
  await clock.advance(10_000);
  expect(put.state).toMatchObject({ code: 'RECORD_EXPIRED', mayBeStored: true, retryable: true });
  expect((put.state as Error).message).toContain('may have been stored');
  expect(api.puts.length).toBeGreaterThan(1);
});

test('P1: a record that was never sent is said not to be stored when it expires', async () => {
  const { producer, api, clock } = await startProducer({ recordTtlMs: 2_000, lingerMs: 0 });
  api.onPut = unanswered;
  void producer.put({ partitionKey: 'a', data: 'in flight' }).catch(() => {});
  await clock.advance(10);
  const waiting = watch(producer.put({ partitionKey: 'a', data: 'behind it' }));
  await clock.advance(3_000);
  expect(waiting.state).toMatchObject({ code: 'RECORD_EXPIRED', mayBeStored: false, attempts: [] });
  expect((waiting.state as Error).message).toContain('never sent');
});

test('stats() tells what is held and what was done, and agrees with what the service saw', async () => {
  const { producer, api, clock } = await startProducer({}, 2);
  api.script(refusing('ProvisionedThroughputExceededException'));
  const batch = producer.putMany(
    Array.from({ length: 50 }, (_, at) => ({ partitionKey: `k${at}`, data: 'x' })),
  );
  const before = producer.stats();
  expect(before).toMatchObject({
    acceptedRecords: 50,
    outstandingRecords: 50,
    storedRecords: 0,
    waitingPuts: 0,
  });
  expect(before.outstandingBytes).toBeGreaterThan(50);
  await clock.advance(5_000);
  await batch;
  const after = producer.stats();
  const sent = api.puts.reduce((sum, put) => sum + put.entries.length, 0);
  const storedBytes = api.stored.reduce(
    (sum, { data, partitionKey }) => sum + data.length + partitionKey.length,
    0,
  );
  expect(after).toMatchObject({
    acceptedRecords: 50,
    storedRecords: 50,
    outstandingRecords: 0,
    outstandingBytes: 0,
    inFlightRequests: 0,
    requests: api.puts.length,
    sentEntries: sent,
    storedEntries: api.stored.length,
    storedBytes,
    throttledEntries: 2,
    retriedRecords: { throttled: 50 },
    failedRecords: {},
    sealed: { linger: 2 },
  });
  expect(after.shards.map((shard) => shard.shardId)).toEqual(evenShards(2).map((shard) => shard.shardId));
  expect(after.shards.reduce((sum, shard) => sum + shard.storedRecords, 0)).toBe(50);
  expect(before.storedRecords).toBe(0);
});

test('events say what happened and why, to the listener and on the diagnostics channel', async () => {
  const published: { stream: string; event: { type: string; reason: string } }[] = [];
  const listen = (message: unknown) => void published.push(message as (typeof published)[number]);
  subscribe('shardline:producer', listen);
  const { producer, api, clock, events } = await startProducer({ lingerMs: 40 });
  api.script(refusing('InternalFailure'));
  const put = producer.put({ partitionKey: 'a', data: 'x' });
  await clock.advance(5_000);
  await put;
  unsubscribe('shardline:producer', listen);
  expect(events.map(({ type, reason }) => [type, reason])).toEqual([
    ['shard-map', 'first'],
    ['sealed', 'linger'],
    ['retry', 'transient'],
  ]);
  expect(published.map(({ event }) => event)).toEqual(events);
  expect(published.every(({ stream }) => stream === 'tweets')).toBe(true);
});

test('several producers on one clock do not share anything', async () => {
  const one = await startProducer();
  const other = await startProducer();
  const put = one.producer.put({ partitionKey: 'a', data: 'x' });
  await one.clock.advance(100);
  await put;
  await closeInTime(one);
  expect(other.producer.stats().acceptedRecords).toBe(0);
  expect(other.api.closeCalls).toBe(0);
});

test('the constructor refuses options that are out of range or unknown', () => {
  expect(() => new Producer({ stream: 'tweets', lingerMs: -1 })).toThrow(/lingerMs/);
  expect(() => new Producer({ stream: 'tweets', linger: 5 } as never)).toThrow(/linger/);
  expect(() => new Producer({ stream: '' })).toThrow(/stream/);
});
