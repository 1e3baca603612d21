import type {
  DescribeStreamSummaryOutput,
  GetRecordsOutput,
  GetShardIteratorOutput,
  ListShardsOutput,
} from '@aws-sdk/client-kinesis';
import type { LocalKinesis } from '@shardline/local';
import { allShards, hashKeyRange } from '../../src/all-shards.js';
import type { KinesisReads } from '../../src/kinesis-reads.js';
import { positionInput } from '../../src/position-input.js';

type Call = LocalKinesis['call'];

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
      let serviceTimeMs: number | undefined;
      const shards = await allShards({ ...target, MaxResults: maxResults }, filter, async (input) => {
        const page = (await call('ListShards', input, { signal })) as ListShardsOutput;
        serviceTimeMs ??= Math.floor(serviceNow() / 1_000) * 1_000;
        return page;
      });
      return { shards, serviceTimeMs };
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
