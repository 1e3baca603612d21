import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { systemClock, systemRandom } from '@shardline/core/internal';
import { HttpResponse } from '@smithy/core/protocols';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type ProducerOptions, resolveProducerOptions } from '../src/options.js';
import { sdkEdges } from '../src/sdk-edges.js';
import { content } from './support/contents.js';

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

/** What a producer with `options` sends, as it comes to the request handler. */
async function sentBy(options: Partial<ProducerOptions>) {
  sdk.restore();
  const sent: { headers: Record<string, string>; body: unknown }[] = [];
  const requestHandler = {
    async handle(request: (typeof sent)[number]) {
      sent.push(request);
      return { response: new HttpResponse({ statusCode: 200, headers: {}, body: Buffer.from('{}') }) };
    },
    destroy() {},
  };
  const { api } = sdkEdges(
    resolveProducerOptions({
      stream: 'tweets',
      clientConfig: { ...clientConfig, requestHandler: requestHandler as never },
      ...options,
    }),
  );
  const request = api.prepare([content({ data: 'hi' })]);
  await request.send(new AbortController().signal).catch(() => {});
  return sent.map(({ headers, body }) => ({ type: headers['content-type'], body }));
}

describe('a request body', () => {
  test('is CBOR, also through a request handler of the user', async () => {
    const [first] = await sentBy({});
    expect(first?.type).toBe('application/x-amz-cbor-1.1');
  });

  test('is JSON where that is asked for', async () => {
    const [first, ...more] = await sentBy({ bodyFormat: 'json' });
    expect([first?.type, Buffer.from(first?.body as Uint8Array).toString(), more]).toEqual([
      'application/x-amz-json-1.1',
      '{"Records":[{"Data":"aGk=","PartitionKey":"key"}],"StreamName":"tweets"}',
      [],
    ]);
  });
});
