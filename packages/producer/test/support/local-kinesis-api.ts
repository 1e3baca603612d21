import type {
  DescribeStreamSummaryOutput,
  ListShardsInput,
  ListShardsOutput,
  PutRecordsOutput,
} from '@aws-sdk/client-kinesis';
import type { LocalKinesis } from '@shardline/local';
import type { EntryContent } from '../../src/entry-content.js';
import type { EntryAnswer, KinesisApi } from '../../src/kinesis-api.js';
import type { ShardRange } from '../../src/shard-map.js';

type Call = LocalKinesis['call'];

/** The producer's edge onto an in-process local Kinesis: what the SDK edge does, without SDK, sockets or real time. */
export function localKinesisApi(call: Call, stream: string): KinesisApi {
  const target = { StreamName: stream };
  return {
    listen() {},
    prepare(entries) {
      const Records = entries.map(toRecord);
      return {
        async send(signal) {
          const answer = (await call('PutRecords', { ...target, Records }, { signal })) as PutRecordsOutput;
          return (answer.Records ?? []).map(toAnswer);
        },
        release() {},
      };
    },
    async listShards(query, signal) {
      const filter =
        query.filter === 'at-latest'
          ? { Type: 'AT_LATEST' as const }
          : { Type: 'AFTER_SHARD_ID' as const, ShardId: query.shardId };
      let input: ListShardsInput = { ...target, ShardFilter: filter, MaxResults: 3 };
      const shards: ShardRange[] = [];
      for (;;) {
        const page = (await call('ListShards', input, { signal })) as ListShardsOutput;
        for (const { ShardId, HashKeyRange, SequenceNumberRange } of page.Shards ?? []) {
          shards.push({
            shardId: ShardId ?? '',
            startingHashKey: HashKeyRange?.StartingHashKey ?? '',
            endingHashKey: HashKeyRange?.EndingHashKey ?? '',
            startingSequenceNumber: SequenceNumberRange?.StartingSequenceNumber,
          });
        }
        if (!page.NextToken) return shards;
        input = { NextToken: page.NextToken };
      }
    },
    async describeStreamSummary(signal) {
      const answer = await call('DescribeStreamSummary', target, { signal });
      const summary = (answer as DescribeStreamSummaryOutput).StreamDescriptionSummary;
      return {
        recordDistribution: summary?.RecordDistributionStrategy,
        maxRecordBytes: (summary?.MaxRecordSizeInKiB ?? 1_024) * 1_024,
        openShardCount: summary?.OpenShardCount ?? 1,
      };
    },
    setAsideBytes: 0,
    shrink() {},
    trim() {},
    close() {},
  };
}

function toRecord({ data, partitionKey, explicitHashKey }: EntryContent) {
  return {
    Data: data,
    PartitionKey: partitionKey,
    ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }),
  };
}

function toAnswer(entry: NonNullable<PutRecordsOutput['Records']>[number]): EntryAnswer {
  const { ShardId, SequenceNumber, ErrorCode, ErrorMessage } = entry;
  if (ShardId && SequenceNumber) return { shardId: ShardId, sequenceNumber: SequenceNumber };
  return { errorCode: ErrorCode ?? '', errorMessage: ErrorMessage ?? '' };
}
