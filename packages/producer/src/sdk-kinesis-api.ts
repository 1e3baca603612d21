import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandInput,
  PutRecordsCommand,
  type PutRecordsResultEntry,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { serviceLimits, streamTarget } from '@shardline/core/internal';
import type { EntryAnswer, KinesisApi, ShardQuery, StreamSummary } from './kinesis-api.js';
import type { ShardRange } from './shard-map.js';

/** The edge to the service through the AWS SDK. */
export function sdkKinesisApi(client: KinesisClient, stream: string, onClose: () => void): KinesisApi {
  const target = streamTarget(stream);
  return {
    prepare(entries) {
      const Records = entries.map(({ data, partitionKey, explicitHashKey }) => ({
        Data: data,
        PartitionKey: partitionKey,
        ...(explicitHashKey !== undefined && { ExplicitHashKey: explicitHashKey }),
      }));
      return {
        views: undefined,
        async send(abortSignal) {
          const answer = await client.send(new PutRecordsCommand({ ...target, Records }), { abortSignal });
          return (answer.Records ?? []).map(entryAnswer);
        },
        release() {},
      };
    },
    async listShards(query, abortSignal) {
      const shards: ShardRange[] = [];
      let input: ListShardsCommandInput = { ...target, ...shardFilter(query) };
      for (;;) {
        const page = await client.send(new ListShardsCommand(input), { abortSignal });
        shards.push(...(page.Shards ?? []).map(shardRange));
        if (!page.NextToken) return shards;
        input = { NextToken: page.NextToken };
      }
    },
    async describeStreamSummary(abortSignal): Promise<StreamSummary> {
      const answer = await client.send(new DescribeStreamSummaryCommand(target), { abortSignal });
      const summary = answer.StreamDescriptionSummary;
      const maxRecordKiB = summary?.MaxRecordSizeInKiB;
      return {
        recordDistribution: summary?.RecordDistributionStrategy,
        maxRecordBytes: maxRecordKiB ? maxRecordKiB * 1024 : serviceLimits.defaultMaxRecordBytes,
        openShardCount: summary?.OpenShardCount ?? 1,
      };
    },
    close: onClose,
  };
}

function entryAnswer(entry: PutRecordsResultEntry): EntryAnswer {
  const { ShardId, SequenceNumber, ErrorCode, ErrorMessage } = entry;
  if (ShardId && SequenceNumber) return { shardId: ShardId, sequenceNumber: SequenceNumber };
  return {
    errorCode: ErrorCode ?? 'UnknownError',
    errorMessage: ErrorMessage ?? 'The answer names no error.',
  };
}

function shardFilter(query: ShardQuery): Partial<ListShardsCommandInput> {
  const MaxResults = serviceLimits.listShardsMaxResults;
  if (query.filter === 'at-latest') return { MaxResults, ShardFilter: { Type: 'AT_LATEST' } };
  return { MaxResults, ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: query.shardId } };
}

function shardRange(shard: Shard): ShardRange {
  return {
    shardId: shard.ShardId ?? '',
    startingHashKey: shard.HashKeyRange?.StartingHashKey ?? '',
    endingHashKey: shard.HashKeyRange?.EndingHashKey ?? '',
  };
}
