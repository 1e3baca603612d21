import type { ShardlineError } from '@shardline/core';
import { expect, test, vi } from 'vitest';
import type { UserRecord } from '../src/user-record.js';
import { unanswered } from './support/fake-kinesis-api.js';
import {
  closeInTime,
  failureOf,
  makeProducer,
  startProducer,
  textsIn,
  watch,
} from './support/producer-under-test.js';

/** What callers do that types do not keep them from: each gets a typed error or its due, and nothing else is affected. */

test('P1: an object with getters is read like any other, explicit hash key and all', async () => {
  const { producer, api, clock } = await startProducer();
  class Tweet implements UserRecord {
    get partitionKey() {
      return 'author';
    }
    get explicitHashKey() {
      return '007';
    }
    get data() {
      return 'text';
    }
  }
  const put = watch(producer.put(new Tweet()));
  await clock.advance(200);
  expect([put.state, textsIn(api.stored), producer.stats().outstandingRecords]).toEqual([
    'stored',
    ['text'],
    0,
  ]);
});

test('P1, P6: a record for which memory is lacking is refused, gives its room back, and close ends', async () => {
  const made = await startProducer();
  const { heldBytes } = made.producer.stats();
  const full = vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation(() => {
    throw new RangeError('Array buffer allocation failed');
  });
  const puts = Array.from({ length: 50 }, () => watch(made.producer.put({ partitionKey: 'a', data: 'x' })));
  full.mockRestore();
  await made.clock.advance(200);
  for (const put of puts) expect(put.state).toBeInstanceOf(Error);
  expect(made.producer.stats()).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0 });
  expect(made.producer.stats().heldBytes - heldBytes).toBeLessThan(10_000);
  await closeInTime(made);
});

test('P1: a record whose members put is stored once, as it was read', async () => {
  const { producer, api, clock } = await startProducer({ aggregateBytes: 1_024 });
  const large = { partitionKey: 'a', data: 'y'.repeat(1_000) };
  const nested: Promise<unknown>[] = [];
  const putting = {
    partitionKey: 'a',
    get data(): string {
      nested.push(producer.put(large));
      return 'x';
    },
  };
  const puts = [producer.put({ partitionKey: 'a', data: 'first' }), producer.put(putting)];
  await clock.advance(1_000);
  await Promise.all([...puts, ...nested]);
  expect(nested).toHaveLength(1);
  expect([...textsIn(api.stored)].sort()).toEqual(['first', 'x', large.data]);
});

test('P4: a record whose hash key puts another one goes by its own', async () => {
  const { producer, api, clock } = await startProducer({}, 4);
  const nested: Promise<unknown>[] = [];
  const putting = {
    partitionKey: 'a',
    get explicitHashKey(): string {
      const explicitHashKey = String(2n ** 128n - 1n);
      nested.push(producer.put({ partitionKey: 'a', explicitHashKey, data: 'nested' }));
      return '5';
    },
    data: 'text',
  };
  const put = producer.put(putting);
  await clock.advance(1_000);
  expect(await put).toMatchObject({ shardId: 'shardId-000000000000' });
  expect(await Promise.all(nested)).toMatchObject([{ shardId: 'shardId-000000000003' }]);
  expect(textsIn(api.stored)).toHaveLength(2);
});

test('P1: a record that cannot be read harms none beside it, whether it has to wait or not', async () => {
  const { producer, clock } = await startProducer({ maxOutstandingRecords: 2 });
  const broken = {
    partitionKey: 'a',
    get data(): string {
      throw new Error('gone');
    },
  };
  const good = { partitionKey: 'a', data: 'x' };
  const put = producer.putMany([broken, good, good, good, broken, good]);
  await clock.advance(2_000);
  const codes = [...(await put)].map((outcome) => outcome.stored || (outcome.error as ShardlineError).code);
  expect(codes).toEqual(['INVALID_RECORD', true, true, true, 'INVALID_RECORD', true]);
});

test.each([[Number.NaN], [-1], ['soon']])(
  'P6: close refuses a deadline of %s and can be called again',
  async (deadlineMs) => {
    const made = await startProducer();
    const error = await failureOf(made.producer.close({ deadlineMs: deadlineMs as number }));
    expect(error).toMatchObject({ code: 'INVALID_OPTION', option: 'deadlineMs' });
    await closeInTime(made);
    expect(made.api.closeCalls).toBe(1);
  },
);

test('P6: close refuses an option that it does not know, such as a misspelt deadline', async () => {
  const made = await startProducer();
  const error = await failureOf(made.producer.close({ deadlineMS: 100 } as object));
  expect(error).toMatchObject({ code: 'INVALID_OPTION', option: 'deadlineMS' });
  await closeInTime(made);
});

test.each([[undefined], [new Set()], ['text']])('putMany refuses %s with a typed error', async (records) => {
  const { producer } = await startProducer();
  const error = await failureOf(producer.putMany(records as unknown as UserRecord[]));
  expect(error).toMatchObject({ code: 'INVALID_OPTION', option: 'records' });
});

test('P1: a batch whose array is emptied while it waits is settled all the same', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 2 });
  const batch = ['1', '2', '3', '4', '5'].map((data) => ({ partitionKey: 'a', data }));
  const put = watch(producer.putMany(batch));
  batch.length = 0;
  await clock.advance(2_000);
  expect([put.state, textsIn(api.stored)]).toEqual(['stored', ['1', '2', '3', '4', '5']]);
});

test('a large record put before the stream is described waits for that, whoever else may wait', async () => {
  const { producer, api, clock } = makeProducer({ whenFull: 'reject' });
  api.summary = { ...api.summary, maxRecordBytes: 10_485_760 };
  const put = watch(producer.put({ partitionKey: 'a', data: new Uint8Array(2_000_000) }));
  await clock.advance(5_000);
  expect(put.state).toBe('stored');
});

test('a large record that is only tried has the stream described, and goes in then', async () => {
  const { producer, api, clock } = makeProducer({ onOutcomes() {} });
  api.summary = { ...api.summary, maxRecordBytes: 10_485_760 };
  const large = { partitionKey: 'a', data: new Uint8Array(2_000_000) };
  expect([producer.tryPut(large), producer.tryPut(large), api.trimCalls]).toEqual([false, false, 0]);
  await clock.advance(10);
  expect([producer.tryPut(large), api.describeCalls]).toEqual([true, 1]);
});

test('what waits for the description of the stream goes in with it, and waits for no second listing', async () => {
  const { producer, api, clock } = makeProducer({ lingerMs: 0, onOutcomes() {} });
  api.summary = { ...api.summary, maxRecordBytes: 10_485_760 };
  api.describe = async () => {
    await new Promise<void>((resolve) => clock.schedule(10, resolve));
    return api.summary;
  };
  api.list = () => (api.queries.length === 1 ? api.shards : unanswered());
  const started = watch(producer.start());
  const large = watch(producer.put({ partitionKey: 'a', data: new Uint8Array(2_000_000) }));
  const small = watch(producer.put({ partitionKey: 'b', data: 'x' }));
  const room = watch(producer.waitForRoom());
  await clock.advance(3_000);
  expect([started, large, small, room].map(({ state }) => state)).toEqual(Array(4).fill('stored'));
  expect(api.queries).toHaveLength(1);
});

test("P2: with whenFull 'reject' nothing waits, before the stream is described as after", async () => {
  const { producer } = makeProducer({ whenFull: 'reject', maxOutstandingRecords: 5 });
  const batch = Array.from({ length: 20 }, (_, at) => ({ partitionKey: 'a', data: String(at) }));
  void producer.putMany(batch);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 5, waitingPuts: 0 });
});

test('P5: a stream that places records itself starts at the rate of all its shards', async () => {
  const { producer, api } = makeProducer({}, 64);
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  await producer.start();
  expect(producer.stats().shards.map(({ rateBytesPerSecond }) => rateBytesPerSecond)).toEqual([
    64 * 1_048_576,
  ]);
});

test('undefined stands for what is left out, of options, of a call and of a record', async () => {
  const { producer, api, clock } = await startProducer({
    lingerMs: undefined,
    onOutcomes: undefined,
    client: undefined,
  });
  const put = producer.put(
    { partitionKey: 'a', explicitHashKey: undefined, data: '0' },
    { signal: undefined },
  );
  await clock.advance(150);
  expect(await put).toMatchObject({ subSequenceNumber: 0 });
  expect(textsIn(api.stored)).toEqual(['0']);
  await producer.flush({ signal: undefined });
  await producer.close({ deadlineMs: undefined, signal: undefined });
});
