import { createStream } from './create-stream.js';
import { deleteStream } from './delete-stream.js';
import { describeLimits, describeStream, describeStreamSummary } from './describe-stream.js';
import { listShards } from './list-shards.js';
import { listStreams } from './list-streams.js';
import { mergeShards, splitShard, updateShardCount } from './reshard-stream.js';
import {
  decreaseStreamRetentionPeriod,
  increaseStreamRetentionPeriod,
  updateMaxRecordSize,
  updateStreamRecordDistributionStrategy,
} from './update-stream.js';

/** The operations on streams and their shards. */
export const streamOperations = Object.freeze({
  CreateStream: createStream,
  DecreaseStreamRetentionPeriod: decreaseStreamRetentionPeriod,
  DeleteStream: deleteStream,
  DescribeLimits: describeLimits,
  DescribeStream: describeStream,
  DescribeStreamSummary: describeStreamSummary,
  IncreaseStreamRetentionPeriod: increaseStreamRetentionPeriod,
  ListShards: listShards,
  ListStreams: listStreams,
  MergeShards: mergeShards,
  SplitShard: splitShard,
  UpdateMaxRecordSize: updateMaxRecordSize,
  UpdateShardCount: updateShardCount,
  UpdateStreamRecordDistributionStrategy: updateStreamRecordDistributionStrategy,
});
