import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { systemClock } from '@shardline/core/internal';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { type DynamoDBLeaseStoreOptions, resolveDynamoDBLeaseStoreOptions } from '../src/options.js';
import { sdkEdges } from '../src/sdk-edges.js';

const clientConfig = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
const sdk = mockClient(DynamoDBClient);
const destroyed: DynamoDBClient[] = [];
vi.spyOn(DynamoDBClient.prototype, 'destroy').mockImplementation(function (this: DynamoDBClient) {
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

/** The edges of a store with `options`, and the client that they call with. */
async function edgesOf(options: DynamoDBLeaseStoreOptions) {
  sdk.on(GetItemCommand).resolves({});
  const edges = sdkEdges(resolveDynamoDBLeaseStoreOptions(options));
  await edges.api.getItem({ TableName: 'tweets', Key: {} }, new AbortController().signal);
  return { edges, client: sdk.send.lastCall.thisValue as DynamoDBClient };
}

test("time is the machine's", async () => {
  expect((await edgesOf({ clientConfig })).edges.clock).toBe(systemClock);
});

test('a client of our own tries once, and is destroyed when the store is closed', async () => {
  const { edges, client } = await edgesOf({ clientConfig: { ...clientConfig, maxAttempts: 9 } });
  expect([await client.config.maxAttempts(), await client.config.region()]).toEqual([1, 'eu-west-1']);
  edges.api.close();
  expect(destroyed).toEqual([client]);
});

test('without clientConfig the client is made as the SDK would, and is ours too', async () => {
  const { edges, client } = await edgesOf({});
  edges.api.close();
  expect(destroyed).toEqual([client]);
});

test('an endpoint that is no URL of HTTP is refused before anything is sent to it', async () => {
  await expect(edgesOf({ clientConfig: { ...clientConfig, endpoint: 'localhost:8000' } })).rejects.toThrow(
    'clientConfig: option "endpoint" must be a URL that begins with http:// or https://; received "localhost:8000".',
  );
  const { edges, client } = await edgesOf({
    clientConfig: { ...clientConfig, endpoint: 'http://[::1]:8000' },
  });
  edges.api.close();
  expect(destroyed).toEqual([client]);
});

test('a client that was given is called, and is not ours to destroy', async () => {
  const given = new DynamoDBClient(clientConfig);
  const { edges, client } = await edgesOf({ client: given });
  edges.api.close();
  expect(client).toBe(given);
  expect(destroyed).toEqual([]);
});
