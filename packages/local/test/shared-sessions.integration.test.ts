/**
 * Two hundred subscriptions over four shared HTTP/2 sessions with TLS, as a consumer of many shards opens them: none is held up by
 * neighbours that do not read, what is not read is not produced, and what is read is whole and in order.
 */
import {
  type KinesisClient,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
  type SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, it } from 'vitest';
import { startLocalKinesis } from '../src/index.js';
import { eventOf, eventServer } from './support/event-server.js';
import { type SharingHandler, sdkClient } from './support/sdk-clients.js';

const subscriptions = 200;
const perSession = 50;
const sharing = { transport: 'HTTP/2, shared', maxConcurrentStreams: perSession } as const;
const indexes = Array.from({ length: subscriptions }, (_, index) => index);
const shardIdOf = (index: number) => `shardId-${String(index).padStart(12, '0')}`;

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

const sessionsOf = (client: KinesisClient) =>
  (client.config.requestHandler as unknown as SharingHandler).sessions;

async function subscribe(client: KinesisClient, ConsumerARN: string, index: number) {
  const { EventStream } = await client.send(
    new SubscribeToShardCommand({
      ConsumerARN,
      ShardId: shardIdOf(index),
      StartingPosition: { Type: 'TRIM_HORIZON' },
    }),
  );
  if (!EventStream) return expect.fail('there is no event stream');
  return EventStream[Symbol.asyncIterator]();
}

describe('many subscriptions on few sessions', () => {
  it('keep their pace when their neighbours stall, and are not produced for when they do', async () => {
    const pulled = new Map<string, number>();
    const data = Buffer.alloc(10_000, 7);
    const server = await eventServer(
      async function* (input) {
        const { ShardId } = input as { ShardId: string };
        for (let number = 1; ; number += 1) {
          pulled.set(ShardId, number);
          yield eventOf(number, data);
        }
      },
      { tls: true },
    );
    const client = sdkClient({ ...sharing, ...server, streamWindowBytes: 65_536 });
    toClose.push(server.close, () => client.destroy());
    const readers = await Promise.all(indexes.map((index) => subscribe(client, 'c', index)));
    expect(sessionsOf(client)).toHaveLength(subscriptions / perSession);

    const numbers = new Map<number, number>();
    const read = async (index: number, until: number) => {
      for (let number = (numbers.get(index) ?? 0) + 1; number <= until; number += 1) {
        const next: IteratorResult<SubscribeToShardEventStream> | undefined = await readers[index]?.next();
        expect(next?.value?.SubscribeToShardEvent?.ContinuationSequenceNumber).toBe(String(number));
        numbers.set(index, number);
      }
    };
    // One of each session reads on; the others take one event and stop.
    const fast = indexes.filter((index) => index % perSession === 0);
    const slow = indexes.filter((index) => index % perSession !== 0);
    await Promise.all(slow.map((index) => read(index, 1)));
    await Promise.all(fast.map((index) => read(index, 150)));
    // 64 kB of window, and what Node holds on both sides: a few events of 13.5 kB each.
    for (const index of slow) expect(pulled.get(shardIdOf(index))).toBeLessThan(30);
    await Promise.all(slow.map((index) => read(index, 20)));
    expect(sessionsOf(client)).toHaveLength(subscriptions / perSession);
  });

  it.each(['json', 'cbor'] as const)('read all records of a stream, in %s', async (format) => {
    const server = await startLocalKinesis({
      tls: true,
      limits: 'none',
      transitionMs: 0,
      streams: [{ name: 's', shards: subscriptions }],
    });
    const client = sdkClient({ ...sharing, ...server, format });
    toClose.push(server.close, () => client.destroy());
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
    const { Consumer } = await client.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c' }),
    );
    const readers = await Promise.all(
      indexes.map((index) => subscribe(client, Consumer?.ConsumerARN ?? '', index)),
    );
    expect(sessionsOf(client).length).toBeLessThanOrEqual(subscriptions / perSession + 1);
    // While all of them listen.
    const rounds = 5;
    const Data = Buffer.alloc(1_000, 1);
    const step = 2n ** 128n / BigInt(subscriptions);
    for (let round = 0; round < rounds; round += 1) {
      const Records = indexes.map((index) => ({
        Data,
        PartitionKey: `${index} ${round}`,
        ExplicitHashKey: String(step * BigInt(index) + 1n),
      }));
      const put = await client.send(new PutRecordsCommand({ StreamName: 's', Records }));
      expect(put.FailedRecordCount).toBe(0);
    }
    const keys = await Promise.all(
      readers.map(async (reader) => {
        const read: (string | undefined)[] = [];
        while (read.length < rounds) {
          const next: IteratorResult<SubscribeToShardEventStream> = await reader.next();
          for (const record of next.value?.SubscribeToShardEvent?.Records ?? []) {
            expect(record.Data?.byteLength).toBe(Data.length);
            read.push(record.PartitionKey);
          }
        }
        return read;
      }),
    );
    expect(keys).toEqual(
      indexes.map((index) => ['0', '1', '2', '3', '4'].map((round) => `${index} ${round}`)),
    );
  });

  it('see a server that takes few requests a session, and open more sessions', async () => {
    const server = await eventServer(
      async function* () {
        yield eventOf(1);
        await new Promise(() => undefined);
      },
      { maxConcurrentStreams: 10 },
    );
    const client = sdkClient({ ...sharing, ...server, maxConcurrentStreams: 10 });
    toClose.push(server.close, () => client.destroy());
    const readers = await Promise.all(indexes.slice(0, 30).map((index) => subscribe(client, 'c', index)));
    for (const reader of readers) expect((await reader.next()).value).toHaveProperty('SubscribeToShardEvent');
    const limits = sessionsOf(client).map(({ remoteSettings }) => remoteSettings?.maxConcurrentStreams);
    expect(limits).toEqual([10, 10, 10]);
  });
});
