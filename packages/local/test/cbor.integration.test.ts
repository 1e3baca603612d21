/** AWS CBOR 1.1 as it stands on the wire: requests by the byte, and the SDK's client for what it maps. */
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  PutRecordsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { cbor, tag } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalKinesisServer, startLocalKinesis } from '../src/index.js';
import { goodHeaders, rawRequest } from './support/raw-request.js';
import { sdkClient } from './support/sdk-clients.js';

const StreamName = 's';
const type = 'application/x-amz-cbor-1.1';
let server: LocalKinesisServer;
beforeAll(async () => {
  server = await startLocalKinesis({ streams: [{ name: StreamName, shards: 2 }], limits: 'none' });
});
afterAll(() => server.close());

async function call(operation: string, input: object | Buffer) {
  const body = Buffer.isBuffer(input) ? input : cbor.serialize(input);
  const headers = { ...goodHeaders, 'content-type': type, 'x-amz-target': `Kinesis_20131202.${operation}` };
  const { bytes, ...answer } = await rawRequest(server.endpoint, { headers, body });
  return { ...answer, content: cbor.deserialize(bytes) };
}

const time = (value: number) => tag({ tag: 1, value });

describe('CBOR 1.1', () => {
  it('carries blobs as bytes and times as milliseconds, both ways', async () => {
    const before = Date.now();
    const Data = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const put = await call('PutRecord', { StreamName, Data, PartitionKey: 'clé', ExplicitHashKey: '0' });
    expect(put.headers).toMatchObject({ 'content-type': type });
    expect(put.content).toMatchObject({ ShardId: 'shardId-000000000000' });
    for (const Timestamp of [time(before - 1_000), time(before - 999.5)]) {
      const position = { StreamName, ShardId: put.content.ShardId, ShardIteratorType: 'AT_TIMESTAMP' };
      const iterator = await call('GetShardIterator', { ...position, Timestamp });
      const { content } = await call('GetRecords', iterator.content);
      expect(content).toMatchObject({
        MillisBehindLatest: 0,
        Records: [{ Data, PartitionKey: 'clé', SequenceNumber: put.content.SequenceNumber }],
      });
      const arrived = content.Records[0].ApproximateArrivalTimestamp;
      expect(arrived).toMatchObject({ tag: 1 });
      expect(Math.abs(arrived.value - before)).toBeLessThan(60_000);
    }
  });

  it('reads maps, lists and strings without a length, as Jackson may write them', async () => {
    // {_ "StreamName": (_ "s"), "MaxResults": 1}
    const body = Buffer.from('bf6a53747265616d4e616d657f6173ff6a4d6178526573756c747301ff', 'hex');
    const { status, content } = await call('ListShards', body);
    expect([status, content.Shards.length]).toEqual([200, 1]);
  });

  it.each([
    ['ListShards', { StreamName: 'none' }, 'ResourceNotFoundException', /^Stream none under account/],
    [
      'ListShards',
      { StreamName: 5 },
      'SerializationException',
      /'streamName' must be a String; received a number/,
    ],
    ['ListShards', { StreamName: 'a b' }, 'ValidationException', /regular expression/],
    ['ListShards', Buffer.from('{"StreamName":"s"}'), 'SerializationException', /not CBOR/],
    ['ListShards', Buffer.from([0x80]), 'SerializationException', /must be a structure; received a list/],
    ['ListShards', time(5), 'SerializationException', /must be a structure; received a timestamp/],
    [
      'PutRecord',
      { StreamName, Data: 'aGk=', PartitionKey: 'k' },
      'SerializationException',
      /must be a Blob/,
    ],
    [
      'GetShardIterator',
      { StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'AT_TIMESTAMP', Timestamp: 5 },
      'SerializationException',
      /'timestamp' must be a Timestamp; received a number/,
    ],
    [
      'ListShards',
      { StreamName, ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: time(Number.NaN) } },
      'SerializationException',
      /must be a Timestamp/,
    ],
    [
      'ListShards',
      { StreamName, MaxResults: 2n ** 60n },
      'SerializationException',
      /must be an Integer; received a bigint/,
    ],
    ['Nonsense', {}, 'UnknownOperationException', /no operation Nonsense/],
  ])('refuses %s, case %#', async (operation, input, name, message) => {
    const { status, headers, content } = await call(operation, input);
    expect(status).toBe(400);
    expect(headers).toMatchObject({ 'content-type': type, 'x-amzn-errortype': name });
    expect(content).toEqual({ __type: name, message: expect.stringMatching(message) });
  });

  it('sends an empty map where an operation has no output', async () => {
    const answer = await call('AddTagsToStream', { StreamName, Tags: { a: 'b' } });
    expect([answer.status, answer.content]).toEqual([200, {}]);
  });

  it('takes an empty body for an empty structure', async () => {
    expect((await call('DescribeLimits', Buffer.alloc(0))).content).toMatchObject({
      OpenShardCount: 2,
    });
  });

  it.each([undefined, 'HTTP/1.1'] as const)('serves the SDK’s client, %s', async (transport) => {
    const client = sdkClient({ ...server, format: 'cbor', ...(transport ? { transport } : {}) });
    const Data = Buffer.alloc(100_000, 5);
    const ShardId = 'shardId-000000000001';
    const ExplicitHashKey = String(2n ** 128n - 1n);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'LATEST' }),
    );
    const Records = Array.from({ length: 20 }, (_, index) => ({
      Data,
      PartitionKey: String(index),
      ExplicitHashKey,
    }));
    const put = await client.send(new PutRecordsCommand({ StreamName, Records }));
    expect(put.FailedRecordCount).toBe(0);
    const page = await client.send(new GetRecordsCommand({ ShardIterator }));
    expect(page.Records?.map(({ PartitionKey }) => PartitionKey)).toEqual(
      Records.map(({ PartitionKey }) => PartitionKey),
    );
    expect(Buffer.from(page.Records?.[19]?.Data ?? []).equals(Data)).toBe(true);
    const summary = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    expect(summary.StreamDescriptionSummary?.OpenShardCount).toBe(2);
    await expect(client.send(new ListShardsCommand({ StreamName: 'none' }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    client.destroy();
  });
});
