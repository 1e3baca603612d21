import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import { refusing, unanswered } from './support/fake-kinesis-api.js';
import {
  failureOf,
  makeProducer,
  startProducer,
  textOf,
  textsIn,
  watch,
} from './support/producer-under-test.js';

const record = (data: string, partitionKey = 'a') => ({ partitionKey, data });
const numbers = (count: number) => Array.from({ length: count }, (_, at) => `${at}`);
const onOutcomes = () => {};

/** A source that counts what was taken from it. */
function countingSource(count: number): { readonly source: Readable; given: number } {
  const counted = { source: Readable.from(generate()), given: 0 };
  function* generate() {
    for (const text of numbers(count)) {
      counted.given += 1;
      yield record(text);
    }
  }
  return counted;
}

test('a pipeline ends when everything is stored, in order, without waiting for a linger', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes, lingerMs: 60_000 });
  const sink = producer.writable();
  const piped = watch(pipeline(Readable.from(numbers(500).map((text) => record(text))), sink));
  await clock.advance(0);
  expect(piped.state).toBe('stored');
  expect(textsIn(api.stored)).toEqual(numbers(500));
  expect([sink.takenRecords, sink.writableFinished]).toEqual([500, true]);
});

test('P6: it does not finish before what it took is settled, and waits for nothing else', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes, lingerMs: 1_000, ordering: 'none' });
  const answers: (() => void)[] = [];
  api.onPut = (put) => new Promise((resolve) => answers.push(() => resolve(api.store(put))));
  const sink = producer.writable();
  let finished = false;
  sink.on('finish', () => {
    finished = true;
  });
  sink.end(record('its own'));
  await clock.advance(0);
  void producer.put(record('of another'));
  await clock.advance(2_000);
  expect([answers.length, finished]).toEqual([2, false]);
  answers[0]?.();
  await clock.advance(0);
  expect(finished).toBe(true);
});

test('P2: it takes no more than the bounds of the producer allow, and holds no more than 16 besides', async () => {
  const { producer, api, clock } = await startProducer({
    onOutcomes,
    maxOutstandingRecords: 10,
    lingerMs: 0,
  });
  let mostOutstanding = 0;
  api.onPut = (put) => {
    mostOutstanding = Math.max(mostOutstanding, producer.stats().outstandingRecords);
    return new Promise((resolve) => clock.schedule(10, () => resolve(api.store(put))));
  };
  const counted = countingSource(1_000);
  const sink = producer.writable();
  const piped = watch(pipeline(counted.source, sink));
  await clock.advance(5);
  expect([sink.takenRecords, producer.stats().waitingPuts]).toEqual([10, 1]);
  // 16 in the sink, and as many as the source itself has read ahead.
  expect(counted.given).toBeLessThanOrEqual(10 + 16 + counted.source.readableHighWaterMark + 1);
  await clock.advance(10_000);
  expect([piped.state, textsIn(api.stored)]).toEqual(['stored', numbers(1_000)]);
  expect(mostOutstanding).toBe(10);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0, waitingPuts: 0 });
});

test('P2: it waits its turn among the puts, also where puts would not: maxWaitingPuts is not for it', async () => {
  const { producer, api, clock } = await startProducer({
    onOutcomes,
    maxOutstandingRecords: 2,
    whenFull: 'reject',
  });
  const sink = producer.writable();
  for (const text of numbers(5)) sink.write(record(text));
  expect(await failureOf(producer.put(record('put')))).toMatchObject({ code: 'BUFFER_FULL' });
  const ended = watch(new Promise<void>((resolve) => sink.end(resolve)));
  await clock.advance(10_000);
  expect([ended.state, textsIn(api.stored)]).toEqual(['stored', numbers(5)]);
});

test('a record that is refused ends it with its typed error, and what stood before it is stored', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes });
  const sink = producer.writable();
  const source = Readable.from([record('1'), record('2'), record('3', ''), record('4')]);
  const error = await failureOf(pipeline(source, sink));
  expect(error).toMatchObject({ code: 'INVALID_RECORD', member: 'partitionKey' });
  expect([sink.takenRecords, source.destroyed]).toEqual([2, true]);
  await clock.advance(1_000);
  expect(textsIn(api.stored)).toEqual(['1', '2']);
});

test('the callbacks of write say which records were accepted, and why the others were not', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes, maxOutstandingRecords: 2 });
  api.onPut = (put) => new Promise((resolve) => clock.schedule(100, () => resolve(api.store(put))));
  const sink = producer.writable();
  sink.on('error', () => {});
  const heard: unknown[] = [];
  for (const text of numbers(4))
    sink.write(record(text), (error) => heard.push(error ? (Object(error).code ?? error.message) : text));
  await clock.advance(0);
  sink.destroy(new Error('enough'));
  await clock.advance(5_000);
  expect(heard).toEqual(['0', '1', 'PUT_ABORTED', 'enough']);
});

test('P1: a record that is accepted and fails ends it with the error that gives the record back', async () => {
  const outcomes: string[] = [];
  const { producer, api, clock } = await startProducer({
    onOutcomes: (all) => outcomes.push(...[...all].map(({ stored }) => `${stored}`)),
    aggregate: 'never',
  });
  api.script(({ entries }) =>
    entries.map((entry, at) =>
      at === 1 ? { errorCode: 'KMSDisabledException', errorMessage: 'no' } : api.storeOne(entry),
    ),
  );
  const sink = producer.writable();
  const failure = failureOf(
    pipeline(Readable.from([record('1', 'a'), record('2', 'b'), record('3', 'c')]), sink),
  );
  await clock.advance(1_000);
  const error = (await failure) as unknown as RecordFailedError;
  expect([error.code, textOf(error.record.data)]).toEqual(['ENCRYPTION_KEY_UNUSABLE', '2']);
  expect([sink.takenRecords, outcomes.toSorted()]).toEqual([3, ['false', 'true', 'true']]);
});

test('P1: with onFailure it goes on, and each record is stored or told', async () => {
  const told: string[] = [];
  const onFailure = (error: Error, { data }: { data: unknown }) =>
    told.push(`${(error as RecordFailedError).code} ${textOf(data as string)}`);
  const { producer, api, clock } = await startProducer();
  api.script(refusing('AccessDeniedException'));
  const sink = producer.writable({ onFailure });
  sink.write(record('1'));
  sink.write(record('2'));
  sink.write(record('bad', ''));
  await clock.advance(1_000);
  sink.write(record('3'));
  const ended = watch(new Promise<void>((resolve) => sink.end(resolve)));
  await clock.advance(1_000);
  expect(ended.state).toBe('stored');
  expect(told).toEqual(['INVALID_RECORD bad', 'ACCESS_DENIED 1', 'ACCESS_DENIED 2']);
  expect([textsIn(api.stored), sink.takenRecords]).toEqual([['3'], 4]);
});

test('P1: a source that fails destroys it; what it took is stored, what waited is not accepted', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes, maxOutstandingRecords: 3 });
  api.onPut = (put) => new Promise((resolve) => clock.schedule(100, () => resolve(api.store(put))));
  async function* broken() {
    for (const text of numbers(8)) yield record(text);
    throw new Error('the source broke');
  }
  const sink = producer.writable();
  const failure = failureOf(pipeline(broken, sink));
  await clock.advance(0);
  expect((await failure).message).toBe('the source broke');
  expect([sink.takenRecords, producer.stats().waitingPuts]).toEqual([3, 0]);
  await clock.advance(5_000);
  expect(textsIn(api.stored)).toEqual(['0', '1', '2']);
  expect(producer.stats()).toMatchObject({ acceptedRecords: 3, storedRecords: 3, outstandingRecords: 0 });
});

test('a signal destroys it as any stream, also while it waits for what is outstanding, and one that had fired', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes });
  api.onPut = unanswered;
  const abort = new AbortController();
  const sink = producer.writable({ signal: abort.signal });
  const failure = failureOf(pipeline(Readable.from([record('1')]), sink));
  await clock.advance(1_000);
  expect(producer.stats().outstandingRecords).toBe(1);
  abort.abort(new Error('enough'));
  expect(await failure).toMatchObject({ name: 'AbortError', cause: { message: 'enough' } });
  const late = producer.writable({ signal: abort.signal });
  // Not by a pipeline: what that says of a stream which is destroyed already differs between versions of Node.
  const [error] = await once(late, 'error');
  expect(error).toMatchObject({ name: 'AbortError', cause: { message: 'enough' } });
  expect([late.destroyed, late.takenRecords]).toEqual([true, 0]);
});

test('P6: close lets in what waits; what is written after it ends the stream with PRODUCER_CLOSED', async () => {
  const told: unknown[] = [];
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 1 });
  const sink = producer.writable({ onFailure: (error) => told.push(error) });
  const failure = failureOf(new Promise((_resolve, reject) => sink.on('error', reject)));
  for (const text of numbers(3)) sink.write(record(text));
  const closed = watch(producer.close());
  await clock.advance(1_000);
  expect(closed.state).toBe('stored');
  expect(await failure).toMatchObject({ code: 'PRODUCER_CLOSED' });
  expect([textsIn(api.stored), sink.takenRecords, told]).toEqual([['0', '1'], 2, []]);
  expect(() => producer.writable({ onFailure: () => {} })).toThrow(
    expect.objectContaining({ code: 'PRODUCER_CLOSED' }),
  );
});

test('P6: end after close finishes: close has settled everything', async () => {
  const { producer, clock } = await startProducer({ onOutcomes });
  const sink = producer.writable();
  sink.write(record('1'));
  const closed = watch(producer.close());
  await clock.advance(1_000);
  const ended = watch(new Promise<void>((resolve) => sink.end(resolve)));
  await clock.advance(0);
  expect([closed.state, ended.state]).toEqual(['stored', 'stored']);
});

test('somebody must be told of what fails: without onOutcomes it needs onFailure', () => {
  const { producer } = makeProducer();
  expect(() => producer.writable()).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', option: 'onFailure' }),
  );
  expect(() => producer.writable({ onFailures: () => {} } as object)).toThrow(/did you mean "onFailure"/);
  producer.writable({ onFailure: () => {} }).destroy();
});
