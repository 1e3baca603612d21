import {
  type _Record,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandInput,
  type ChildShard as SdkChildShard,
  type Shard,
} from '@aws-sdk/client-kinesis';
import type { HashKeyRange } from '@shardline/aggregation';
import { serviceLimits, streamTarget } from '@shardline/core/internal';
import type { ChildShard, KinesisReads, ReadPosition, ShardFilter, StreamShard } from './kinesis-reads.js';

interface Listed {
  readonly shards: readonly StreamShard[];
  readonly serviceTimeMs: number | undefined;
}

/** The edge to the service through the AWS SDK. */
export function sdkKinesisReads(client: KinesisClient, stream: string, onClose: () => void): KinesisReads {
  const target = streamTarget(stream);
  const listShards = async (filter: ShardFilter, abortSignal: AbortSignal): Promise<Listed> => {
    const shards: StreamShard[] = [];
    let serviceTimeMs: number | undefined;
    const MaxResults = serviceLimits.listShardsMaxResults;
    let input: ListShardsCommandInput = { ...target, MaxResults, ...filterInput(filter) };
    for (;;) {
      const command = new ListShardsCommand(input);
      const dateMs = watchDate(command);
      const page = await client.send(command, { abortSignal });
      serviceTimeMs ??= dateMs();
      for (const shard of page.Shards ?? []) shards.push(streamShard(shard));
      if (!page.NextToken) return { shards, serviceTimeMs };
      input = { NextToken: page.NextToken };
    }
  };
  return {
    async listShards(filter, signal) {
      try {
        return await listShards(filter, signal);
      } catch (error) {
        if (!(error instanceof Error && error.name === 'ExpiredNextTokenException')) throw error;
        return listShards(filter, signal);
      }
    },
    async recordDistribution(abortSignal) {
      const answer = await client.send(new DescribeStreamSummaryCommand(target), { abortSignal });
      return answer.StreamDescriptionSummary?.RecordDistributionStrategy;
    },
    async getShardIterator(ShardId, position, abortSignal) {
      const input = { ...target, ShardId, ...positionInput(position) };
      const answer = await client.send(new GetShardIteratorCommand(input), { abortSignal });
      return answer.ShardIterator ?? '';
    },
    async getRecords(ShardIterator, Limit, abortSignal) {
      const input = { ShardIterator, Limit, ...('StreamARN' in target && target) };
      const answer = await client.send(new GetRecordsCommand(input), { abortSignal });
      const records: readonly _Record[] = answer.Records ?? [];
      return {
        records,
        nextIterator: answer.NextShardIterator,
        childShards: (answer.ChildShards ?? []).map(childShard),
        millisBehindLatest: answer.MillisBehindLatest,
      };
    },
    close: onClose,
  };
}

/** The Date header of the answer, once there is one: the SDK keeps it to itself. Stands on the one command, not on the client. */
function watchDate(command: ListShardsCommand): () => number | undefined {
  let dateMs: number | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      const parsed = Date.parse(headers?.date ?? '');
      if (!Number.isNaN(parsed)) dateMs = parsed;
      return result;
    },
    { step: 'deserialize', name: 'shardlineDate' },
  );
  return () => dateMs;
}

function filterInput(filter: ShardFilter): Pick<ListShardsCommandInput, 'ShardFilter'> {
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
): Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'> {
  switch (position.type) {
    case 'trim-horizon':
      return { ShardIteratorType: 'TRIM_HORIZON' };
    case 'latest':
      return { ShardIteratorType: 'LATEST' };
    case 'at-timestamp':
      return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(position.timestampMs) };
    case 'at-sequence-number':
      return { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: position.sequenceNumber };
    case 'after-sequence-number':
      return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position.sequenceNumber };
  }
}

function streamShard(shard: Shard): StreamShard {
  const parents = [shard.ParentShardId, shard.AdjacentParentShardId];
  return {
    shardId: shard.ShardId ?? '',
    parentShardIds: parents.filter((id) => id !== undefined),
    hashKeyRange: hashKeyRange(shard.HashKeyRange),
    startingSequenceNumber: shard.SequenceNumberRange?.StartingSequenceNumber ?? '',
    open: shard.SequenceNumberRange?.EndingSequenceNumber === undefined,
  };
}

function childShard(child: SdkChildShard): ChildShard {
  return {
    shardId: child.ShardId ?? '',
    parentShardIds: child.ParentShards ?? [],
    hashKeyRange: hashKeyRange(child.HashKeyRange),
  };
}

function hashKeyRange(range: Shard['HashKeyRange']): HashKeyRange {
  return { startingHashKey: range?.StartingHashKey ?? '', endingHashKey: range?.EndingHashKey ?? '' };
}
