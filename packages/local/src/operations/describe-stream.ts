import type { DescribeStreamInput, DescribeStreamSummaryInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { shardId, streamReference } from '../member-shapes.js';
import { operation } from '../operation.js';
import type { Stream } from '../stream.js';
import { warmThroughputOf } from '../warm-throughput.js';

/** Shards on one page of DescribeStream. */
const pageMaxShards = 100;

/** DescribeStream: the stream and its shards, in pages that follow an exclusive start shard. */
export const describeStream = operation<DescribeStreamInput>(
  structure({
    ...streamReference,
    Limit: { type: 'integer', min: 1, max: 10_000 },
    ExclusiveStartShardId: shardId,
  }),
  ({ account, now }, input) => {
    const stream = account.stream(input, now);
    stream.trim(now);
    const after = input.ExclusiveStartShardId ?? '';
    const left = stream.shards.filter((shard) => shard.id > after);
    const page = left.slice(0, Math.min(input.Limit ?? pageMaxShards, pageMaxShards));
    return {
      StreamDescription: {
        ...describe(stream),
        Shards: page.map((shard) => shard.describe()),
        HasMoreShards: left.length > page.length,
      },
    };
  },
);

/** DescribeStreamSummary: the stream without its shards. */
export const describeStreamSummary = operation<DescribeStreamSummaryInput>(
  structure(streamReference),
  ({ account, now }, input) => {
    const stream = account.stream(input, now);
    return {
      StreamDescriptionSummary: {
        ...describe(stream),
        OpenShardCount: stream.openShards.length,
        ConsumerCount: stream.consumers.list(now).length,
        ChannelCount: 0,
        MaxRecordSizeInKiB: stream.maxRecordKiB,
        ...warmThroughputOf(account, stream),
        // Present on these streams alone, as documented.
        ...(stream.mode === 'ON_DEMAND' ? { RecordDistributionStrategy: stream.distribution } : {}),
      },
    };
  },
);

/** DescribeLimits. The open shards are all that there are, those of on-demand streams, which count for no quota, included. */
export const describeLimits = operation<object>(structure({}), ({ account, now }) => {
  const streams = [...account.streams(now)];
  return {
    ShardLimit: account.limits.maxOpenShards,
    OpenShardCount: streams.reduce((sum, stream) => sum + stream.openShards.length, 0),
    OnDemandStreamCount: streams.filter((stream) => stream.mode === 'ON_DEMAND').length,
    OnDemandStreamCountLimit: account.limits.maxOnDemandStreams,
    // Channels are not offered here.
    ChannelCount: 0,
    ChannelCountLimit: 0,
  };
});

function describe(stream: Stream): object {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(stream.createdAtMs),
    EnhancedMonitoring: [{ ShardLevelMetrics: stream.shardLevelMetrics }],
    ...(stream.encryptionKeyId === undefined
      ? { EncryptionType: 'NONE' }
      : { EncryptionType: 'KMS', KeyId: stream.encryptionKeyId }),
  };
}
