/** The HTTP surface request by request: what a client without an SDK sees. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '@shardline/core/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  KinesisServiceError,
  type LocalKinesis,
  type LocalKinesisServer,
  startLocalKinesis,
} from '../src/index.js';
import { requestHandler } from '../src/request-handler.js';
import { HandClock } from './support/hand-clock.js';
import { goodHeaders, rawRequest } from './support/raw-request.js';
import { warned } from './support/warned.js';

let server: LocalKinesisServer;
const target = (operation: string) => ({ ...goodHeaders, 'x-amz-target': `Kinesis_20131202.${operation}` });
const send = (operation: string, body: string | Uint8Array, more: Record<string, string> = {}) =>
  rawRequest(server.endpoint, { headers: { ...target(operation), ...more }, body });

beforeAll(async () => {
  server = await startLocalKinesis({ streams: [{ name: 's', shards: 2 }], maxBodyBytes: 100_000 });
});
afterAll(() => server.close());

describe('requestHandler', () => {
  it('answers in AWS JSON 1.1', async () => {
    const answer = await send('DescribeStreamSummary', '{"StreamName":"s"}');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'content-length': String(Buffer.byteLength(answer.text)),
    });
    const { StreamDescriptionSummary } = JSON.parse(answer.text);
    expect(StreamDescriptionSummary.StreamCreationTimestamp).toBeGreaterThan(1_700_000_000);
    expect(StreamDescriptionSummary.StreamCreationTimestamp).toBeLessThan(100_000_000_000);
  });

  it('sends not a byte where an operation has no output', async () => {
    const answer = await send('AddTagsToStream', '{"StreamName":"s","Tags":{"a":"b"}}');
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'content-length': '0',
    });
  });

  it('tells the time of its own clock', async () => {
    const clock = new HandClock(Date.UTC(2031, 0, 2, 3, 4, 5));
    const elsewhen = await startLocalKinesis({ clock, streams: [{ name: 's' }] });
    const answer = await rawRequest(elsewhen.endpoint, {
      headers: target('ListShards'),
      body: '{"StreamName":"s"}',
    });
    await elsewhen.close();
    expect(answer.headers.date).toBe('Thu, 02 Jan 2031 03:04:05 GMT');
  });

  it('takes times in seconds and data in base64', async () => {
    const put = await send(
      'PutRecord',
      '{"StreamName":"s","Data":"aGk=","PartitionKey":"k","ExplicitHashKey":"0"}',
    );
    expect(JSON.parse(put.text)).toMatchObject({ ShardId: 'shardId-000000000000' });
    const iterator = await send(
      'GetShardIterator',
      '{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1459799926.480}',
    );
    const read = await send('GetRecords', iterator.text);
    expect(JSON.parse(read.text)).toMatchObject({
      MillisBehindLatest: 0,
      Records: [{ Data: 'aGk=', PartitionKey: 'k', ApproximateArrivalTimestamp: expect.any(Number) }],
    });
  });

  it.each([
    ['ListShards', '{"StreamName":"none"}', 400, 'ResourceNotFoundException'],
    ['ListShards', '{"StreamName":5}', 400, 'SerializationException'],
    ['ListShards', '{"StreamName":', 400, 'SerializationException'],
    ['ListShards', '[]', 400, 'SerializationException'],
    ['ListShards', 'null', 400, 'SerializationException'],
    ['ListShards', '\ufeff{}', 400, 'SerializationException'],
    ['ListShards', '', 400, 'SerializationException'],
    ['ListShards', '{"StreamName":"a b"}', 400, 'ValidationException'],
    ['PutRecord', '{"StreamName":"s","Data":"*","PartitionKey":"k"}', 400, 'SerializationException'],
    ['Nonsense', '{}', 400, 'UnknownOperationException'],
  ])('refuses %s %s', async (operation, body, status, name) => {
    const answer = await send(operation, body);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'x-amzn-errortype': name,
      'x-amzn-requestid': expect.any(String),
      'content-type': 'application/x-amz-json-1.1',
    });
    expect(JSON.parse(answer.text)).toEqual({ __type: name, message: expect.stringMatching(/./) });
  });

  it.each([
    ['no target', { ...goodHeaders }, 400, 'UnknownOperationException'],
    [
      'a target of another service',
      { ...goodHeaders, 'x-amz-target': 'DynamoDB_20120810.GetItem' },
      400,
      'UnknownOperationException',
    ],
    [
      'no signature',
      { 'content-type': goodHeaders['content-type'], 'x-amz-target': 'Kinesis_20131202.ListShards' },
      400,
      'MissingAuthenticationTokenException',
    ],
    [
      'half a signature',
      { ...target('ListShards'), authorization: 'AWS4-HMAC-SHA256 Credential=x' },
      400,
      'IncompleteSignatureException',
    ],
    [
      'another scheme',
      { ...target('ListShards'), authorization: 'Basic Credential=,SignedHeaders=,Signature=' },
      400,
      'IncompleteSignatureException',
    ],
    [
      'CBOR of another kind',
      { ...target('ListShards'), 'content-type': 'application/cbor' },
      404,
      'UnknownOperationException',
    ],
    [
      'no content type',
      {
        'x-amz-target': 'Kinesis_20131202.ListShards',
        'x-amz-date': goodHeaders['x-amz-date'],
        authorization: goodHeaders.authorization,
      },
      404,
      'UnknownOperationException',
    ],
    [
      'no date',
      {
        'content-type': goodHeaders['content-type'],
        authorization: goodHeaders.authorization,
        'x-amz-target': 'Kinesis_20131202.ListShards',
      },
      400,
      'IncompleteSignatureException',
    ],
  ])('refuses a request with %s', async (_what, headers, status, name) => {
    const answer = await rawRequest(server.endpoint, { headers, body: '{"StreamName":"s"}' });
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([status, name]);
  });

  it.each([
    ['GET', '/health', '{"status":"ok"}'],
    ['GET', '/health?from=a-probe', '{"status":"ok"}'],
    ['HEAD', '/health', ''],
  ])('is well: %s %s', async (method, path, text) => {
    const answer = await rawRequest(server.endpoint, { method, path, headers: {} });
    expect([answer.status, answer.text]).toEqual([200, text]);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '15' });
  });

  it.each([
    ['POST', '/health'],
    ['GET', '/healthy'],
    ['GET', '/?/health'],
  ])('takes %s %s for no question of health', async (method, path) => {
    const answer = await rawRequest(server.endpoint, { method, path, headers: {} });
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([400, 'UnknownOperationException']);
  });

  it('drops the connection, with a warning, when an answer cannot be written', async () => {
    const unwritable: Pick<LocalKinesis, 'nowMs' | 'receive'> = {
      nowMs: () => 0,
      receive: () => Promise.reject(new KinesisServiceError('Line\nbreak', 'No header value.')),
    };
    const handler = requestHandler(unwritable, 1_000, seededRandom(1));
    const broken = createServer((request, response) => {
      const { socket } = request;
      handler(request, response, { tcp: socket, top: socket });
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const warning = warned(({ code }) => code === 'ERR_INVALID_CHAR');
    const { port } = broken.address() as AddressInfo;
    const answer = rawRequest(`http://127.0.0.1:${port}`, { headers: target('ListShards'), body: '{}' });
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
    await warning;
    broken.close();
  });

  it('takes a content type with parameters', async () => {
    const answer = await send('ListShards', '{"StreamName":"s"}', {
      'content-type': 'application/x-amz-json-1.1; charset=UTF-8',
    });
    expect(answer.status).toBe(200);
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const answer = await rawRequest(server.endpoint, { method, headers: target('ListShards') });
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([400, 'UnknownOperationException']);
  });

  it('refuses a body that is too long, and stays well', async () => {
    const answer = await send('PutRecord', Buffer.alloc(3_000_000, 0x20));
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([413, 'RequestEntityTooLargeException']);
    expect((await send('ListShards', '{"StreamName":"s"}')).status).toBe(200);
  });

  it('refuses bodies for which there is no room together, and takes the next ones', async () => {
    const healthy: Pick<LocalKinesis, 'nowMs' | 'receive'> = {
      nowMs: () => 0,
      receive: () => Promise.resolve({ fine: true }),
    };
    const handler = requestHandler(healthy, 1_000, seededRandom(1), 20);
    const small = createServer((request, response) => {
      const { socket } = request;
      handler(request, response, { tcp: socket, top: socket });
    });
    await new Promise<void>((resolve) => small.listen(0, '127.0.0.1', resolve));
    const { port } = small.address() as AddressInfo;
    const ask = (body: string) =>
      rawRequest(`http://127.0.0.1:${port}`, { headers: target('ListShards'), body });
    for (let turn = 0; turn < 2; turn += 1) {
      const refused = await ask('{}'.padEnd(21));
      expect([refused.status, JSON.parse(refused.text).__type]).toEqual([503, 'ServiceUnavailable']);
      expect((await ask('{}'.padEnd(20))).status).toBe(200);
    }
    small.close();
  });

  it('tells a client that asks first to go on', async () => {
    const body = '{"StreamName":"s"}';
    const answer = await send('ListShards', body, {
      expect: '100-continue',
      'content-length': String(body.length),
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text).Shards).toHaveLength(2);
  });
});
