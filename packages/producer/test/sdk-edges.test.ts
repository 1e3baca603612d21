import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { systemClock, systemRandom } from '@shardline/core/internal';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, expect, test, vi } from 'vitest';
import { type ProducerOptions, resolveProducerOptions } from '../src/options.js';
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

/** The edges of a producer with `options`, and the client that they send with. */
async function edgesOf(options: Partial<ProducerOptions>) {
  sdk.on(PutRecordsCommand).resolves({ Records: [] });
  const edges = sdkEdges(resolveProducerOptions({ stream: 'tweets', ...options }));
  await edges.api.prepare([]).send(new AbortController().signal);
  return { edges, client: sdk.send.lastCall.thisValue as KinesisClient };
}

test('time and chance are the machine', async () => {
  const { edges } = await edgesOf({ clientConfig });
  expect([edges.clock, edges.random]).toEqual([systemClock, systemRandom]);
});

test('a client of our own tries once, over HTTP/1.1', async () => {
  const { client } = await edgesOf({ clientConfig: { ...clientConfig, maxAttempts: 9 } });
  expect(client.config.requestHandler.metadata?.handlerProtocol).toBe('http/1.1');
  expect([await client.config.maxAttempts(), await client.config.region()]).toEqual([1, 'eu-west-1']);
});

test('a client of our own is destroyed when the edges are closed', async () => {
  const { edges, client } = await edgesOf({ clientConfig });
  edges.api.close();
  expect(destroyed).toEqual([client]);
});

test('without clientConfig the client is made as the SDK would, and is ours too', async () => {
  const { edges, client } = await edgesOf({});
  edges.api.close();
  expect(destroyed).toEqual([client]);
});

test('a client that was given is used as it is, and lives on', async () => {
  const given = new KinesisClient({ ...clientConfig, maxAttempts: 7 });
  const { edges, client } = await edgesOf({ client: given });
  expect(client).toBe(given);
  edges.api.close();
  expect(destroyed).toEqual([]);
  expect(await given.config.maxAttempts()).toBe(7);
});
