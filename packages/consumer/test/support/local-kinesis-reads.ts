import type {
  DescribeStreamSummaryOutput,
  GetRecordsOutput,
  GetShardIteratorInput,
  GetShardIteratorOutput,
  ListShardsInput,
  ListShardsOutput,
} from '@aws-sdk/client-kinesis';
import type { HashKeyRange } from '@shardline/aggregation';
import type { LocalKinesis } from '@shardline/local';
import type { KinesisReads, ReadPosition, ShardFilter, StreamShard } from '../../src/kinesis-reads.js';

type Call = LocalKinesis['call'];
type SdkShard = NonNullable<ListShardsOutput['Shards']>[number];

/** Shards on one page of a listing: few, so that pages are turned. */
const maxResults = 3;

/**
 * The consumer's edge onto an in-process local Kinesis: what the SDK edge does, without SDK, sockets or real time. `serviceNow` is
 * the service's own time; the answers have it in whole seconds, as the Date header has.
 */
export function localKinesisReads(call: Call, stream: string, serviceNow: () => number): KinesisReads {
  const target = { StreamName: stream };
  return {
    async listShards(filter, signal) {
      let input: ListShardsInput = { ...target, ...filterInput(filter), MaxResults: maxResults };
      const shards: StreamShard[] = [];
      let serviceTimeMs: number | undefined;
      for (;;) {
        const page = (await call('ListShards', input, { signal })) as ListShardsOutput;
        serviceTimeMs ??= Math.floor(serviceNow() / 1_000) * 1_000;
        shards.push(...(page.Shards ?? []).map(streamShard));
        if (!page.NextToken) return { shards, serviceTimeMs };
        input = { NextToken: page.NextToken };
      }
    },
    async recordDistribution(signal) {
      const answer = (await call('DescribeStreamSummary', target, { signal })) as DescribeStreamSummaryOutput;
      return answer.StreamDescriptionSummary?.RecordDistributionStrategy;
    },
    async getShardIterator(shardId, position, signal) {
      const input = { ...target, ShardId: shardId, ...positionInput(position) };
      const answer = (await call('GetShardIterator', input, { signal })) as GetShardIteratorOutput;
      return answer.ShardIterator ?? '';
    },
    async getRecords(iterator, limit, signal) {
      const input = { ShardIterator: iterator, Limit: limit };
      const answer = (await call('GetRecords', input, { signal })) as GetRecordsOutput;
      return {
        records: answer.Records ?? [],
        nextIterator: answer.NextShardIterator,
        childShards: (answer.ChildShards ?? []).map((child) => ({
          shardId: child.ShardId ?? '',
          parentShardIds: child.ParentShards ?? [],
          hashKeyRange: hashKeyRange(child.HashKeyRange),
        })),
        millisBehindLatest: answer.MillisBehindLatest,
      };
    },
    close() {},
  };
}

function filterInput(filter: ShardFilter): Pick<ListShardsInput, 'ShardFilter'> {
  switch (filter.type) {
    case 'all':
      return {};
    case 'at-latest':
      return { ShardFilter: { Type: 'AT_LATEST' } };
    case 'at-trim-horizon':
      return { ShardFilter: { Type: 'AT_TRIM_HORIZON' } };
    case 'at-timestamp':
      return { ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: new Date(filter.timestampMs) } };
  }
}

function positionInput(
  position: ReadPosition,
): Pick<GetShardIteratorInput, 'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'> {
  switch (position.type) {
    case 'trim-horizon':
      return { ShardIteratorType: 'TRIM_HORIZON' };
    case 'latest':
      return { ShardIteratorType: 'LATEST' };
    case 'at-timestamp':
      return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(position.timestampMs) };
    case 'at-sequence-number':
      return {
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        StartingSequenceNumber: position.sequenceNumber,
      };
    case 'after-sequence-number':
      return {
        ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
        StartingSequenceNumber: position.sequenceNumber,
      };
  }
}

function streamShard(shard: SdkShard): StreamShard {
  const parents = [shard.ParentShardId, shard.AdjacentParentShardId];
  return {
    shardId: shard.ShardId ?? '',
    parentShardIds: parents.filter((id) => id !== undefined),
    hashKeyRange: hashKeyRange(shard.HashKeyRange),
    startingSequenceNumber: shard.SequenceNumberRange?.StartingSequenceNumber ?? '',
    open: shard.SequenceNumberRange?.EndingSequenceNumber === undefined,
  };
}

function hashKeyRange(range: SdkShard['HashKeyRange']): HashKeyRange {
  return { startingHashKey: range?.StartingHashKey ?? '', endingHashKey: range?.EndingHashKey ?? '' };
}
