import { KinesisClient, type KinesisClientConfig, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { KinesisConnection } from '@shardline/core/connection';
import { systemClock, systemRandom } from '@shardline/core/internal';
import { HttpResponse } from '@smithy/core/protocols';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { resolveProducerOptions } from '../src/options.js';
import { Pipeline } from '../src/pipeline.js';
import type { ProducerOptions } from '../src/producer-options.js';
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

/** Files share a process: the next one must find the SDK as it is. */
afterAll(() => {
  sdk.restore();
  vi.restoreAllMocks();
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

test('the region is that of clientConfig, else of the ARN, whatever the environment says', async () => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { credentials } = clientConfig;
  const stream = 'arn:aws:kinesis:eu-north-1:123456789012:stream/tweets';
  const regionOf = async (options: Partial<ProducerOptions>) =>
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
  const other = await edgesOf({ connection });
  expect(other.client).toBe(client);
  expect(connection.stats().users).toEqual(['tweets', 'tweets']);
  edges.api.close();
  other.edges.api.close();
  expect(connection.stats().users).toEqual([]);
  expect(destroyed).toEqual([]);
  await connection.close();
  expect(destroyed).toEqual([client]);
});

test('a connection that was closed is refused', async () => {
  const connection = new KinesisConnection({ clientConfig });
  await connection.close();
  await expect(edgesOf({ connection })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
});

/** The gate asks nobody what is set aside while what is held comes to no more than half of the bound. */
test.each([1_048_576, 1_048_583, 33_554_432, 2 ** 40])(
  'P2: of a bound of %d bytes no more than half is set aside for encoders and bodies together',
  async (maxOutstandingBytes) => {
    const { edges } = await edgesOf({ clientConfig, maxOutstandingBytes });
    const options = resolveProducerOptions({ stream: 'tweets', clientConfig, maxOutstandingBytes });
    const { gate } = new Pipeline(options, edges);
    // The body of the request that `edgesOf` sent is idle by now.
    edges.api.trim();
    const bodyBytes = edges.api.setAsideBytes;
    const { setAsideBytes } = gate.fullError();
    expect(bodyBytes).toBeGreaterThan(0);
    expect(setAsideBytes).toBeGreaterThan(bodyBytes);
    expect(setAsideBytes).toBeLessThanOrEqual(maxOutstandingBytes / 2);
    edges.api.close();
  },
);

/** What a producer with `options` sends, as it comes to the request handler. */
async function sentBy(
  options: Partial<ProducerOptions>,
  more: KinesisClientConfig = {},
  through: 'clientConfig' | 'connection' | 'client' = 'clientConfig',
) {
  sdk.restore();
  const sent: { headers: Record<string, string>; body: unknown; hostname: string }[] = [];
  const requestHandler = {
    async handle(request: (typeof sent)[number]) {
      sent.push(request);
      return { response: new HttpResponse({ statusCode: 200, headers: {}, body: Buffer.from('{}') }) };
    },
    destroy() {},
  };
  const config = { ...clientConfig, requestHandler: requestHandler as never, ...more };
  const ways = {
    clientConfig: () => ({ clientConfig: config }),
    connection: () => ({ connection: new KinesisConnection({ clientConfig: config }) }),
    client: () => ({ client: new KinesisClient(config) }),
  };
  const { api } = sdkEdges(resolveProducerOptions({ stream: 'tweets', ...ways[through](), ...options }));
  const request = api.prepare([content({ data: 'hi' })]);
  await request.send(new AbortController().signal).catch(() => {});
  return sent.map(({ headers, body, hostname }) => ({ type: headers['content-type'], body, host: hostname }));
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

  test('is CBOR over a shared connection too', async () => {
    const [first] = await sentBy({}, {}, 'connection');
    expect(first?.type).toBe('application/x-amz-cbor-1.1');
  });

  test.each(['clientConfig', 'connection', 'client'] as const)(
    'is left to a protocol that somebody chose: %s',
    async (through) => {
      const { protocol } = new KinesisClient(clientConfig).config;
      const [first, ...more] = await sentBy({}, { protocol }, through);
      expect([first?.type, more]).toEqual(['application/x-amz-json-1.1', []]);
    },
  );

  test('is left to a client that was given', async () => {
    const [first, ...more] = await sentBy({}, {}, 'client');
    expect([first?.type, more]).toEqual(['application/x-amz-json-1.1', []]);
  });
});

test('the id of the stream goes with the request, and leads to its host', async () => {
  const [first] = await sentBy({ streamId: 'abcdefghijklmnopqrst-uvw', bodyFormat: 'json' });
  expect(JSON.parse(Buffer.from(first?.body as Uint8Array).toString())).toMatchObject({
    StreamName: 'tweets',
    StreamId: 'abcdefghijklmnopqrst-uvw',
  });
  expect(first?.host).toBe('abcdefghijklmnopqrst.uvw.data-kinesis.eu-west-1.amazonaws.com');
  const [cbor] = await sentBy({ streamId: 'abcdefghijklmnopqrst-uvw' });
  expect(Buffer.from(cbor?.body as Uint8Array).toString('latin1')).toContain('abcdefghijklmnopqrst-uvw');
});
