import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { Consumer, type ConsumerEvent, type ConsumerOptions } from '@shardline/consumer';
import { startLocalKinesis } from '@shardline/local';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { DynamoDBLeaseStore } from '../src/index.js';
import { startDynalite } from './support/servers.js';

const stream = 'tweets';
const shardIds = ['shardId-000000000000', 'shardId-000000000001'];
let table: Awaited<ReturnType<typeof startDynalite>>;
let kinesis: Awaited<ReturnType<typeof startLocalKinesis>>;
let dynamodb: DynamoDBClient;
let client: KinesisClient;

beforeAll(async () => {
  table = await startDynalite();
  kinesis = await startLocalKinesis({ streams: [{ name: stream, shards: 2 }] });
  dynamodb = new DynamoDBClient(table.clientConfig);
  client = new KinesisClient(kinesis.clientConfig);
});

afterAll(async () => {
  client.destroy();
  dynamodb.destroy();
  await kinesis.close();
  await table.close();
});

async function put(from: number, to: number): Promise<void> {
  const Records = Array.from({ length: to - from }, (_, at) => {
    return { PartitionKey: `user-${at}`, Data: Buffer.from(String(from + at)) };
  });
  await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
}

/** A worker of the application, and what it was given. */
function worker(applicationName: string, options: Partial<ConsumerOptions> = {}) {
  const texts: string[] = [];
  const events: ConsumerEvent[] = [];
  const errors: unknown[] = [];
  const consumer = new Consumer({
    stream,
    applicationName,
    clientConfig: kinesis.clientConfig,
    leaseStore: new DynamoDBLeaseStore({ clientConfig: table.clientConfig }),
    failoverMs: 5_000,
    pollIntervalMs: 200,
    onRecord: (record) => void texts.push(record.text()),
    onError: (error) => errors.push(error),
    onEvent: (event) => events.push(event),
    ...options,
  });
  onTestFinished(() => consumer.stop());
  return { consumer, texts, events, errors };
}

const patience = { timeout: 20_000, interval: 20 };

async function lease(tableName: string, shardId: string | undefined) {
  const Key = { leaseKey: { S: shardId ?? '' } };
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }),
  );
  return Item;
}

test('workers share the shards by one table, and the next one goes on from the last checkpoint', async () => {
  await put(0, 40);
  const first = worker('shared', { workerName: 'first' });
  await first.consumer.start();
  await vi.waitFor(() => expect(first.texts).toHaveLength(40), patience);
  // The first one speaks HTTP/1.1, as Shardline's clients do unless told; this one HTTP/2, as the SDK's do.
  const { requestHandler } = new KinesisClient(kinesis.clientConfig).config;
  const clientConfig = { ...kinesis.clientConfig, requestHandler };
  const second = worker('shared', { workerName: 'second', clientConfig });
  await second.consumer.start();
  await vi.waitFor(() => expect(second.consumer.health().shards).toHaveLength(1), patience);
  expect(first.consumer.health().shards).toHaveLength(1);
  await first.consumer.stop();
  await vi.waitFor(() => expect(second.consumer.health().shards).toHaveLength(2), patience);
  await put(40, 80);
  await vi.waitFor(() => expect(second.texts).toHaveLength(40), patience);
  await second.consumer.stop();
  expect(new Set([...first.texts, ...second.texts]).size).toBe(80);
  for (const shardId of shardIds) {
    const item = await lease('shared', shardId);
    expect(item?.checkpoint?.S).toMatch(/^\d+$/);
    expect(item).not.toHaveProperty('leaseOwner');
  }
  expect([...first.errors, ...second.errors]).toEqual([]);
});

test('attributes that nobody here knows stay, and items that are no leases are left alone', async () => {
  const { consumer, texts } = worker('foreign');
  await consumer.start();
  await vi.waitFor(() => expect(texts.length).toBeGreaterThan(0), patience);
  const names = { '#own': 'tsExtra' };
  for (const leaseKey of [shardIds[0] ?? '', 'Leader']) {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: 'foreign',
        Key: { leaseKey: { S: leaseKey } },
        UpdateExpression: leaseKey === 'Leader' ? 'SET #own = :x, entityType = :leader' : 'SET #own = :x',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ':x': { M: { kept: { S: 'yes' } } },
          ...(leaseKey === 'Leader' && { ':leader': { S: 'LEADER' } }),
        },
      }),
    );
  }
  const before = (await lease('foreign', shardIds[0]))?.leaseCounter?.N;
  await vi.waitFor(async () => {
    expect(Number((await lease('foreign', shardIds[0]))?.leaseCounter?.N)).toBeGreaterThan(Number(before));
  }, patience);
  await consumer.stop();
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: 'foreign' }));
  const marked = Items.filter((item) => item.tsExtra?.M?.kept?.S === 'yes');
  expect(marked.map((item) => item.leaseKey?.S).sort()).toEqual(['Leader', shardIds[0]]);
});

test('a split leaves the items that the KCL leaves: children first, then the parent at its end', async () => {
  const { consumer, texts, events } = worker('resharded');
  await consumer.start();
  await vi.waitFor(() => expect(texts.length).toBeGreaterThan(0), patience);
  await client.send(
    new SplitShardCommand({
      StreamName: stream,
      ShardToSplit: shardIds[1],
      NewStartingHashKey: '255211775190703847597530955573826158592',
    }),
  );
  await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('shard-ended'), patience);
  await put(100, 140);
  await vi.waitFor(() => expect(texts).toEqual(expect.arrayContaining(['100', '139'])), patience);
  await consumer.stop();
  const order = events.flatMap((event) =>
    event.type === 'lease-created' && event.reason === 'reshard'
      ? ['child']
      : event.type === 'shard-ended'
        ? ['end']
        : [],
  );
  expect(order).toEqual(['child', 'child', 'end']);
  const parent = await lease('resharded', shardIds[1]);
  expect(parent).toMatchObject({
    checkpoint: { S: 'SHARD_END' },
    childShardIds: { SS: ['shardId-000000000002', 'shardId-000000000003'] },
  });
  expect(await lease('resharded', 'shardId-000000000002')).toMatchObject({
    entityType: { S: 'LEASE' },
    parentShardId: { SS: [shardIds[1]] },
  });
});

test('a lease that cannot be read stays as it is, and the other shards are read', async () => {
  const applicationName = 'broken';
  const four = 'four';
  await client.send(new CreateStreamCommand({ StreamName: four, ShardCount: 4 }));
  const describe = async () =>
    (await client.send(new DescribeStreamSummaryCommand({ StreamName: four }))).StreamDescriptionSummary;
  await vi.waitFor(async () => expect((await describe())?.StreamStatus).toBe('ACTIVE'), patience);
  const before = worker(applicationName, { stream: four });
  await before.consumer.start();
  await before.consumer.stop();
  const broken = { ...(await lease(applicationName, shardIds[1])), checkpoint: { S: 'NEWEST' } };
  await dynamodb.send(new PutItemCommand({ TableName: applicationName, Item: broken }));
  const told: unknown[] = [];
  const leaseStore = new DynamoDBLeaseStore({
    clientConfig: table.clientConfig,
    onMalformedLease: ({ leaseKey, attribute }) => told.push([leaseKey, attribute]),
  });
  const { consumer, texts, events, errors } = worker(applicationName, { stream: four, leaseStore });
  await consumer.start();
  await vi.waitFor(() => expect(consumer.health().shards).toHaveLength(3), patience);
  const Records = Array.from({ length: 80 }, (_, at) => {
    return { PartitionKey: `user-${at}`, Data: Buffer.from(String(at)) };
  });
  const { Records: places = [] } = await client.send(new PutRecordsCommand({ StreamName: four, Records }));
  const elsewhere = places.filter(({ ShardId }) => ShardId !== shardIds[1]);
  expect(new Set(elsewhere.map(({ ShardId }) => ShardId)).size).toBe(3);
  await vi.waitFor(() => expect(texts).toHaveLength(elsewhere.length), patience);
  await consumer.stop();
  expect(told).toEqual([[shardIds[1], 'checkpoint']]);
  expect(await lease(applicationName, shardIds[1])).toEqual(broken);
  expect(events.filter(({ type }) => type === 'lease-created' || type === 'lease-deleted')).toEqual([]);
  expect(errors).toEqual([]);
});

test('a table of something else is refused at the start, with what to do', async () => {
  const { consumer } = worker('shared', {
    applicationName: 'elsewhere',
    leaseStore: new DynamoDBLeaseStore({
      clientConfig: table.clientConfig,
      tableName: 'elsewhere',
      createTable: false,
    }),
  });
  await expect(consumer.start()).rejects.toMatchObject({ retryable: false });
  expect(consumer.health().state).toBe('new');
});
