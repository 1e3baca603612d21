import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import { Producer } from '../src/producer.js';
import type { ProducerOptions } from '../src/producer-options.js';
import { failureOf } from './support/producer-under-test.js';

/*
 * Bad input through the real SDK: a typed error that names the thing, and nothing else affected. Cannot catch: what only the
 * real service says, or says in other words.
 */

const record = { partitionKey: 'a', data: 'x' };
let server: LocalKinesisServer;

beforeAll(async () => {
  server = await startLocalKinesis({ streams: [{ name: 'tweets', shards: 2 }] });
});

afterAll(() => server.close());

/** Nothing of the machine's own AWS set-up may answer for the test. */
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
});

afterEach(() => vi.unstubAllEnvs());

function producerOf(options: Partial<ProducerOptions> = {}): Producer {
  const own = options.client ? {} : { clientConfig: server.clientConfig };
  const producer = new Producer({ stream: 'tweets', lingerMs: 0, ...own, ...options });
  onTestFinished(() => producer.close({ deadlineMs: 0 }).catch(() => {}));
  return producer;
}

test('a stream that does not exist: STREAM_NOT_FOUND, from start and from put, with its name', async () => {
  const producer = producerOf({ stream: 'no-such-stream' });
  for (const call of [() => producer.start(), () => producer.put(record)]) {
    const error = await failureOf(call());
    expect(error).toMatchObject({
      code: 'STREAM_NOT_FOUND',
      serviceError: 'ResourceNotFoundException',
      retryable: false,
    });
    expect(error.message).toContain('"no-such-stream"');
  }
});

test('an ARN whose stream does not exist: STREAM_NOT_FOUND, with the ARN', async () => {
  const stream = 'arn:aws:kinesis:us-east-1:000000000000:stream/no-such-stream';
  const error = await failureOf(producerOf({ stream }).put(record));
  expect(error).toMatchObject({ code: 'STREAM_NOT_FOUND', retryable: false });
  expect(error.message).toContain(stream);
});

test('no credentials anywhere: CREDENTIALS_REJECTED, from start and from put', async () => {
  const { endpoint, region } = server.clientConfig;
  const producer = producerOf({ clientConfig: { endpoint, region } });
  for (const call of [() => producer.start(), () => producer.put(record)]) {
    expect(await failureOf(call())).toMatchObject({ code: 'CREDENTIALS_REJECTED', retryable: false });
  }
});

test('a provider of credentials that gives nothing: CLIENT_MISCONFIGURED, at once', async () => {
  const credentials = async () => undefined as never;
  const error = await failureOf(
    producerOf({ clientConfig: { ...server.clientConfig, credentials } }).put(record),
  );
  expect(error).toMatchObject({ code: 'CLIENT_MISCONFIGURED', retryable: false });
  expect(error.message).toContain('credentials');
});

test('no region anywhere: CLIENT_MISCONFIGURED, which says what is missing', async () => {
  const { endpoint, credentials } = server.clientConfig;
  const producer = producerOf({ clientConfig: { endpoint, credentials } });
  for (const call of [() => producer.start(), () => producer.put(record)]) {
    const error = await failureOf(call());
    expect(error).toMatchObject({ code: 'CLIENT_MISCONFIGURED', retryable: false });
    expect(error.message).toMatch(/region/i);
  }
});

test.each(['nonsense', 'localhost:4567', 'http://', 'http://127.0.0.1:99999'])(
  'an endpoint %s that is no URL is refused by the constructor, and later where it is only told then',
  async (endpoint) => {
    const config = { ...server.clientConfig, endpoint };
    expect(() => producerOf({ clientConfig: config })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'endpoint' }),
    );
    const producer = producerOf({ clientConfig: { ...config, endpoint: (async () => 'nonsense') as never } });
    const error = await failureOf(producer.put(record));
    expect(error).toMatchObject({ code: 'CLIENT_MISCONFIGURED', retryable: false });
    expect(error.message).toMatch(/URL/);
  },
);

test('the region of an ARN is that of the client', async () => {
  const { endpoint, credentials } = server.clientConfig;
  const stream = 'arn:aws:kinesis:us-east-1:000000000000:stream/no-such-stream';
  const producer = producerOf({ stream, clientConfig: { endpoint, credentials } });
  expect(await failureOf(producer.put(record))).toMatchObject({ code: 'STREAM_NOT_FOUND' });
});

test.each(['127.0.0.1', 'localhost'])(
  'an endpoint at %s where nobody listens is tried until the record expires, and the error says why',
  async (host) => {
    const closed = createServer().listen(0, host);
    const { port } = await new Promise<AddressInfo>((resolve) =>
      closed.once('listening', () => resolve(closed.address() as AddressInfo)),
    );
    await new Promise((resolve) => closed.close(resolve));
    const producer = producerOf({
      clientConfig: { ...server.clientConfig, endpoint: `http://${host}:${port}` },
      recordTtlMs: 500,
    });
    const error = (await failureOf(producer.put(record))) as unknown as RecordFailedError;
    expect(error).toMatchObject({ code: 'RECORD_EXPIRED', retryable: true, mayBeStored: false });
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.attempts.length).toBeGreaterThan(1);
    expect(error.attempts.every(({ errorCode }) => errorCode === 'ECONNREFUSED')).toBe(true);
  },
);

test('a record that the service refuses for what it is fails alone; those around it are stored', async () => {
  const producer = producerOf();
  const outcomes = await producer.putMany([
    { partitionKey: 'a', data: 'before' },
    { partitionKey: 'k'.repeat(300), data: '' },
    { partitionKey: '', data: '' },
    { partitionKey: 'a', explicitHashKey: '340282366920938463463374607431768211456', data: '' },
    { partitionKey: 'a', explicitHashKey: 'x', data: '' },
    { partitionKey: 'a', data: 'x'.repeat(1_048_576) },
    { partitionKey: 'a', data: 'after' },
  ]);
  expect([...outcomes].map((outcome) => (outcome.stored ? 'stored' : outcome.error.code))).toEqual([
    'stored',
    'INVALID_RECORD',
    'INVALID_RECORD',
    'INVALID_RECORD',
    'INVALID_RECORD',
    'RECORD_TOO_LARGE',
    'stored',
  ]);
});

test('the longest key, the highest hash key and the largest record are taken', async () => {
  const producer = producerOf();
  const outcomes = await producer.putMany([
    { partitionKey: 'k'.repeat(256), data: '' },
    { partitionKey: '語'.repeat(256), data: '' },
    { partitionKey: 'a', explicitHashKey: '340282366920938463463374607431768211455', data: '' },
    { partitionKey: 'a', explicitHashKey: '0', data: '' },
    { partitionKey: 'a', data: 'x'.repeat(1_048_575) },
  ]);
  expect([...outcomes.failures()]).toEqual([]);
});

test('one producer in trouble does not touch another one on the same client', async () => {
  const client = new KinesisClient(server.clientConfig);
  onTestFinished(() => client.destroy());
  const bad = producerOf({ client, stream: 'no-such-stream' });
  const good = producerOf({ client });
  const [failed, stored] = await Promise.allSettled([bad.put(record), good.put(record)]);
  expect([failed?.status, stored?.status]).toEqual(['rejected', 'fulfilled']);
  await bad.close();
  await expect(good.put(record)).resolves.toBeDefined();
});

test('a stream that is deleted under way fails its records at once', async () => {
  await server.kinesis.call('CreateStream', { StreamName: 'short-lived', ShardCount: 1 });
  await vi.waitFor(async () => {
    const described = (await server.kinesis.call('DescribeStreamSummary', { StreamName: 'short-lived' })) as {
      StreamDescriptionSummary: { StreamStatus: string };
    };
    expect(described.StreamDescriptionSummary.StreamStatus).toBe('ACTIVE');
  }, 20_000);
  const producer = producerOf({ stream: 'short-lived' });
  await producer.put(record);
  await server.kinesis.call('DeleteStream', { StreamName: 'short-lived' });
  await vi.waitFor(async () => {
    expect(await failureOf(producer.put(record))).toMatchObject({ code: 'STREAM_NOT_FOUND' });
  }, 20_000);
});

test('both client and clientConfig, or neither a name nor an ARN: INVALID_OPTION from the constructor', () => {
  const client = new KinesisClient(server.clientConfig);
  const refuse = (options: object) =>
    expect(() => new Producer({ stream: 'tweets', ...options })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  refuse({ client, clientConfig: server.clientConfig });
  refuse({ stream: 'two words' });
  refuse({ stream: undefined });
  refuse({ aggregateBytes: 100 });
  refuse({ colour: 'blue' });
  client.destroy();
});
