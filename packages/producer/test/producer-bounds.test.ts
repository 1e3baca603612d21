import { expect, test } from 'vitest';
import { PutSink } from '../src/sinks.js';
import { recordOverheadBytes } from '../src/user-record.js';
import { refusing, unanswered } from './support/fake-kinesis-api.js';
import { failureOf, startProducer, textsIn, watch } from './support/producer-under-test.js';
import { evenShards, split } from './support/shards.js';

const record = (data: string, partitionKey = 'a') => ({ partitionKey, data });
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `${from + at}`);

test('P2: no more than maxOutstandingRecords are held; the others wait, and go in put order', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 10, lingerMs: 60_000 });
  let most = 0;
  api.onPut = (put) => {
    most = Math.max(most, producer.stats().outstandingRecords);
    return api.store(put);
  };
  const puts = numbered(95).map((data) => producer.put(record(data)));
  expect(producer.stats()).toMatchObject({ outstandingRecords: 10, waitingPuts: 85 });
  await clock.advance(1_000);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, waitingPuts: 0 });
  await Promise.all(puts);
  expect(most).toBe(10);
  expect(textsIn(api.stored)).toEqual(numbered(95));
  expect(producer.stats().sealed['buffer-full']).toBeGreaterThan(0);
});

test('P2: no more than maxOutstandingBytes are held, book-keeping included', async () => {
  const maxOutstandingBytes = 1_048_576;
  const { producer, api, clock } = await startProducer({ maxOutstandingBytes });
  let most = 0;
  api.onPut = (put) => {
    most = Math.max(most, producer.stats().heldBytes);
    return api.store(put);
  };
  const data = 'x'.repeat(100_000);
  const puts = Array.from({ length: 18 }, () => producer.put(record(data)));
  // Not ten: an eighth is set aside for encoders and blocks, and a record is counted with all of its block.
  const held = 8;
  expect(producer.stats()).toMatchObject({
    outstandingRecords: held,
    outstandingBytes: held * (100_001 + recordOverheadBytes + new PutSink().recordOverheadBytes),
    waitingPuts: 10,
  });
  await clock.advance(60_000);
  await Promise.all(puts);
  expect(most).toBeLessThanOrEqual(maxOutstandingBytes);
  expect(producer.stats()).toMatchObject({ outstandingBytes: 0, outstandingRecords: 0 });
});

test('P2: a record of nearly the bound gets in once nothing is outstanding, and with a signal too, or is refused', async () => {
  const { producer, clock } = await startProducer({ maxOutstandingBytes: 1_048_576 });
  const settled = async (dataBytes: number, signal?: AbortSignal) => {
    const put = watch(producer.put(record('x'.repeat(dataBytes)), signal && { signal }));
    await clock.advance(1_000);
    return put.state instanceof Error ? (put.state as { code?: string }).code : put.state;
  };
  // Leaves an encoder behind that never grew.
  expect(await settled(60_000)).toBe('stored');
  for (const signal of [undefined, new AbortController().signal]) {
    expect(await settled(1_047_500, signal)).toBe('stored');
    expect(await settled(1_047_560, signal)).toBe('RECORD_TOO_LARGE');
  }
  expect(producer.stats()).toMatchObject({ waitingPuts: 0, outstandingRecords: 0 });
});

test('P6: a flush waits for no company', async () => {
  const { producer, clock } = await startProducer({});
  const puts = [40_000, 30_000].map((bytes) => producer.put(record('x'.repeat(bytes))));
  const flushed = watch(producer.flush());
  await clock.advance(1);
  expect(flushed.state).toBe('stored');
  await Promise.all(puts);
});

test('P2: records that are tried again count as long as they are held', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 3, lingerMs: 0 });
  api.onPut = refusing('ProvisionedThroughputExceededException');
  const puts = numbered(5).map((data) => producer.put(record(data)));
  await clock.advance(10_000);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 3, waitingPuts: 2 });
  api.onPut = (put) => api.store(put);
  await clock.advance(10_000);
  await Promise.all(puts);
  expect(textsIn(api.stored)).toEqual(numbered(5));
});

test("P2: with whenFull: 'reject' a put that does not fit fails with BUFFER_FULL at once", async () => {
  const { producer, clock } = await startProducer({ maxOutstandingRecords: 2, whenFull: 'reject' });
  const accepted = [producer.put(record('0')), producer.put(record('1'))];
  const error = await failureOf(producer.put(record('2')));
  expect(error).toMatchObject({
    code: 'BUFFER_FULL',
    retryable: true,
    outstandingRecords: 2,
    waitingPuts: 0,
  });
  expect(error.message).toContain('maxOutstandingRecords was reached. ');
  expect(error.message).not.toMatch(/maxOutstandingBytes|maxWaitingPuts/);
  const batch = producer.putMany([record('3'), record('', ''), record('4')]);
  await clock.advance(100);
  expect([...(await batch).failures()].map((failure) => failure.error.code)).toEqual([
    'BUFFER_FULL',
    expect.stringMatching(/INVALID_RECORD|BUFFER_FULL/),
    'BUFFER_FULL',
  ]);
  await Promise.all(accepted);
  const later = producer.put(record('5'));
  await clock.advance(100);
  await later;
});

test('P2: whoever waits for room gets it when the last body is given back, though that is kept for the next request', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingBytes: 1_048_576 });
  const prepare = api.prepare.bind(api);
  let idleBytes = 0;
  api.prepare = (entries) => {
    const { send } = prepare(entries);
    const bytes = entries.reduce((sum, { dataBytes }) => sum + dataBytes, 0);
    const release = () => {
      idleBytes += bytes;
    };
    return { send, release };
  };
  api.trim = () => {
    api.listener?.held(-idleBytes);
    idleBytes = 0;
  };
  const first = watch(producer.put(record('x'.repeat(20_000))));
  const second = watch(producer.put(record('y'.repeat(1_040_000))));
  const room = watch(producer.waitForRoom());
  expect(producer.stats()).toMatchObject({ outstandingRecords: 1, waitingPuts: 1 });
  await clock.advance(150);
  expect([first.state, api.puts.length]).toEqual(['stored', 2]);
  await clock.advance(150);
  expect([second.state, room.state]).toEqual(['stored', 'stored']);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, waitingPuts: 0 });
});

test('P2: more than maxWaitingPuts may not wait', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 1, maxWaitingPuts: 3 });
  const accepted = numbered(4).map((data) => producer.put(record(data)));
  expect(producer.stats()).toMatchObject({ outstandingRecords: 1, waitingPuts: 3 });
  expect(await failureOf(producer.put(record('x')))).toMatchObject({
    code: 'BUFFER_FULL',
    waitingPuts: 3,
    maxWaitingPuts: 3,
    message: expect.stringContaining('maxOutstandingRecords was reached, then maxWaitingPuts. '),
  });
  await clock.advance(1_000);
  await Promise.all(accepted);
  expect(textsIn(api.stored)).toEqual(numbered(4));
});

test('P2: what waits is bounded in bytes as well', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingBytes: 1_048_576 });
  api.onPut = unanswered;
  const data = 'x'.repeat(500_000);
  const codes: unknown[] = [];
  const noted = (error: { code: string }) => void codes.push(error.code);
  for (let at = 0; at < 8; at += 1) void producer.put(record(data)).catch(noted);
  await clock.advance(0);
  expect(codes.length).toBeGreaterThanOrEqual(3);
  expect(new Set(codes)).toEqual(new Set(['BUFFER_FULL']));
});

test('P2, P3: putMany may hold more than the bound; it goes bit by bit, in order', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 7, lingerMs: 60_000 });
  const batch = producer.putMany(numbered(50).map((data) => record(data)));
  expect(producer.stats().outstandingRecords).toBe(7);
  await clock.advance(100);
  await producer.flush();
  expect([...(await batch).failures()]).toEqual([]);
  expect(textsIn(api.stored)).toEqual(numbered(50));
});

test('P2, P3: no put passes a waiting one, nor the rest of a waiting batch', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 2, lingerMs: 0 });
  const batch = producer.putMany(numbered(5).map((data) => record(data)));
  const single = producer.put(record('5'));
  const second = producer.putMany([record('6'), record('7')]);
  let next = 8;
  const more: Promise<unknown>[] = [];
  void single.then(() => more.push(producer.put(record(String(next++)))));
  void batch.then(() => more.push(producer.put(record(String(next++)))));
  await clock.advance(1_000);
  await Promise.all([batch, single, second, ...more]);
  expect(textsIn(api.stored)).toEqual(numbered(10));
});

test('P2: a waiting put that is aborted is not accepted, and gives its place to the next', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 1, lingerMs: 1_000 });
  api.script(unanswered);
  const first = producer.put(record('0'));
  const abort = new AbortController();
  const aborted = failureOf(producer.put(record('1'), { signal: abort.signal }));
  const last = producer.put(record('2'));
  await clock.advance(10);
  const reason = new Error('no longer needed');
  abort.abort(reason);
  expect(await aborted).toMatchObject({ code: 'PUT_ABORTED', cause: reason, retryable: true });
  expect(producer.stats()).toMatchObject({ waitingPuts: 1 });
  await clock.advance(30_000);
  await Promise.all([first, last]);
  expect(textsIn(api.stored)).toEqual(['0', '2']);
});

test('P1: a batch that is aborted while it waits fails with PUT_ABORTED as far as it was not accepted', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 2, lingerMs: 1_000 });
  const abort = new AbortController();
  const batch = producer.putMany(
    numbered(6).map((data) => record(data)),
    { signal: abort.signal },
  );
  abort.abort();
  await clock.advance(5_000);
  const outcomes = await batch;
  expect([...outcomes].map((outcome) => (outcome.stored ? 'stored' : outcome.error.code))).toEqual([
    'stored',
    'stored',
    'PUT_ABORTED',
    'PUT_ABORTED',
    'PUT_ABORTED',
    'PUT_ABORTED',
  ]);
  expect(textsIn(api.stored)).toEqual(['0', '1']);
  expect(producer.stats()).toMatchObject({ waitingPuts: 0, outstandingRecords: 0 });
});

test('a signal that fired before the put refuses it, as everywhere', async () => {
  const { producer, api, clock } = await startProducer();
  const put = watch(producer.put(record('0'), { signal: AbortSignal.abort() }));
  await clock.advance(100);
  expect([put.state, textsIn(api.stored)]).toEqual([expect.objectContaining({ code: 'PUT_ABORTED' }), []]);
});

test('P2: a signal that fires after its put was accepted changes nothing', async () => {
  const { producer, api, clock } = await startProducer();
  const abort = new AbortController();
  const put = watch(producer.put(record('0'), { signal: abort.signal }));
  abort.abort();
  await clock.advance(100);
  expect([put.state, textsIn(api.stored)]).toEqual(['stored', ['0']]);
});

test('P2: nothing grows over many reshards: lanes, timers, counters', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 10 }, 2);
  const sizes = () => ({ lanes: producer.stats().shards.length, timers: clock.pending });
  const round = async (at: number) => {
    const kept = evenShards(2, 2 * at);
    api.shards = at % 2 === 0 ? split(kept, 1, 10_000 + 2 * at) : kept;
    const batch = producer.putMany(numbered(20).map((data) => record(data, `k${data}`)));
    await clock.advance(7_000);
    expect([...(await batch).failures()]).toEqual([]);
  };
  for (let at = 0; at < 4; at += 1) await round(at);
  const early = sizes();
  for (let at = 4; at < 60; at += 1) await round(at);
  expect(sizes()).toEqual(early);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, storedRecords: 1_200 });
});
