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
          return entryAnswers(answer.Records);
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

/**
 * One for each entry of the answer. What is no list, or has no entry where one should be, was said by something broken: the call
 * may have had its effect all the same, so that this throws nothing and the records are put again.
 */
function entryAnswers(entries: unknown): readonly EntryAnswer[] {
  return Array.isArray(entries) ? entries.map(entryAnswer) : [];
}

function entryAnswer(entry: PutRecordsResultEntry | null): EntryAnswer {
  const { ShardId, SequenceNumber, ErrorCode, ErrorMessage } = entry ?? {};
  if (isText(ShardId) && isText(SequenceNumber)) return { shardId: ShardId, sequenceNumber: SequenceNumber };
  return {
    errorCode: isText(ErrorCode) ? ErrorCode : 'UnknownError',
    errorMessage: isText(ErrorMessage) ? ErrorMessage : 'The answer names no error.',
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
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
