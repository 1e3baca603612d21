import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { Outcomes } from '../src/outcomes.js';
import type { UserRecord } from '../src/user-record.js';
import { unanswered } from './support/fake-kinesis-api.js';
import {
  failureOf,
  makeProducer,
  type ProducerUnderTest,
  startProducer,
  textsIn,
  watch,
} from './support/producer-under-test.js';

/** Who waits for room among others who put. */

const onOutcomes = () => {};
const codesOf = (outcomes: Outcomes) =>
  [...outcomes].map((outcome) => (outcome.stored ? 'stored' : outcome.error.code));

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

test('P3: room that was told of lets nothing pass a put of its own key that waits', async () => {
  const under = await startProducer({ maxOutstandingRecords: 1, lingerMs: 0, onOutcomes });
  slow(under, 10);
  const { producer, api, clock } = under;
  const zero = producer.put({ partitionKey: 'y', data: 'zero' });
  expect(producer.tryPut({ partitionKey: 'y', data: 'y' })).toBe(false);
  void producer.waitForRoom();
  const first = watch(producer.put({ partitionKey: 'k', data: 'first' }));
  const second = zero.then(() => producer.tryPut({ partitionKey: 'k', data: 'second' }));
  await clock.advance(1_000);
  expect([await second, first.state, textsIn(api.stored)]).toEqual([false, 'stored', ['zero', 'first']]);
});

test("P3: nor, with whenFull: 'reject', a record of a stream that waits, and the error names the bound", async () => {
  const under = await startProducer({
    maxOutstandingRecords: 1,
    whenFull: 'reject',
    lingerMs: 0,
    onOutcomes,
  });
  slow(under, 10);
  const { producer, api, clock } = under;
  const zero = producer.put({ partitionKey: 'y', data: 'zero' });
  expect(producer.tryPut({ partitionKey: 'y', data: 'y' })).toBe(false);
  void producer.waitForRoom();
  producer.writable().write({ partitionKey: 'k', data: 'first' });
  const second = zero.then(() => failureOf(producer.put({ partitionKey: 'k', data: 'second' })));
  await clock.advance(1_000);
  expect(await second).toMatchObject({ code: 'BUFFER_FULL', keptRecords: 1 });
  expect((await second).message).toContain('maxOutstandingRecords was reached');
  expect(textsIn(api.stored)).toEqual(['zero', 'first']);
});

test('P2: a record that reads as more each time holds up nobody, and one that cannot be read again is refused as any', async () => {
  for (const again of [() => new Uint8Array(40_000_000), () => expect.fail('It was read again.')]) {
    const under = await startProducer({ maxOutstandingRecords: 1, lingerMs: 0, onOutcomes });
    slow(under, 10);
    const { producer, clock } = under;
    producer.tryPut({ partitionKey: 'a', data: 'x' });
    let reads = 0;
    const record = {
      partitionKey: 'a',
      get data() {
        reads += 1;
        return reads === 1 ? 'x' : again();
      },
    };
    expect(producer.tryPut(record)).toBe(false);
    void producer.waitForRoom();
    const put = watch(producer.put({ partitionKey: 'a', data: 'x' }));
    await clock.advance(1_000);
    expect([put.state, reads]).toEqual(['stored', 1]);
  }
});

test.each(['wait', 'reject'] as const)(
  'P2: what waits for the description of the stream is bounded, with whenFull %j',
  async (whenFull) => {
    const { producer, api } = makeProducer({ whenFull, maxWaitingPuts: 10 });
    api.describe = unanswered;
    const data = new Uint8Array(2_000_000);
    const puts = Array.from({ length: 50 }, () => watch(producer.put({ partitionKey: 'k', data })));
    await Promise.resolve();
    // 32 MiB and a record, or as many as may wait.
    expect(producer.stats().waitingPuts).toBe(whenFull === 'reject' ? 17 : 10);
    expect(puts.filter(({ state }) => state === 'pending').length).toBe(producer.stats().waitingPuts);
  },
);

test('P2: a bad record of a call that waits shuts nobody out', async () => {
  const under = await startProducer({ maxOutstandingRecords: 1, lingerMs: 0 });
  slow(under, 10);
  const { producer, clock } = under;
  void producer.put({ partitionKey: 'a', data: 'x' });
  const odd = { partitionKey: 'a', data: { length: 1e12 } } as unknown as UserRecord;
  const batch = producer.putMany([{ partitionKey: 'a', data: 'x' }, odd]);
  const put = watch(producer.put({ partitionKey: 'a', data: 'x' }));
  await clock.advance(1_000);
  expect([put.state, codesOf(await batch)]).toEqual(['stored', ['stored', 'INVALID_RECORD']]);
});

test('P2: whoever comes with another record each time gets room as well, where no other waits', async () => {
  const under = await startProducer({ maxOutstandingRecords: 1, lingerMs: 0, onOutcomes });
  slow(under, 10);
  const { producer } = under;
  let tries = 0;
  await during(under, 1_000, [
    async (isOver) => {
      for (; !isOver(); tries += 1) {
        if (!producer.tryPut({ partitionKey: `k${tries}`, data: 'x' })) await producer.waitForRoom();
      }
    },
  ]);
  const { acceptedRecords } = producer.stats();
  expect(acceptedRecords).toBeGreaterThan(90);
  expect(tries).toBeLessThanOrEqual(2 * acceptedRecords + 1);
});
