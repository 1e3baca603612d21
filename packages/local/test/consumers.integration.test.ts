/** Consumers and their subscriptions through the SDK, from a real server: what an application with enhanced fan-out meets. */
import {
  type KinesisClient,
  KMSThrottlingException,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  SplitShardCommand,
  SubscribeToShardCommand,
  type SubscribeToShardEvent,
  type SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalKinesisServer, startLocalKinesis } from '../src/index.js';
import { sdkClient, type Transport } from './support/sdk-clients.js';

const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
const ShardId = 'shardId-000000000000';

describe.each<[Transport, 'json' | 'cbor', boolean]>([
  ['HTTP/2, a session each', 'json', true],
  ['HTTP/2, shared', 'cbor', false],
  ['HTTP/1.1', 'json', false],
])('a consumer over %s in %s, TLS %s', (transport, format, tls) => {
  let server: LocalKinesisServer;
  let client: KinesisClient;
  let ConsumerARN: string | undefined;
  beforeEach(async () => {
    server = await startLocalKinesis({
      tls,
      transitionMs: 0,
      limits: { subscriptionGuardMs: 1, subscriptionLifeMs: 5_000, subscribeCallsPerSecond: 100 },
      streams: [{ name: 's' }],
    });
    client = sdkClient({ ...server, transport, format });
    const registered = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c' }));
    ConsumerARN = registered.Consumer?.ConsumerARN;
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  async function subscribe(): Promise<AsyncIterator<SubscribeToShardEventStream, undefined, undefined>> {
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition: { Type: 'TRIM_HORIZON' } }),
    );
    if (!EventStream) return expect.fail('there is no event stream');
    return EventStream[Symbol.asyncIterator]() as AsyncIterator<
      SubscribeToShardEventStream,
      undefined,
      undefined
    >;
  }

  const put = (text: string) =>
    client.send(new PutRecordCommand({ StreamARN, Data: Buffer.from(text), PartitionKey: 'k' }));

  /** Reads until an event for which `enough` holds. */
  async function readUntil(
    reader: AsyncIterator<SubscribeToShardEventStream, undefined, undefined>,
    enough: (event: SubscribeToShardEvent) => boolean,
  ): Promise<SubscribeToShardEvent> {
    for (;;) {
      const { value, done } = await reader.next();
      if (done) return expect.fail('the events ended');
      if (value.SubscribeToShardEvent && enough(value.SubscribeToShardEvent))
        return value.SubscribeToShardEvent;
    }
  }

  const hasRecords = ({ Records = [] }: SubscribeToShardEvent) => Records.length > 0;

  it('is told of a record that is put while it listens, and where to go on', async () => {
    const reader = await subscribe();
    const { SequenceNumber } = await put('hello');
    const event = await readUntil(reader, hasRecords);
    expect(Buffer.from(event.Records?.[0]?.Data ?? []).toString()).toBe('hello');
    expect(event).toMatchObject({ ContinuationSequenceNumber: SequenceNumber, MillisBehindLatest: 0 });
  });

  it('loses its subscription to a newer one, with an error between events', async () => {
    const first = await subscribe();
    const lost = readUntil(first, () => false);
    lost.catch(() => undefined);
    await put('before');
    const second = await subscribe();
    await expect(lost).rejects.toBeInstanceOf(ResourceInUseException);
    await put('for the second');
    await readUntil(second, hasRecords);
  });

  it('is refused before the stream begins when there is no such consumer', async () => {
    const StartingPosition = { Type: 'LATEST' } as const;
    const stranger = { ConsumerARN: `${StreamARN}/consumer/nobody:1767225600`, ShardId, StartingPosition };
    const refused = client.send(new SubscribeToShardCommand(stranger));
    await expect(refused).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(refused).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('is told of the children when its shard ends, and the events end', async () => {
    const reader = await subscribe();
    await client.send(
      new SplitShardCommand({ StreamARN, ShardToSplit: ShardId, NewStartingHashKey: '1000' }),
    );
    const last = await readUntil(reader, ({ ChildShards = [] }) => ChildShards.length > 0);
    expect(last.ChildShards?.map((child) => child.ParentShards)).toEqual([[ShardId], [ShardId]]);
    expect(last.ContinuationSequenceNumber).toBeUndefined();
    expect(await reader.next()).toMatchObject({ done: true });
  });

  it('sees the faults that were planned for it', async () => {
    const fault = server.kinesis.faults.add({
      kind: 'failSubscription',
      consumer: 'c',
      errorCode: 'KMSThrottlingException',
      afterEvents: 1,
      times: 1,
    });
    const reader = await subscribe();
    await put('one');
    await readUntil(reader, hasRecords);
    await put('two');
    await expect(readUntil(reader, hasRecords)).rejects.toBeInstanceOf(KMSThrottlingException);
    expect(fault.injected).toBe(1);
    server.kinesis.faults.add({ kind: 'cutSubscription', how: 'corrupt', times: 1 });
    await expect(readUntil(await subscribe(), hasRecords)).rejects.toThrow(/checksum/);
    expect(
      Buffer.from((await readUntil(await subscribe(), hasRecords)).Records?.[1]?.Data ?? []).toString(),
    ).toBe('two');
  });

  it('is let go when the server closes', async () => {
    const over = readUntil(await subscribe(), () => false);
    await Promise.all([expect(over).rejects.toThrow(), server.close()]);
  });
});
