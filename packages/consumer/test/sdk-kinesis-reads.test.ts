import {
  DescribeStreamSummaryCommand,
  ExpiredNextTokenException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { serviceFaultOf } from '@shardline/core/internal';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, test } from 'vitest';
import type { ReadPosition, ShardFilter } from '../src/kinesis-reads.js';
import { sdkKinesisReads } from '../src/sdk-kinesis-reads.js';

const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';
const { signal } = new AbortController();
const hashKeys = { StartingHashKey: '0', EndingHashKey: '9' };
const hashKeyRange = { startingHashKey: '0', endingHashKey: '9' };

function makeReads(stream = 'tweets') {
  const client = new KinesisClient({ region: 'eu-west-1' });
  let closes = 0;
  const reads = sdkKinesisReads(client, stream, () => {
    closes += 1;
  });
  return { reads, sdk: mockClient(client), client, closes: () => closes };
}

const shard = (ShardId: string) => ({
  ShardId,
  HashKeyRange: hashKeys,
  SequenceNumberRange: { StartingSequenceNumber: '1' },
});

test('a stream given by its ARN is named by it in every call', async () => {
  const { reads, sdk } = makeReads(arn);
  sdk.on(ListShardsCommand).resolves({ Shards: [] });
  sdk.on(GetShardIteratorCommand).resolves({ ShardIterator: 'i' });
  sdk.on(GetRecordsCommand).resolves({ Records: [] });
  sdk.on(DescribeStreamSummaryCommand).resolves({} as never);
  await reads.listShards({ type: 'all' }, signal);
  await reads.getShardIterator('s0', { type: 'latest' }, signal);
  await reads.getRecords('i', 10, signal);
  await reads.recordDistribution(signal);
  expect(sdk.calls()).toHaveLength(4);
  for (const { args } of sdk.calls()) expect(args[0].input).toMatchObject({ StreamARN: arn });
});

test('close is handed on', () => {
  const { reads, closes } = makeReads();
  reads.close();
  expect(closes()).toBe(1);
});

describe('listShards', () => {
  test.each<[ShardFilter, object]>([
    [{ type: 'all' }, {}],
    [{ type: 'at-latest' }, { ShardFilter: { Type: 'AT_LATEST' } }],
    [{ type: 'at-trim-horizon' }, { ShardFilter: { Type: 'AT_TRIM_HORIZON' } }],
    [
      { type: 'at-timestamp', timestampMs: 5_000 },
      { ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: new Date(5_000) } },
    ],
  ])('asks with %j, and turns all pages', async (filter, input) => {
    const { reads, sdk } = makeReads();
    sdk
      .on(ListShardsCommand)
      .resolvesOnce({ Shards: [shard('s0')], NextToken: 'more' })
      .resolvesOnce({ Shards: [shard('s1')] });
    const { shards, serviceTimeMs } = await reads.listShards(filter, signal);
    expect([shards.map(({ shardId }) => shardId), serviceTimeMs]).toEqual([['s0', 's1'], undefined]);
    expect(sdk.calls().map(({ args }) => args[0].input)).toEqual([
      { StreamName: 'tweets', MaxResults: 1_000, ...input },
      { NextToken: 'more' },
    ]);
    expect(sdk.send.lastCall.args).toMatchObject([{}, { abortSignal: signal }]);
  });

  test('gives parents, range, start, and whether a shard is open', async () => {
    const { reads, sdk } = makeReads();
    const merged = {
      ...shard('s2'),
      ParentShardId: 's0',
      AdjacentParentShardId: 's1',
      SequenceNumberRange: { StartingSequenceNumber: '5', EndingSequenceNumber: '9' },
    };
    sdk
      .on(ListShardsCommand)
      .resolves({ Shards: [shard('s0'), { ...shard('s1'), ParentShardId: 's9' }, merged] });
    expect((await reads.listShards({ type: 'all' }, signal)).shards).toEqual([
      { shardId: 's0', parentShardIds: [], hashKeyRange, startingSequenceNumber: '1', open: true },
      { shardId: 's1', parentShardIds: ['s9'], hashKeyRange, startingSequenceNumber: '1', open: true },
      { shardId: 's2', parentShardIds: ['s0', 's1'], hashKeyRange, startingSequenceNumber: '5', open: false },
    ]);
  });

  test('begins again, once, when a page token has expired', async () => {
    const { reads, sdk } = makeReads();
    const expired = new ExpiredNextTokenException({ message: 'too old', $metadata: {} });
    sdk
      .on(ListShardsCommand)
      .resolvesOnce({ Shards: [shard('s0')], NextToken: 'old' })
      .rejectsOnce(expired)
      .resolvesOnce({ Shards: [shard('s0')], NextToken: 'new' })
      .resolvesOnce({ Shards: [shard('s1')] });
    const { shards } = await reads.listShards({ type: 'all' }, signal);
    expect(shards.map(({ shardId }) => shardId)).toEqual(['s0', 's1']);
    sdk.on(ListShardsCommand).rejects(expired);
    await expect(reads.listShards({ type: 'all' }, signal)).rejects.toBe(expired);
  });

  test('hands on what the client throws', async () => {
    const { reads, sdk } = makeReads();
    const error = new ResourceNotFoundException({ message: 'gone', $metadata: {} });
    sdk.on(ListShardsCommand).rejects(error);
    await expect(reads.listShards({ type: 'all' }, signal)).rejects.toBe(error);
    expect(sdk.calls()).toHaveLength(1);
  });
});

test.each<[ReadPosition, object]>([
  [{ type: 'trim-horizon' }, { ShardIteratorType: 'TRIM_HORIZON' }],
  [{ type: 'latest' }, { ShardIteratorType: 'LATEST' }],
  [
    { type: 'at-timestamp', timestampMs: 5_000 },
    { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(5_000) },
  ],
  [
    { type: 'at-sequence-number', sequenceNumber: '7' },
    { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '7' },
  ],
  [
    { type: 'after-sequence-number', sequenceNumber: '7' },
    { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '7' },
  ],
])('an iterator at %j', async (position, input) => {
  const { reads, sdk } = makeReads();
  sdk.on(GetShardIteratorCommand).resolves({ ShardIterator: 'i' });
  expect(await reads.getShardIterator('s0', position, signal)).toBe('i');
  expect(sdk.send.lastCall.args[0].input).toEqual({ StreamName: 'tweets', ShardId: 's0', ...input });
});

describe('getRecords', () => {
  test("gives the SDK's own records, uncopied", async () => {
    const { reads, sdk } = makeReads();
    const Records = [{ SequenceNumber: '1', Data: Uint8Array.of(1), PartitionKey: 'a' }];
    sdk.on(GetRecordsCommand).resolves({ Records, NextShardIterator: 'next', MillisBehindLatest: 5 });
    const page = await reads.getRecords('i', 10_000, signal);
    expect(page).toEqual({ records: Records, nextIterator: 'next', childShards: [], millisBehindLatest: 5 });
    expect(page.records).toBe(Records);
    expect(sdk.send.lastCall.args).toMatchObject([
      { input: { ShardIterator: 'i', Limit: 10_000 } },
      { abortSignal: signal },
    ]);
  });

  test('gives the children at the end of a shard', async () => {
    const { reads, sdk } = makeReads();
    const ChildShards = [{ ShardId: 's1', ParentShards: ['s0'], HashKeyRange: hashKeys }];
    sdk.on(GetRecordsCommand).resolves({ Records: [], ChildShards });
    expect(await reads.getRecords('i', 1, signal)).toMatchObject({
      nextIterator: undefined,
      childShards: [{ shardId: 's1', parentShardIds: ['s0'], hashKeyRange }],
    });
  });
});

test.each(['AUTO', 'USER_PARTITION_KEY', undefined] as const)('record distribution %s', async (strategy) => {
  const { reads, sdk } = makeReads();
  const StreamDescriptionSummary = { RecordDistributionStrategy: strategy } as never;
  sdk.on(DescribeStreamSummaryCommand).resolves({ StreamDescriptionSummary });
  expect(await reads.recordDistribution(signal)).toBe(strategy);
});

test('each call tells where it failed for want of credentials', async () => {
  const credentials = () => Promise.reject(Object.assign(new Error('why'), { name: 'ThrottlingException' }));
  const reads = sdkKinesisReads(new KinesisClient({ region: 'eu-west-1', credentials }), 'tweets', () => {});
  const calls = [
    () => reads.listShards({ type: 'all' }, signal),
    () => reads.recordDistribution(signal),
    () => reads.getShardIterator('shardId-1', { type: 'trim-horizon' }, signal),
    () => reads.getRecords('iterator', 10, signal),
  ];
  for (const call of calls) {
    const fault = serviceFaultOf(await call().catch((error: unknown) => error));
    expect(fault).toMatchObject({ kind: 'transient', name: 'CredentialsUnavailable', answered: false });
  }
});
