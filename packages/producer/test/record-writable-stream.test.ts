import { expect, test } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import type { UserRecord } from '../src/user-record.js';
import { refusing, unanswered } from './support/fake-kinesis-api.js';
import {
  failureOf,
  makeProducer,
  startProducer,
  textOf,
  textsIn,
  watch,
} from './support/producer-under-test.js';

const record = (data: string, partitionKey = 'a'): UserRecord => ({ partitionKey, data });
const numbers = (count: number) => Array.from({ length: count }, (_, at) => `${at}`);
const onOutcomes = () => {};

/** A web stream of so many records that ends as told, and counts what was pulled. */
function sourceOf(count: number, end: (controller: ReadableStreamDefaultController) => void) {
  const seen = { pulled: 0, cancelled: undefined as unknown };
  const stream = new ReadableStream<UserRecord>({
    pull(controller) {
      if (seen.pulled === count) {
        end(controller);
        return;
      }
      controller.enqueue(record(`${seen.pulled}`));
      seen.pulled += 1;
    },
    cancel(reason) {
      seen.cancelled = reason;
    },
  });
  return { stream, seen };
}

const closing = (controller: ReadableStreamDefaultController) => controller.close();

test('pipeTo ends when everything is stored, in order, without waiting for a linger', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes, lingerMs: 60_000 });
  const { stream } = sourceOf(200, closing);
  const sink = producer.writableStream();
  const piped = watch(stream.pipeTo(sink));
  await clock.advance(0);
  await clock.advance(0);
  expect(piped.state).toBe('stored');
  expect([textsIn(api.stored), sink.takenRecords]).toEqual([numbers(200), 200]);
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
  const { stream, seen } = sourceOf(300, closing);
  const sink = producer.writableStream();
  const piped = watch(stream.pipeTo(sink));
  await clock.advance(5);
  expect([sink.takenRecords, producer.stats().waitingPuts]).toEqual([10, 1]);
  expect(seen.pulled).toBeLessThanOrEqual(10 + 16 + 1);
  await clock.advance(10_000);
  expect([piped.state, textsIn(api.stored)]).toEqual(['stored', numbers(300)]);
  expect(mostOutstanding).toBe(10);
});

test('preventClose leaves it open for the next source', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes });
  const sink = producer.writableStream();
  const both = watch(
    (async () => {
      await sourceOf(2, closing).stream.pipeTo(sink, { preventClose: true });
      await sourceOf(3, closing).stream.pipeTo(sink);
    })(),
  );
  await clock.advance(1_000);
  expect([both.state, textsIn(api.stored)]).toEqual(['stored', ['0', '1', '0', '1', '2']]);
});

test('P1: a source that fails aborts it, once what had been read is taken; nothing of that is lost', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes, maxOutstandingRecords: 3 });
  api.onPut = (put) => new Promise((resolve) => clock.schedule(100, () => resolve(api.store(put))));
  const reason = new Error('the source broke');
  const { stream, seen } = sourceOf(8, (controller) => controller.error(reason));
  const sink = producer.writableStream();
  const failure = failureOf(stream.pipeTo(sink));
  await clock.advance(5_000);
  expect(await failure).toBe(reason);
  expect([sink.takenRecords, seen.pulled, textsIn(api.stored)]).toEqual([8, 8, numbers(8)]);
  expect(producer.stats()).toMatchObject({ waitingPuts: 0, outstandingRecords: 0 });
});

test('P6: abort does not wait: not for room, nor for what is outstanding', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes, maxOutstandingRecords: 1 });
  api.onPut = unanswered;
  const waiting = producer.writableStream().getWriter();
  const writes = [watch(waiting.write(record('1'))), watch(waiting.write(record('2')))];
  await clock.advance(0);
  expect(writes.map(({ state }) => state)).toEqual(['stored', 'pending']);
  const aborted = watch(waiting.abort(new Error('enough')));
  await clock.advance(0);
  expect([aborted.state, writes[1]?.state]).toEqual([
    'stored',
    expect.objectContaining({ code: 'PUT_ABORTED', cause: new Error('enough') }),
  ]);
  const free = await startProducer({ onOutcomes });
  free.api.onPut = unanswered;
  const writer = free.producer.writableStream().getWriter();
  void writer.write(record('3'));
  const closed = failureOf(writer.close());
  await free.clock.advance(0);
  void writer.abort(new Error('no more')).catch(() => {});
  void writer.closed.catch(() => {});
  expect((await closed).message).toBe('no more');
});

test('P1: a record that fails, or is refused, ends it with its typed error, and cancels the source', async () => {
  const failing = await startProducer({ onOutcomes });
  failing.api.onPut = refusing('KMSDisabledException');
  const { stream, seen } = sourceOf(Number.POSITIVE_INFINITY, closing);
  const slow = stream.pipeThrough(
    new TransformStream<UserRecord, UserRecord>({
      transform: async (one, controller) => {
        await new Promise<void>((resolve) => failing.clock.schedule(10, resolve));
        controller.enqueue(one);
      },
    }),
  );
  const failure = failureOf(slow.pipeTo(failing.producer.writableStream()));
  await failing.clock.advance(1_000);
  const error = await failure;
  expect([error.code, textOf((error as unknown as RecordFailedError).record.data)]).toEqual([
    'ENCRYPTION_KEY_UNUSABLE',
    '0',
  ]);
  expect(seen.cancelled).toBe(error);
  const { producer } = await startProducer({ onOutcomes });
  const writer = producer.writableStream().getWriter();
  void writer.closed.catch(() => {});
  expect(await failureOf(writer.write(record('x', '')))).toMatchObject({ code: 'INVALID_RECORD' });
  expect(await failureOf(writer.close())).toBeInstanceOf(Error);
});

test('P1: a record that fails while it closes is what close rejects with', async () => {
  const { producer, api, clock } = await startProducer({ onOutcomes });
  api.onPut = refusing('AccessDeniedException');
  const writer = producer.writableStream().getWriter();
  void writer.closed.catch(() => {});
  void writer.write(record('x'));
  const closed = failureOf(writer.close());
  await clock.advance(1_000);
  expect(await closed).toMatchObject({ code: 'ACCESS_DENIED' });
});

test('P1: with onFailure it goes on, and each record is stored or told', async () => {
  const told: string[] = [];
  const { producer, api, clock } = await startProducer();
  api.script(refusing('AccessDeniedException'));
  const sink = producer.writableStream({
    onFailure: (error, { data }) => told.push(`${error.code} ${textOf(data)}`),
  });
  const writer = sink.getWriter();
  void writer.write(record('1'));
  void writer.write(record('bad', ''));
  await clock.advance(1_000);
  void writer.write(record('2'));
  const closed = watch(writer.close());
  await clock.advance(1_000);
  expect([closed.state, textsIn(api.stored), sink.takenRecords]).toEqual(['stored', ['2'], 3]);
  expect(told).toEqual(['INVALID_RECORD bad', 'ACCESS_DENIED 1']);
});

test('P6: a closed producer ends it, and makes none', async () => {
  const { producer, clock } = await startProducer({ onOutcomes });
  const writer = producer.writableStream().getWriter();
  void writer.closed.catch(() => {});
  const closed = producer.close();
  await clock.advance(0);
  await closed;
  expect(await failureOf(writer.write(record('x')))).toMatchObject({ code: 'PRODUCER_CLOSED' });
  expect(() => producer.writableStream()).toThrow(expect.objectContaining({ code: 'PRODUCER_CLOSED' }));
  const silent = makeProducer().producer;
  expect(() => silent.writableStream()).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});
