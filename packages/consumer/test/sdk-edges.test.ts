import { GetShardIteratorCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { KinesisConnection } from '@shardline/core/connection';
import { systemClock, systemRandom } from '@shardline/core/internal';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { InMemoryLeaseStore } from '../src/in-memory-lease-store.js';
import { type ConsumerOptions, resolveConsumerOptions } from '../src/options.js';
import { sdkEdges } from '../src/sdk-edges.js';

const clientConfig = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
const sdk = mockClient(KinesisClient);
const destroyed: KinesisClient[] = [];
vi.spyOn(KinesisClient.prototype, 'destroy').mockImplementation(function (this: KinesisClient) {
  destroyed.push(this);
});

afterEach(() => {
  sdk.reset();
  destroyed.length = 0;
});

/** Files share a process: the next one must find the SDK as it is. */
afterAll(() => {
  sdk.restore();
  vi.restoreAllMocks();
});

/** The edges of a consumer with `options`, and the client that they read with. */
async function edgesOf(options: Partial<ConsumerOptions>) {
  sdk.on(GetShardIteratorCommand).resolves({ ShardIterator: 'i' });
  const edges = sdkEdges(
    resolveConsumerOptions({
      stream: 'tweets',
      applicationName: 'count',
      leaseStore: new InMemoryLeaseStore(),
      onRecord: () => {},
      onError: () => {},
      ...options,
    }),
  );
  await edges.reads.getShardIterator('s0', { type: 'latest' }, new AbortController().signal);
  return { edges, client: sdk.send.lastCall.thisValue as KinesisClient };
}

test('time and chance are the machine', async () => {
  const { edges } = await edgesOf({ clientConfig });
  expect([edges.clock, edges.random]).toEqual([systemClock, systemRandom]);
});

test('N1: every id of a worker is new, and says where it runs', async () => {
  const { edges } = await edgesOf({ clientConfig, workerName: 'web-1' });
  const ids = [edges.newWorkerId(), edges.newWorkerId()];
  for (const id of ids) expect(id).toMatch(/^web-1:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}$/);
  expect(ids[0]).not.toBe(ids[1]);
  const unnamed = await edgesOf({ clientConfig });
  expect(unnamed.edges.newWorkerId()).toMatch(/^.+:[0-9a-f-]{36}$/);
});

test('a client of our own tries once, over HTTP/1.1, and is destroyed at the end', async () => {
  const { edges, client } = await edgesOf({ clientConfig: { ...clientConfig, maxAttempts: 9 } });
  expect(client.config.requestHandler.metadata?.handlerProtocol).toBe('http/1.1');
  expect([await client.config.maxAttempts(), await client.config.region()]).toEqual([1, 'eu-west-1']);
  edges.reads.close();
  expect(destroyed).toEqual([client]);
});

test('a client that was given is used as it is, and lives on', async () => {
  const given = new KinesisClient({ ...clientConfig, maxAttempts: 7 });
  const { edges, client } = await edgesOf({ client: given });
  expect(client).toBe(given);
  edges.reads.close();
  expect([destroyed, await given.config.maxAttempts()]).toEqual([[], 7]);
});

test('the region is that of clientConfig, else of the ARN, whatever the environment says', async () => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { credentials } = clientConfig;
  const stream = 'arn:aws:kinesis:eu-north-1:123456789012:stream/tweets';
  const regionOf = async (options: Partial<ConsumerOptions>) =>
    (await edgesOf(options)).client.config.region();
  expect(await regionOf({ stream, clientConfig: { credentials } })).toBe('eu-north-1');
  expect(await regionOf({ stream })).toBe('eu-north-1');
  const region = async () => 'ap-south-1';
  expect(await regionOf({ stream, clientConfig: { credentials, region } })).toBe('ap-south-1');
  expect(await regionOf({ clientConfig: { credentials } })).toBe('us-east-1');
});

test('a connection that was given is joined, left again, and lives on', async () => {
  const connection = new KinesisConnection({ clientConfig });
  const { edges, client } = await edgesOf({ connection });
  expect((await edgesOf({ connection })).client).toBe(client);
  expect(connection.stats().users).toEqual(['tweets', 'tweets']);
  edges.reads.close();
  expect(connection.stats().users).toEqual(['tweets']);
  expect(destroyed).toEqual([]);
});
