import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { startLocalKinesis } from '@shardline/local';
import { readStream, sdkReads } from '@shardline/testing';
import { expect, onTestFinished, test } from 'vitest';
import { Producer } from '../src/producer.js';
import type { ProducerOptions } from '../src/producer-options.js';
import type { UserRecord } from '../src/user-record.js';
import { failureOf } from './support/producer-under-test.js';

/*
 * Both kinds of streams through the real SDK and loopback HTTP: whatever happens, each record that was taken is in the stream or was
 * told of. Cannot catch: what an answer that comes too late does; the simulation is for that.
 */

async function makeWorld(options: Partial<ProducerOptions> = {}) {
  const server = await startLocalKinesis({ streams: [{ name: 'tweets', shards: 2 }], limits: 'none' });
  const client = new KinesisClient(server.clientConfig);
  const told: string[] = [];
  const producer = new Producer({
    stream: 'tweets',
    clientConfig: server.clientConfig,
    lingerMs: 5,
    onOutcomes: (outcomes) => {
      for (const { error } of outcomes.failures()) told.push(error.code);
    },
    ...options,
  });
  onTestFinished(async () => {
    await producer.close({ deadlineMs: 100 }).catch(() => {});
    client.destroy();
    await server.close();
  });
  const texts = async () => {
    const found: string[] = [];
    const rules = { kinesis: sdkReads(client), stream: 'tweets', pollMs: 1, settleMs: 0 };
    for await (const { userRecords } of readStream(rules)) {
      found.push(...userRecords.map(({ data }) => Buffer.from(data).toString()));
    }
    return found.map(Number).toSorted((one, other) => one - other);
  };
  return { server, producer, told, texts };
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

function* numbered(count: number): Generator<UserRecord> {
  for (const at of upTo(count)) yield { partitionKey: `key-${at % 40}`, data: `${at}` };
}

test('pipeline: everything of the source is in the stream when it ends, within the bounds', async () => {
  const bound = 500;
  let most = 0;
  const { producer, texts } = await makeWorld({
    maxOutstandingRecords: bound,
    onOutcomes: () => {
      most = Math.max(most, producer.stats().outstandingRecords);
    },
  });
  const sink = producer.writable();
  await pipeline(numbered(20_000), sink);
  expect(await texts()).toEqual(upTo(20_000));
  expect(sink.takenRecords).toBe(20_000);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(bound);
});

test('pipeTo: everything of the source is in the stream when it ends, within the bounds', async () => {
  const bound = 500;
  let most = 0;
  const { producer, texts } = await makeWorld({
    maxOutstandingRecords: bound,
    onOutcomes: () => {
      most = Math.max(most, producer.stats().outstandingRecords);
    },
  });
  await ReadableStream.from(numbered(5_000)).pipeTo(producer.writableStream());
  expect(await texts()).toEqual(upTo(5_000));
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(bound);
});

test('a source that breaks: what was taken is in the stream once it is flushed, and nothing else', async () => {
  for (const kind of ['writable', 'writableStream'] as const) {
    const { producer, texts, told } = await makeWorld({ maxOutstandingRecords: 100 });
    async function* broken() {
      yield* numbered(3_000);
      throw new Error('the source broke');
    }
    const sink = producer[kind]();
    const piped =
      'getWriter' in sink
        ? ReadableStream.from(broken()).pipeTo(sink)
        : pipeline(Readable.from(broken()), sink);
    expect((await failureOf(piped)).message).toBe('the source broke');
    await producer.flush();
    expect(await texts()).toEqual(upTo(sink.takenRecords));
    expect([told, producer.stats().outstandingRecords]).toEqual([[], 0]);
  }
});

test('a sink that is destroyed in the middle: what was taken is in the stream once it is flushed, and nothing else', async () => {
  const { producer, texts, told } = await makeWorld({ maxOutstandingRecords: 100 });
  const abort = new AbortController();
  const sink = producer.writable({ signal: abort.signal });
  const source = Readable.from(numbered(50_000));
  let seen = 0;
  source.on('data', () => {
    seen += 1;
    if (seen === 2_000) abort.abort(new Error('enough'));
  });
  expect(await failureOf(pipeline(source, sink))).toMatchObject({ name: 'AbortError' });
  expect(source.destroyed).toBe(true);
  expect(sink.takenRecords).toBeGreaterThan(0);
  expect(sink.takenRecords).toBeLessThanOrEqual(2_000);
  await producer.flush();
  expect(await texts()).toEqual(upTo(sink.takenRecords));
  expect(told).toEqual([]);
});

test('a stream that is gone: the pipeline ends with STREAM_NOT_FOUND, and with onFailure each record is told of', async () => {
  const { producer, told } = await makeWorld({ stream: 'no-such-stream' });
  const first = producer.writable();
  expect(await failureOf(pipeline(numbered(100), first))).toMatchObject({ code: 'STREAM_NOT_FOUND' });
  const failed: string[] = [];
  const sink = producer.writable({ onFailure: ({ code }) => failed.push(code) });
  await pipeline(numbered(100), sink);
  await producer.flush();
  expect(failed).toEqual(new Array(100).fill('STREAM_NOT_FOUND'));
  expect(told).toEqual(new Array(first.takenRecords + 100).fill('STREAM_NOT_FOUND'));
});
