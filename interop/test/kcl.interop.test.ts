import {
  type DescribeStreamSummaryOutput,
  KinesisClient,
  ListShardsCommand,
  type ListStreamConsumersOutput,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { deadlineIn } from './support/deadline.js';
import { startDynamoDbLocal } from './support/java-process.js';
import { KclApplication } from './support/kcl-application.js';
import { pathOf, titleOf } from './support/tool.js';
import { trustFile } from './support/trust-file.js';
import { trustStoreFlags } from './support/trust-store.js';

/**
 * Applications of the KCL read one stream side by side, by polling and by fan-out, while it is written to and a
 * shard is split. The KCL starts slowly; all wait at the same time.
 */
const java = inject('java');
const stream = 'kcl';
const keys = 40;
const parent = 'shardId-000000000000';
/** All waits of the preparation together: they end, with what was waited for and its log, before the hook does. */
const preparedWithinMs = 400_000;

/** The KCL speaks HTTP/2 in any case. */
const ways = [
  { name: 'polling', reads: 'polling', endpoint: 'http' },
  { name: 'fan-out', reads: 'fan-out', endpoint: 'http' },
  { name: 'fan-out-over-tls', reads: 'fan-out', endpoint: 'https' },
] as const;

describe.skipIf(java.missing !== undefined)(titleOf('KCL 3.5.1 for Java', java), () => {
  const applications: KclApplication[] = [];
  const stops: (() => Promise<unknown>)[] = [];
  const sent = new Map<string, string[]>();
  let kinesis: LocalKinesisServer;
  let sentCount = 0;
  let startedAtMs = 0;

  /** One port speaks both. */
  const endpointOf = (protocol: 'http' | 'https') => kinesis.endpoint.replace('https', protocol);

  const next = () => {
    const partitionKey = `key-${sentCount % keys}`;
    const data = `${partitionKey} #${sentCount} ${'x'.repeat(sentCount % 100)}`;
    sentCount += 1;
    sent.set(partitionKey, [...(sent.get(partitionKey) ?? []), data]);
    return { partitionKey, data };
  };

  beforeAll(async () => {
    const classPath = pathOf(java);
    const leftMs = deadlineIn(preparedWithinMs);
    startedAtMs = Date.now();
    kinesis = await startLocalKinesis({ streams: [{ name: stream, shards: 2 }], tls: true });
    stops.push(() => kinesis.close());
    const trusted = trustFile(kinesis.certificate);
    stops.push(async () => trusted.remove());
    const dynamoDb = await startDynamoDbLocal(classPath, leftMs);
    stops.push(() => dynamoDb.process.stop());
    const flags = trustStoreFlags(trusted.path);
    for (const { name, reads, endpoint } of ways) {
      const application = new KclApplication({
        classPath,
        stream,
        application: name,
        reads,
        kinesisEndpoint: endpointOf(endpoint),
        dynamoDbEndpoint: dynamoDb.endpoint,
        leftMs,
        flags,
      });
      applications.push(application);
      stops.push(() => application.stop());
    }
    await writeThroughASplit();
  }, preparedWithinMs + 60_000);

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  async function writeThroughASplit(): Promise<void> {
    const clientConfig = { ...kinesis.clientConfig, endpoint: endpointOf('http') };
    const client = new KinesisClient(clientConfig);
    const producer = new Producer({ stream, clientConfig });
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

  it('has a consumer for each application that is pushed to', async () => {
    const { StreamDescriptionSummary } = (await kinesis.kinesis.call('DescribeStreamSummary', {
      StreamName: stream,
    })) as DescribeStreamSummaryOutput;
    const listed = await kinesis.kinesis.call('ListStreamConsumers', {
      StreamARN: StreamDescriptionSummary?.StreamARN,
    });
    const { Consumers = [] } = listed as ListStreamConsumersOutput;
    expect(Consumers.map(({ ConsumerName }) => ConsumerName).sort()).toEqual(['fan-out', 'fan-out-over-tls']);
  });

  describe.each(ways.map(({ name }, at) => [name, at] as const))('%s', (_, at) => {
    const application = () => applications[at] as KclApplication;

    it('delivers every user record, in order by key', () => {
      const got = new Map<string, string[]>();
      for (const { partitionKey, data } of application().records) {
        got.set(partitionKey, [...(got.get(partitionKey) ?? []), data]);
      }
      expect(got).toEqual(sent);
    });

    it('tells when they arrived', () => {
      const arrivals = application().records.map(({ arrivalMs }) => arrivalMs);
      expect(Math.min(...arrivals)).toBeGreaterThanOrEqual(startedAtMs);
      expect(Math.max(...arrivals)).toBeLessThanOrEqual(Date.now());
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
