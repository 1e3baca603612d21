import type {
  ListShardsInput,
  ListShardsOutput,
  HashKeyRange as SdkHashKeyRange,
  Shard,
} from '@aws-sdk/client-kinesis';
import type { HashKeyRange } from '@shardline/aggregation';
import type { ShardFilter, StreamShard } from './kinesis-reads.js';

/** Lists shards page by page, from what `first` says on; `ask` makes one call. */
export async function allShards(
  first: ListShardsInput,
  filter: ShardFilter,
  ask: (input: ListShardsInput) => Promise<ListShardsOutput>,
): Promise<readonly StreamShard[]> {
  const shards: StreamShard[] = [];
  let input: ListShardsInput = { ...first, ...filterInput(filter) };
  for (;;) {
    const page = await ask(input);
    for (const shard of page.Shards ?? []) shards.push(streamShard(shard));
    if (!page.NextToken) return shards;
    input = { NextToken: page.NextToken };
  }
}

/** The range as it is written here. */
export function hashKeyRange(range: SdkHashKeyRange | undefined): HashKeyRange {
  return { startingHashKey: range?.StartingHashKey ?? '', endingHashKey: range?.EndingHashKey ?? '' };
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
