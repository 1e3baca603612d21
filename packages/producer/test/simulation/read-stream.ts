import type {
  GetRecordsOutput,
  GetShardIteratorOutput,
  ListShardsOutput,
  Shard,
} from '@aws-sdk/client-kinesis';
import { decodeAggregate, HashRangeIndex, hashKeyOf } from '@shardline/aggregation';
import type { LocalKinesis } from '@shardline/local';

/** A user record as a reader with KCL's rules meets it. */
export interface ReadRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly text: string;
}

/**
 * Reads a whole stream, parents before children. With KCL's rule an aggregate with any member outside its shard's range is
 * dropped whole; on streams that place records themselves the rule does not apply. `pause` keeps the read limits.
 */
export async function readStream(
  kinesis: LocalKinesis,
  stream: string,
  kclRule: boolean,
  pause: () => Promise<void>,
): Promise<ReadRecord[]> {
  const { Shards: shards = [] } = (await kinesis.call('ListShards', {
    StreamName: stream,
    ShardFilter: { Type: 'FROM_TRIM_HORIZON' },
  })) as ListShardsOutput;
  const read: ReadRecord[] = [];
  for (const shard of [...shards].sort((one, other) =>
    (one.ShardId ?? '') < (other.ShardId ?? '') ? -1 : 1,
  )) {
    for (const stored of await readShard(kinesis, stream, shard.ShardId ?? '', pause)) {
      read.push(...userRecords(shard, stored, kclRule));
    }
  }
  return read;
}

type Stored = NonNullable<GetRecordsOutput['Records']>[number];

async function readShard(
  kinesis: LocalKinesis,
  stream: string,
  shardId: string,
  pause: () => Promise<void>,
): Promise<Stored[]> {
  const first = (await kinesis.call('GetShardIterator', {
    StreamName: stream,
    ShardId: shardId,
    ShardIteratorType: 'TRIM_HORIZON',
  })) as GetShardIteratorOutput;
  const records: Stored[] = [];
  let iterator = first.ShardIterator;
  while (iterator) {
    await pause();
    const page = (await kinesis.call('GetRecords', { ShardIterator: iterator })) as GetRecordsOutput;
    records.push(...(page.Records ?? []));
    const atEnd = (page.Records ?? []).length === 0 && page.MillisBehindLatest === 0;
    iterator = atEnd ? undefined : page.NextShardIterator;
  }
  return records;
}

function userRecords(shard: Shard, stored: Stored, kclRule: boolean): ReadRecord[] {
  const data = stored.Data ?? new Uint8Array();
  const place = { shardId: shard.ShardId ?? '', sequenceNumber: stored.SequenceNumber ?? '' };
  const members = decodeAggregate(data);
  if (!members) {
    const text = Buffer.from(data).toString();
    const partitionKey = stored.PartitionKey ?? '';
    return [{ ...place, subSequenceNumber: 0, partitionKey, explicitHashKey: undefined, text }];
  }
  const range = new HashRangeIndex([
    {
      startingHashKey: shard.HashKeyRange?.StartingHashKey ?? '',
      endingHashKey: shard.HashKeyRange?.EndingHashKey ?? '',
    },
  ]);
  const inRange = members.every(
    ({ partitionKey, explicitHashKey }) => range.find(hashKeyOf(partitionKey, explicitHashKey)) === 0,
  );
  if (kclRule && !inRange) return [];
  return members.map(({ partitionKey, explicitHashKey, data: memberData }, subSequenceNumber) => ({
    ...place,
    subSequenceNumber,
    partitionKey,
    explicitHashKey,
    text: Buffer.from(memberData).toString(),
  }));
}
