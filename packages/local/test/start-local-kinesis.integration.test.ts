/**
 * The server through the real SDK over loopback, in HTTP/2 (the Kinesis client's default) and HTTP/1.1. Catches wrong
 * wire forms, error mapping and connection faults as a client sees them; cannot show that the service itself agrees.
 */
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  type KinesisClientConfig,
  LimitExceededException,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
  PutRecordCommand,
  PutRecordsCommand,
  ResourceNotFoundException,
  SplitShardCommand,
  waitUntilStreamExists,
  waitUntilStreamNotExists,
} from '@aws-sdk/client-kinesis';
import { InvalidOptionError } from '@shardline/core';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalKinesisServer, startLocalKinesis } from '../src/index.js';

const StreamName = 's';
let server: LocalKinesisServer;

beforeEach(async () => {
  server = await startLocalKinesis({ streams: [{ name: StreamName, shards: 2 }], transitionMs: 20 });
});

afterEach(() => server.close());

describe.each<[string, () => Partial<KinesisClientConfig>]>([
  ['HTTP/2, as the client comes', () => ({})],
  ['HTTP/1.1', () => ({ requestHandler: new NodeHttpHandler() })],
])('startLocalKinesis over %s', (_name, more) => {
  let client: KinesisClient;
  beforeEach(() => {
    client = new KinesisClient({ ...server.clientConfig, maxAttempts: 1, ...more() });
  });
  afterEach(() => client.destroy());

  it('puts, reads and reshards', async () => {
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
    expect(Shards).toHaveLength(2);
    const ShardId = Shards[0]?.ShardId;
    const iterator = await client.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'LATEST' }),
    );
    const Data = Uint8Array.from({ length: 256 }, (_, index) => index);
    const before = Date.now();
    const put = await client.send(
      new PutRecordsCommand({
        StreamName,
        Records: [{ Data, PartitionKey: 'clé 😀', ExplicitHashKey: '0' }],
      }),
    );
    expect(put).toMatchObject({ FailedRecordCount: 0, Records: [{ ShardId }] });
    const read = await client.send(new GetRecordsCommand({ ShardIterator: iterator.ShardIterator }));
    expect(read.Records).toHaveLength(1);
    const [record] = read.Records ?? [];
    expect(record).toMatchObject({
      PartitionKey: 'clé 😀',
      SequenceNumber: put.Records?.[0]?.SequenceNumber,
    });
    expect(Buffer.from(record?.Data ?? [])).toEqual(Buffer.from(Data));
    expect(Math.abs(Number(record?.ApproximateArrivalTimestamp) - before)).toBeLessThan(60_000);
    const ended = await client.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId,
        ShardIteratorType: 'AT_TIMESTAMP',
        Timestamp: new Date(0),
      }),
    );
    await client.send(
      new SplitShardCommand({ StreamName, ShardToSplit: ShardId, NewStartingHashKey: '1000' }),
    );
    await waitUntilStreamExists({ client, maxWaitTime: 5, minDelay: 0.05, maxDelay: 0.1 }, { StreamName });
    const last = await client.send(new GetRecordsCommand({ ShardIterator: ended.ShardIterator }));
    expect(last.NextShardIterator).toBeUndefined();
    expect(last.ChildShards).toHaveLength(2);
  });

  it('creates and deletes, as the SDK’s waiters see it', async () => {
    const waiter = { client, maxWaitTime: 5, minDelay: 0.05, maxDelay: 0.1 };
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/new';
    await client.send(new CreateStreamCommand({ StreamName: 'new', ShardCount: 1 }));
    await waitUntilStreamExists(waiter, { StreamName: 'new' });
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamARN }));
    expect(StreamDescriptionSummary?.StreamCreationTimestamp).toBeInstanceOf(Date);
    await client.send(new DeleteStreamCommand({ StreamARN }));
    await waitUntilStreamNotExists(waiter, { StreamName: 'new' });
  });

  it('maps errors to the SDK’s classes', async () => {
    const missing = client.send(new ListShardsCommand({ StreamName: 'none' }));
    await expect(missing).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(missing).rejects.toMatchObject({
      message: 'Stream none under account 000000000000 not found.',
      $metadata: { httpStatusCode: 400 },
    });
    server.kinesis.faults.add({ kind: 'throttleShard', times: 2 });
    const record = { Data: new Uint8Array(1), PartitionKey: 'k' };
    const throttled = client.send(new PutRecordCommand({ StreamName, ...record }));
    await expect(throttled).rejects.toBeInstanceOf(ProvisionedThroughputExceededException);
    const entries = await client.send(new PutRecordsCommand({ StreamName, Records: [record, record] }));
    expect(entries.FailedRecordCount).toBe(1);
    expect(entries.Records?.[0]?.ErrorCode).toBe('ProvisionedThroughputExceededException');
    server.kinesis.faults.add({
      kind: 'failCall',
      errorCode: 'LimitExceededException',
      operation: 'ListShards',
    });
    const limited = client.send(new ListShardsCommand({ StreamName }));
    await expect(limited).rejects.toBeInstanceOf(LimitExceededException);
  });

  it('carries requests of 10 MiB, several at once', async () => {
    const Data = Buffer.alloc(1_000_000, 7);
    const free = await startLocalKinesis({ streams: [{ name: StreamName }], limits: 'none' });
    const large = new KinesisClient({ ...free.clientConfig, ...more() });
    try {
      const Records = Array.from({ length: 10 }, (_, index) => ({ Data, PartitionKey: String(index) }));
      const puts = Array.from({ length: 3 }, () =>
        large.send(new PutRecordsCommand({ StreamName, Records })),
      );
      for (const put of await Promise.all(puts)) expect(put.FailedRecordCount).toBe(0);
      const { ShardIterator } = await large.send(
        new GetShardIteratorCommand({
          StreamName,
          ShardId: 'shardId-000000000000',
          ShardIteratorType: 'TRIM_HORIZON',
        }),
      );
      const page = await large.send(new GetRecordsCommand({ ShardIterator }));
      expect(page.Records).toHaveLength(10);
    } finally {
      large.destroy();
      await free.close();
    }
  });

  it('drops the connection on a reset, and serves the next call', async () => {
    server.kinesis.faults.add({ kind: 'reset', when: 'before', times: 1 });
    await expect(client.send(new ListShardsCommand({ StreamName }))).rejects.toThrow();
    expect((await client.send(new ListShardsCommand({ StreamName }))).Shards).toHaveLength(2);
    expect(server.kinesis.faults.counts().reset).toBe(1);
  });

  it('never answers on a lost answer, though it has stored', async () => {
    server.kinesis.faults.add({ kind: 'loseAnswer', operation: 'PutRecords', times: 1 });
    const gives = new AbortController();
    const Records = [{ Data: new Uint8Array(1), PartitionKey: 'k', ExplicitHashKey: '0' }];
    const put = client.send(new PutRecordsCommand({ StreamName, Records }), { abortSignal: gives.signal });
    const outcome = put.then(
      () => 'answered',
      () => 'given up',
    );
    await until(() => server.kinesis.faults.counts().loseAnswer === 1);
    gives.abort();
    expect(await outcome).toBe('given up');
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    expect((await client.send(new GetRecordsCommand({ ShardIterator }))).Records).toHaveLength(1);
  });

  it('stores late once the client has closed its connection', async () => {
    server.kinesis.faults.add({ kind: 'storeLate', afterMs: 1, operation: 'PutRecords', times: 1 });
    const gives = new AbortController();
    const Records = [{ Data: new Uint8Array(1), PartitionKey: 'k', ExplicitHashKey: '0' }];
    const put = client.send(new PutRecordsCommand({ StreamName, Records }), { abortSignal: gives.signal });
    put.catch(() => undefined);
    await until(() => server.kinesis.faults.counts().storeLate === 1);
    gives.abort();
    await expect(put).rejects.toThrow();
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    const stored = async () =>
      (await server.kinesis.call('GetRecords', { ShardIterator })) as { Records: unknown[] };
    await until(async () => (await stored().catch(() => ({ Records: [] }))).Records.length === 1);
  });
});

describe('startLocalKinesis', () => {
  it('says that it is healthy', async () => {
    const answer = await fetch(`${server.endpoint}/health`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok' });
  });

  it('closes though connections are open and calls wait, once for all', async () => {
    server.kinesis.faults.add({ kind: 'stall' });
    const client = new KinesisClient({ ...server.clientConfig, maxAttempts: 1 });
    const waiting = client.send(new ListShardsCommand({ StreamName }));
    waiting.catch(() => undefined);
    await until(() => server.kinesis.faults.counts().stall === 1);
    await Promise.all([server.close(), server.close(), server[Symbol.asyncDispose]()]);
    await expect(waiting).rejects.toThrow();
    await expect(fetch(server.endpoint)).rejects.toThrow();
    client.destroy();
  });

  it('rejects when its port is taken', async () => {
    const port = Number(new URL(server.endpoint).port);
    await expect(startLocalKinesis({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it.each([
    { port: 70_000 },
    { host: '' },
    { maxBodyBytes: 0 },
    { prot: 1 } as object,
    { streams: [{ name: '' }] },
    { tls: { key: 'x' } } as object,
    { tls: { key: 'x', certificate: 'y', ca: 'z' } } as object,
    { tls: 'yes' } as object,
    { tls: { names: 'kinesis' } } as object,
    { maxConcurrentStreams: 0 },
    { adminPort: -1 },
  ])('refuses the options %j', async (options) => {
    await expect(startLocalKinesis(options)).rejects.toBeInstanceOf(InvalidOptionError);
  });

  it('hands out configuration that survives being sent to another process', () => {
    expect(JSON.parse(JSON.stringify(server.clientConfig))).toEqual(server.clientConfig);
  });
});

/** Looks again and again until `reached`; the test's own time-out ends a wait in vain. */
async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await reached())) await new Promise((resolve) => setTimeout(resolve, 10));
}
