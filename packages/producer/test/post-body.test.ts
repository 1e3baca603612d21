import { createHash } from 'node:crypto';
import { KinesisClient, type KinesisClientConfig, ResourceNotFoundException } from '@aws-sdk/client-kinesis';
import { serviceFaultOf } from '@shardline/core/internal';
import { cbor } from '@smithy/core/cbor';
import { HttpResponse } from '@smithy/core/protocols';
import { describe, expect, test } from 'vitest';
import { postBody } from '../src/post-body.js';
import type { BodyFormat } from '../src/request-body.js';

/*
 * The whole middleware of a real client, with a request handler in the place of the network.
 */

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly hostname: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Answer {
  readonly statusCode?: number;
  readonly type?: string | undefined;
  readonly body: Uint8Array | string | ReadableStream;
}

const { signal } = new AbortController();
const types = { cbor: 'application/x-amz-cbor-1.1', json: 'application/x-amz-json-1.1' };
const good = { FailedRecordCount: 0, Records: [{ ShardId: 's', SequenceNumber: '49' }] };
const goodAnswers = [{ shardId: 's', sequenceNumber: '49' }];
const inCbor = (value: unknown) => ({ type: types.cbor, body: cbor.serialize(value) });
const inJson = (value: unknown) => ({ type: types.json, body: JSON.stringify(value) });

/** A client whose service gives one answer, and what it was sent. */
function clientOf(answer: Answer, config: KinesisClientConfig = {}) {
  const sent: SentRequest[] = [];
  const options: { abortSignal?: AbortSignal }[] = [];
  const requestHandler = {
    async handle(request: SentRequest, given: { abortSignal?: AbortSignal }) {
      sent.push(request);
      options.push(given);
      const { statusCode = 200, type, body } = answer;
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      return { response: new HttpResponse({ statusCode, headers, body: streamOf(body) }) };
    },
  };
  const client = new KinesisClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: requestHandler as never,
    ...config,
  });
  return { client, sent, options };
}

function streamOf(body: Answer['body']): ReadableStream {
  return body instanceof ReadableStream ? body : new Blob([Buffer.from(body)]).stream();
}

function post(client: KinesisClient, format: BodyFormat = 'cbor', abortSignal = signal) {
  const body = { format, contentType: types[format], bytes: Buffer.from([0xa0, 1, 2]) };
  return postBody(client, { StreamName: 'tweets' }, body, abortSignal);
}

describe.each(['cbor', 'json'] as const)('a body in %s', (format) => {
  test('goes as it is, signed as PutRecords of the stream', async () => {
    const { client, sent } = clientOf(inCbor(good));
    const bytes = Buffer.from('the body');
    await postBody(client, { StreamName: 'tweets' }, { format, contentType: types[format], bytes }, signal);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      method: 'POST',
      path: '/',
      hostname: 'kinesis.eu-west-1.amazonaws.com',
      headers: {
        'content-type': types[format],
        'content-length': '8',
        'x-amz-target': 'Kinesis_20131202.PutRecords',
        'x-amz-content-sha256': createHash('sha256').update('the body').digest('hex'),
        authorization: expect.stringContaining('SignedHeaders='),
      },
    });
    expect(sent[0]?.body).toBe(bytes);
  });
});

test('the stream decides the endpoint, as for the SDK', async () => {
  const { client, sent } = clientOf(inCbor(good));
  const StreamARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';
  const body = { format: 'cbor' as const, contentType: types.cbor, bytes: Buffer.of(0xa0) };
  await postBody(client, { StreamARN }, body, signal);
  expect(sent[0]?.hostname).toBe('123456789012.data-kinesis.eu-west-1.amazonaws.com');
});

test('hands on the signal', async () => {
  const { client, options } = clientOf(inCbor(good));
  const { signal: own } = new AbortController();
  await post(client, 'cbor', own);
  expect(options[0]?.abortSignal).toBe(own);
});

describe('a good answer', () => {
  test.each([
    ['CBOR', inCbor(good)],
    ['JSON', inJson(good)],
    ['CBOR with an indefinite map', { type: types.cbor, body: inIndefiniteCbor() }],
  ])('is read as what it says that it is: %s', async (_what, answer) => {
    expect(await post(clientOf(answer).client, 'cbor')).toEqual(goodAnswers);
    expect(await post(clientOf(answer).client, 'json')).toEqual(goodAnswers);
  });

  test('is read as what was asked, where it does not say', async () => {
    expect(await post(clientOf({ body: cbor.serialize(good) }).client, 'cbor')).toEqual(goodAnswers);
    expect(await post(clientOf({ body: JSON.stringify(good) }).client, 'json')).toEqual(goodAnswers);
  });

  test.each([
    ['a page of a proxy', { type: 'text/html', body: '<html>hello</html>' }],
    ['CBOR cut short', { type: types.cbor, body: cbor.serialize(good).subarray(0, -1) }],
    ['JSON cut short', { type: types.json, body: '{"Records":[' }],
    ['nothing', { type: types.cbor, body: '' }],
  ])('that cannot be read is a fault, answered, without a name: %s', async (_what, answer) => {
    for (const format of ['cbor', 'json'] as const) {
      const error = await post(clientOf(answer).client, format).then(
        (answers) => answers,
        (thrown: unknown) => thrown,
      );
      // The SDK takes an empty answer for one without records.
      if (answer.body === '') expect(error).toEqual([]);
      else expect(serviceFaultOf(error)).toMatchObject({ name: 'Http200', answered: true });
    }
  });

  test('that came from something before the connection counts too', async () => {
    const { client, sent } = clientOf(inCbor(good));
    client.middlewareStack.add(() => async () => ({ output: { ...good, $metadata: {} }, response: {} }), {
      step: 'initialize',
    });
    expect(await post(client)).toEqual(goodAnswers);
    expect(sent).toEqual([]);
  });
});

describe('an error', () => {
  const notFound = { __type: 'ResourceNotFoundException', message: 'Stream tweets not found.' };
  test.each([
    ['CBOR', inCbor(notFound)],
    ['JSON', inJson(notFound)],
    [
      'CBOR with a namespace and a capital',
      inCbor({
        __type: 'com.amazonaws.kinesis#ResourceNotFoundException',
        Message: 'Stream tweets not found.',
      }),
    ],
  ])("of the service's is the SDK's own exception: %s", async (_what, answer) => {
    for (const format of ['cbor', 'json'] as const) {
      const { client } = clientOf({ statusCode: 400, ...answer });
      const error = await post(client, format).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ResourceNotFoundException);
      expect(error).toMatchObject({
        name: 'ResourceNotFoundException',
        message: 'Stream tweets not found.',
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  test.each([
    ['an unknown name', 400, inCbor({ __type: 'SomethingNew', message: 'new' }), 'SomethingNew'],
    ['no name', 400, inCbor({ message: 'what?' }), 'Http400'],
    ['no CBOR', 404, { type: types.cbor, body: 'Not found' }, 'Http404'],
    ['a page of a proxy', 502, { type: 'text/html', body: '<html>Bad Gateway</html>' }, 'Http502'],
    ['an unsupported type', 415, { type: undefined, body: '' }, 'Http415'],
  ])('%s is known by its name or its status', async (_what, statusCode, answer, name) => {
    const { client } = clientOf({ statusCode, ...answer });
    const error = await post(client).catch((thrown: unknown) => thrown);
    expect(serviceFaultOf(error)).toMatchObject({ name, answered: true });
  });
});

test.each([
  ['a page', 502, { type: 'text/html', body: `<html>${'x'.repeat(2_000_000)}` }],
  ['a good page', 200, { type: 'text/html', body: `<html>${'x'.repeat(2_000_000)}` }],
  ['CBOR', 400, inCbor({ __type: 'SomethingNew', more: 'x'.repeat(2_000_000) })],
])(
  'P2: of a long answer no more than the beginning stays with the error: %s',
  async (_what, statusCode, answer) => {
    const error = await post(clientOf({ statusCode, ...answer }).client).catch((thrown: unknown) => thrown);
    const { body } = (error as { $response: { body: Uint8Array } }).$response;
    expect([body.length, body.buffer.byteLength]).toEqual([4_096, 4_096]);
    expect(Buffer.from(body).toString()).toMatch(/^(<html>|\{"__type":"SomethingNew")/);
  },
);

test('a short answer stays with the error as it is', async () => {
  const answer = { statusCode: 502, type: 'text/html', body: `<html>${'x'.repeat(4_090)}` };
  const error = await post(clientOf(answer).client).catch((thrown: unknown) => thrown);
  const { body } = (error as { $response: { body: Uint8Array } }).$response;
  expect(Buffer.from(body).toString()).toBe(answer.body);
});

test('an answer that breaks off is no answer', async () => {
  const gone = Object.assign(new Error('gone'), { code: 'ECONNRESET' });
  const body = new ReadableStream({ start: (controller) => controller.error(gone) });
  const error = await post(clientOf({ type: types.cbor, body }).client).catch((thrown: unknown) => thrown);
  expect(serviceFaultOf(error)).toMatchObject({ kind: 'transient', name: 'ECONNRESET', answered: false });
});

test("what the client's owner does to requests goes on", async () => {
  const { client, sent } = clientOf(inCbor(good));
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as SentRequest & { headers: Record<string, string> }).headers['x-trace'] = 'me';
      return next(args);
    },
    { step: 'build' },
  );
  await post(client);
  expect(sent[0]?.headers).toMatchObject({ 'x-trace': 'me', 'content-type': types.cbor });
});

/** As Jackson writes it: maps and lists that do not say their length. */
function inIndefiniteCbor(): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.of(0x60 + value.length), Buffer.from(value)]);
  const record = [
    Buffer.of(0xbf),
    text('ShardId'),
    text('s'),
    text('SequenceNumber'),
    text('49'),
    Buffer.of(0xff),
  ];
  return Buffer.concat([Buffer.of(0xbf), text('Records'), Buffer.of(0x9f), ...record, Buffer.of(0xff, 0xff)]);
}
