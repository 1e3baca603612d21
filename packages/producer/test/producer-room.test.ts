import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import {
  failureOf,
  makeProducer,
  type ProducerUnderTest,
  startProducer,
  watch,
} from './support/producer-under-test.js';

/** Who waits for room among others who put. */

const onOutcomes = () => {};

/** Answers after `delayMs`. */
function slow({ api, clock }: ProducerUnderTest, delayMs: number): void {
  api.onPut = (put) => new Promise((resolve) => clock.schedule(delayMs, () => resolve(api.store(put))));
}

/** Runs `loop` until `ms` of virtual time have passed, and then until all is over. */
async function during(
  { clock }: ProducerUnderTest,
  ms: number,
  loops: ((isOver: () => boolean) => Promise<void>)[],
) {
  let over = false;
  const ended = Promise.all(loops.map((loop) => loop(() => over)));
  await clock.advance(ms);
  over = true;
  await clock.advance(ms);
  await ended;
}

test('P2: who waits for room has his turn among any number of puts that wait', async () => {
  const under = await startProducer({ maxOutstandingRecords: 10, lingerMs: 0, onOutcomes });
  slow(under, 10);
  const { producer } = under;
  const done = { puts: 0, tryPuts: 0 };
  const putter = async (isOver: () => boolean, name: number) => {
    for (; !isOver(); done.puts += 1) await producer.put({ partitionKey: `p${name}`, data: 'x' });
  };
  const tryPutter = async (isOver: () => boolean) => {
    for (; !isOver(); done.tryPuts += 1) {
      while (!producer.tryPut({ partitionKey: 't', data: 'x' })) await producer.waitForRoom();
    }
  };
  const putters = Array.from({ length: 30 }, (_, name) => (isOver: () => boolean) => putter(isOver, name));
  await during(under, 6_000, [...putters, tryPutter]);
  // One of 31 that take turns.
  expect(done.tryPuts).toBeGreaterThan(done.puts / 40);
  expect(done.tryPuts).toBeLessThan(done.puts / 20);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, waitingPuts: 0 });
});

test('P2: a large record has its turn among small ones, all of them by tryPut', async () => {
  const under = await startProducer({ maxOutstandingBytes: 4_194_304, onOutcomes });
  slow(under, 10);
  const { producer, clock } = under;
  const done = { small: 0, large: 0 };
  const small = async (isOver: () => boolean) => {
    for (; !isOver(); done.small += 1) {
      const record = { partitionKey: `s${done.small}`, data: new Uint8Array(20_000) };
      while (!producer.tryPut(record)) await producer.waitForRoom();
      await new Promise<void>((resolve) => clock.schedule(1, resolve));
    }
  };
  const large = async (isOver: () => boolean) => {
    for (; !isOver(); done.large += 1) {
      const record = { partitionKey: 'large', data: new Uint8Array(1_000_000) };
      while (!producer.tryPut(record)) await producer.waitForRoom();
    }
  };
  await during(under, 10_000, [small, small, small, large]);
  expect(done.large).toBeGreaterThan(3);
  expect(done.small).toBeGreaterThan(done.large);
});

test('room that nobody comes for holds puts up no longer than a turn, however many wait for it', async () => {
  const under = await startProducer({ maxOutstandingRecords: 5, lingerMs: 0, onOutcomes });
  slow(under, 10);
  const { producer, clock } = under;
  for (let at = 0; at < 5; at += 1) producer.tryPut({ partitionKey: 'a', data: 'x' });
  expect(producer.tryPut({ partitionKey: 'a', data: 'x' })).toBe(false);
  for (let at = 0; at < 50; at += 1) void producer.waitForRoom();
  const put = watch(producer.put({ partitionKey: 'b', data: 'x' }));
  await clock.advance(30);
  expect(put.state).toBe('stored');
});

test('a signal ends the wait for room with its reason, and whoever waits behind comes next', async () => {
  const under = await startProducer({ maxOutstandingBytes: 1_048_576, onOutcomes });
  slow(under, 10);
  const { producer, clock } = under;
  const data = new Uint8Array(600_000);
  expect([
    producer.tryPut({ partitionKey: 'a', data }),
    producer.tryPut({ partitionKey: 'a', data }),
  ]).toEqual([true, false]);
  const abort = new AbortController();
  const room = failureOf(producer.waitForRoom({ signal: abort.signal }));
  const put = watch(producer.put({ partitionKey: 'b', data: 'x' }));
  expect(producer.stats().waitingPuts).toBe(1);
  const reason = new Error('enough');
  abort.abort(reason);
  expect(await room).toBe(reason);
  expect(producer.stats().waitingPuts).toBe(0);
  expect(await failureOf(producer.waitForRoom({ signal: abort.signal }))).toBe(reason);
  expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  await clock.advance(200);
  expect(put.state).toBe('stored');
});

test('a signal ends the wait for the description of the stream as well', async () => {
  const { producer, api } = makeProducer({ onOutcomes });
  api.describe = () => new Promise(() => {});
  expect(producer.tryPut({ partitionKey: 'a', data: new Uint8Array(1_500_000) })).toBe(false);
  const abort = new AbortController();
  const room = failureOf(producer.waitForRoom({ signal: abort.signal }));
  const reason = new Error('enough');
  abort.abort(reason);
  expect(await room).toBe(reason);
});

test('P6: nobody waits for room in a producer that is closed, and no timer stays behind', async () => {
  const under = await startProducer({ maxOutstandingRecords: 1, onOutcomes });
  slow(under, 10);
  const { producer, clock } = under;
  producer.tryPut({ partitionKey: 'a', data: 'x' });
  expect(producer.tryPut({ partitionKey: 'a', data: 'x' })).toBe(false);
  const rooms = [1, 2, 3].map(() => watch(producer.waitForRoom()));
  const closed = producer.close().then(() => clock.pending);
  await clock.advance(200);
  expect(await closed).toBe(0);
  expect(rooms.map(({ state }) => state)).toEqual(['stored', 'stored', 'stored']);
});
