import {
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startDynamoDbLocal } from './support/java-process.js';
import { KclApplication } from './support/kcl-application.js';
import { pathOf, titleOf } from './support/tool.js';

/**
 * Two applications of the KCL read one stream side by side, one by polling and one by fan-out, while it is written to and a
 * shard is split. The KCL starts slowly; both wait at the same time.
 */
const java = inject('java');
const stream = 'kcl';
const keys = 40;
const parent = 'shardId-000000000000';

describe.skipIf(java.missing !== undefined)(titleOf('KCL 3.5.1 for Java', java), () => {
  const applications: KclApplication[] = [];
  const stops: (() => Promise<unknown>)[] = [];
  const sent = new Map<string, string[]>();
  let kinesis: LocalKinesisServer;
  let sentCount = 0;

  const next = () => {
    const partitionKey = `key-${sentCount % keys}`;
    const data = `${partitionKey} #${sentCount} ${'x'.repeat(sentCount % 100)}`;
    sentCount += 1;
    sent.set(partitionKey, [...(sent.get(partitionKey) ?? []), data]);
    return { partitionKey, data };
  };

  beforeAll(async () => {
    const classPath = pathOf(java);
    kinesis = await startLocalKinesis({ streams: [{ name: stream, shards: 2 }] });
    stops.push(() => kinesis.close());
    const dynamoDb = await startDynamoDbLocal(classPath);
    stops.push(() => dynamoDb.process.stop());
    for (const reads of ['polling', 'fan-out'] as const) {
      const application = new KclApplication({
        classPath,
        stream,
        application: `kcl-${reads}`,
        reads,
        kinesisEndpoint: kinesis.endpoint,
        dynamoDbEndpoint: dynamoDb.endpoint,
      });
      applications.push(application);
      stops.push(() => application.stop());
    }
    await writeThroughASplit();
  }, 290_000);

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  async function writeThroughASplit(): Promise<void> {
    const client = new KinesisClient(kinesis.clientConfig);
    const producer = new Producer({ stream, clientConfig: kinesis.clientConfig });
    try {
      await producer.putMany(Array.from({ length: 1_200 }, next));
      await putSingly(client);
      await everybodyHasAll();
      await producer.putMany(Array.from({ length: 400 }, next));
      const range = (await shardNamed(client, parent))?.HashKeyRange;
      const middle = (BigInt(range?.StartingHashKey ?? 0) + BigInt(range?.EndingHashKey ?? 0)) / 2n;
      const split = { StreamName: stream, ShardToSplit: parent, NewStartingHashKey: String(middle) };
      await client.send(new SplitShardCommand(split));
      await producer.putMany(Array.from({ length: 400 }, next));
      await Promise.all(applications.map((application) => application.working(4)));
      await producer.putMany(Array.from({ length: 400 }, next));
      await everybodyHasAll();
    } finally {
      await producer.close();
      client.destroy();
    }
  }

  /** Records that nobody aggregated. */
  async function putSingly(client: KinesisClient): Promise<void> {
    const records = Array.from({ length: 80 }, next);
    const entries = records.map(({ partitionKey, data }) => ({
      PartitionKey: partitionKey,
      Data: Buffer.from(data),
    }));
    const { FailedRecordCount } = await client.send(
      new PutRecordsCommand({ StreamName: stream, Records: entries }),
    );
    expect(FailedRecordCount).toBe(0);
  }

  async function everybodyHasAll(): Promise<void> {
    await Promise.all(applications.map((application) => application.delivered(sentCount)));
  }

  async function shardNamed(client: KinesisClient, shardId: string) {
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
    return Shards.find(({ ShardId }) => ShardId === shardId);
  }

  describe.each([
    ['polling', 0],
    ['fan-out', 1],
  ] as const)('%s', (_, at) => {
    const application = () => applications[at] as KclApplication;

    it('delivers every user record, in order by key', () => {
      const got = new Map<string, string[]>();
      for (const { partitionKey, data } of application().records) {
        got.set(partitionKey, [...(got.get(partitionKey) ?? []), data]);
      }
      expect(got).toEqual(sent);
    });

    it('takes aggregates apart and leaves other records alone', () => {
      const { records } = application();
      expect(records.filter(({ aggregated }) => !aggregated).length).toBeGreaterThanOrEqual(80);
      expect(records.filter(({ aggregated }) => aggregated).length).toBeGreaterThan(1_000);
    });

    it('reads a split shard to its end, and its children only then', () => {
      const { records, ended } = application();
      expect([...ended.keys()]).toEqual([parent]);
      const children = records.filter(({ shardId }) => shardId > 'shardId-000000000001');
      expect(children.length).toBeGreaterThan(0);
      expect(records.findIndex(({ shardId }) => shardId > 'shardId-000000000001')).toBeGreaterThanOrEqual(
        ended.get(parent) ?? Number.NaN,
      );
    });
  });
});
