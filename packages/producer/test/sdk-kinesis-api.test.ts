import {
  DescribeStreamSummaryCommand,
  ExpiredNextTokenException,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  ResourceNotFoundException,
  type StreamDescriptionSummary,
} from '@aws-sdk/client-kinesis';
import { serviceFaultOf } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, test } from 'vitest';
import { sdkKinesisApi } from '../src/sdk-kinesis-api.js';
import { content } from './support/contents.js';

const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';
const entry = content({ data: Uint8Array.of(1, 2), partitionKey: 'a' });
const { signal } = new AbortController();
const summary: StreamDescriptionSummary = {
  StreamName: 'tweets',
  StreamARN: arn,
  StreamStatus: 'ACTIVE',
  RetentionPeriodHours: 24,
  StreamCreationTimestamp: new Date(0),
  EnhancedMonitoring: [],
  OpenShardCount: 3,
};

function makeApi(stream = 'tweets') {
  const client = new KinesisClient({ region: 'eu-west-1' });
  let closes = 0;
  const api = sdkKinesisApi(client, stream, () => {
    closes += 1;
  });
  return { api, sdk: mockClient(client), closes: () => closes };
}

test.each([
  ['tweets', { StreamName: 'tweets' }],
  [arn, { StreamARN: arn }],
])('the stream %s is named in every call as it was given', async (stream, target) => {
  const { api, sdk } = makeApi(stream);
  sdk.on(PutRecordsCommand).resolves({ Records: [] });
  sdk.on(ListShardsCommand).resolves({ Shards: [] });
  sdk.on(DescribeStreamSummaryCommand).resolves({ StreamDescriptionSummary: summary });
  await api.prepare([entry]).send(signal);
  await api.listShards({ filter: 'at-latest' }, signal);
  await api.describeStreamSummary(signal);
  expect(sdk.calls()).toHaveLength(3);
  for (const { args } of sdk.calls()) expect(args[0].input).toMatchObject(target);
});

describe('a put', () => {
  test('sends data and keys, and no explicit hash key where there is none', async () => {
    const { api, sdk } = makeApi();
    sdk.on(PutRecordsCommand).resolves({ Records: [] });
    const data = Uint8Array.of(3);
    await api.prepare([entry, content({ data, partitionKey: 'b', explicitHashKey: '0' })]).send(signal);
    expect(sdk.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input)).toEqual([
      {
        StreamName: 'tweets',
        Records: [
          { Data: entry.data, PartitionKey: 'a' },
          { Data: data, PartitionKey: 'b', ExplicitHashKey: '0' },
        ],
      },
    ]);
  });

  test('gives one answer per entry, in order', async () => {
    const { api, sdk } = makeApi();
    sdk.on(PutRecordsCommand).resolves({
      FailedRecordCount: 2,
      Records: [
        { ShardId: 'shardId-1', SequenceNumber: '49' },
        { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' },
        {},
      ],
    });
    expect(await api.prepare([entry, entry, entry]).send(signal)).toEqual([
      { shardId: 'shardId-1', sequenceNumber: '49' },
      { errorCode: 'ProvisionedThroughputExceededException', errorMessage: 'Rate exceeded' },
      { errorCode: 'UnknownError', errorMessage: expect.any(String) },
    ]);
  });

  test('an answer that is broken is told of entry by entry, and never thrown: its records may be stored (P1)', async () => {
    const { api, sdk } = makeApi();
    const unknown = { errorCode: 'UnknownError', errorMessage: 'The answer names no error.' };
    const broken = [null, undefined, 'x', 5, {}, { ShardId: 5, SequenceNumber: 7 }, { ShardId: 'shardId-1' }];
    sdk.on(PutRecordsCommand).resolves({ Records: broken as never });
    expect(await api.prepare(broken.map(() => entry)).send(signal)).toEqual(broken.map(() => unknown));
    sdk.on(PutRecordsCommand).resolves({ Records: [{ ErrorCode: 5, ErrorMessage: {} }] as never });
    expect(await api.prepare([entry]).send(signal)).toEqual([unknown]);
    for (const none of ['x', {}, 7, null]) {
      sdk.on(PutRecordsCommand).resolves({ Records: none as never });
      expect(await api.prepare([entry]).send(signal)).toEqual([]);
    }
  });

  test('an answer without records is one with none', async () => {
    const { api, sdk } = makeApi();
    sdk.on(PutRecordsCommand).resolves({} as never);
    expect(await api.prepare([entry]).send(signal)).toEqual([]);
  });

  test('hands on the signal, and what the client throws', async () => {
    const { api, sdk } = makeApi();
    const error = new ResourceNotFoundException({ message: 'gone', $metadata: {} });
    sdk.on(PutRecordsCommand).rejects(error);
    await expect(api.prepare([entry]).send(signal)).rejects.toBe(error);
    expect(sdk.send.lastCall.args).toEqual([expect.any(PutRecordsCommand), { abortSignal: signal }]);
  });
});

describe('listShards', () => {
  const shard = (id: string, start: string, end: string) => ({
    ShardId: id,
    HashKeyRange: { StartingHashKey: start, EndingHashKey: end },
    SequenceNumberRange: { StartingSequenceNumber: '1' },
  });

  test('reads all pages', async () => {
    const { api, sdk } = makeApi();
    sdk
      .on(ListShardsCommand)
      .resolvesOnce({ Shards: [shard('s0', '0', '9')], NextToken: 'more' })
      .resolvesOnce({ Shards: [shard('s1', '10', '19')], NextToken: 'yet more' })
      .resolvesOnce({ Shards: [shard('s2', '20', '29')] });
    expect(await api.listShards({ filter: 'at-latest' }, signal)).toEqual([
      { shardId: 's0', startingHashKey: '0', endingHashKey: '9', startingSequenceNumber: '1' },
      { shardId: 's1', startingHashKey: '10', endingHashKey: '19', startingSequenceNumber: '1' },
      { shardId: 's2', startingHashKey: '20', endingHashKey: '29', startingSequenceNumber: '1' },
    ]);
    expect(sdk.calls().map(({ args }) => args[0].input)).toEqual([
      { StreamName: 'tweets', MaxResults: 1_000, ShardFilter: { Type: 'AT_LATEST' } },
      { NextToken: 'more' },
      { NextToken: 'yet more' },
    ]);
  });

  test('begins again, once, when a page token has expired', async () => {
    const { api, sdk } = makeApi();
    const expired = new ExpiredNextTokenException({ message: 'too old', $metadata: {} });
    sdk
      .on(ListShardsCommand)
      .resolvesOnce({ Shards: [shard('s0', '0', '9')], NextToken: 'old' })
      .rejectsOnce(expired)
      .resolvesOnce({ Shards: [shard('s0', '0', '9')], NextToken: 'new' })
      .resolvesOnce({ Shards: [shard('s1', '10', '19')] });
    const shards = await api.listShards({ filter: 'at-latest' }, signal);
    expect(shards.map(({ shardId }) => shardId)).toEqual(['s0', 's1']);
    const first = { StreamName: 'tweets', MaxResults: 1_000, ShardFilter: { Type: 'AT_LATEST' } };
    expect(sdk.calls().map(({ args }) => args[0].input)).toEqual([
      first,
      { NextToken: 'old' },
      first,
      { NextToken: 'new' },
    ]);
    sdk.on(ListShardsCommand).rejects(expired);
    await expect(api.listShards({ filter: 'at-latest' }, signal)).rejects.toBe(expired);
  });

  test('P4: asks for the shards after another', async () => {
    const { api, sdk } = makeApi();
    sdk.on(ListShardsCommand).resolves({});
    expect(await api.listShards({ filter: 'after-shard-id', shardId: 's7' }, signal)).toEqual([]);
    expect(sdk.calls()[0]?.args[0].input).toEqual({
      StreamName: 'tweets',
      MaxResults: 1_000,
      ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: 's7' },
    });
  });
});

describe('describeStreamSummary', () => {
  test.each([
    [{}, { recordDistribution: undefined, maxRecordBytes: 1_048_576, openShardCount: 3 }],
    [
      { MaxRecordSizeInKiB: 10_240 },
      { recordDistribution: undefined, maxRecordBytes: 10_485_760, openShardCount: 3 },
    ],
    [
      { RecordDistributionStrategy: 'AUTO', OpenShardCount: 4 },
      { recordDistribution: 'AUTO', maxRecordBytes: 1_048_576, openShardCount: 4 },
    ],
    [
      { RecordDistributionStrategy: 'USER_PARTITION_KEY' },
      { recordDistribution: 'USER_PARTITION_KEY', maxRecordBytes: 1_048_576, openShardCount: 3 },
    ],
  ] as const)('P4: %j', async (more, expected) => {
    const { api, sdk } = makeApi();
    sdk.on(DescribeStreamSummaryCommand).resolves({ StreamDescriptionSummary: { ...summary, ...more } });
    expect(await api.describeStreamSummary(signal)).toEqual(expected);
  });

  test('an empty answer says nothing', async () => {
    const { api, sdk } = makeApi();
    sdk.on(DescribeStreamSummaryCommand).resolves({ StreamDescriptionSummary: undefined } as never);
    expect(await api.describeStreamSummary(signal)).toEqual({
      recordDistribution: undefined,
      maxRecordBytes: 1_048_576,
      openShardCount: 1,
    });
  });
});

test('close is left to whoever owns the client', () => {
  const { api, closes } = makeApi();
  api.close();
  expect(closes()).toBe(1);
});

test.each(['cbor', 'json', undefined] as const)(
  'P1: each call tells that nothing of it was sent, for want of credentials (bodies of its own: %s)',
  async (format) => {
    const credentials = () => Promise.reject(Object.assign(new Error('why'), { name: 'TimeoutError' }));
    const client = new KinesisClient({ region: 'eu-west-1', credentials });
    const bodies = format && { format, clock: new ManualClock(), setAsideBytes: 0, maxIdleBytes: 0 };
    const api = sdkKinesisApi(client, 'tweets', () => {}, bodies);
    const calls = [
      () => api.prepare([entry]).send(signal),
      () => api.listShards({ filter: 'at-latest' }, signal),
      () => api.describeStreamSummary(signal),
    ];
    for (const call of calls) {
      const fault = serviceFaultOf(await call().catch((error: unknown) => error));
      expect(fault).toMatchObject({ kind: 'transient', name: 'CredentialsUnavailable', sent: false });
    }
    api.close();
  },
);
