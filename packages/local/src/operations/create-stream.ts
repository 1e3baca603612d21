import type { CreateStreamInput } from '@aws-sdk/client-kinesis';
import type { Account } from '../account.js';
import { uniformRanges } from '../hash-key.js';
import { structure } from '../input-shape.js';
import {
  maxRecordSizeInKiB,
  recordDistributionStrategy,
  shardCount as shardCountShape,
  streamModeDetails,
  streamName,
  tagMap,
  warmThroughputMiBps,
} from '../member-shapes.js';
import { operation } from '../operation.js';
import { KinesisServiceError } from '../service-error.js';
import { maxShardsOfStream } from '../service-limits.js';
import { Stream } from '../stream.js';
import { checkWarmThroughput, warmShards } from '../warm-throughput.js';

/** CreateStream. The stream is CREATING, without shards, until the transition time has passed. */
export const createStream = operation<CreateStreamInput>(
  structure(
    {
      StreamName: streamName,
      ShardCount: shardCountShape,
      StreamModeDetails: streamModeDetails,
      Tags: tagMap,
      MaxRecordSizeInKiB: maxRecordSizeInKiB,
      RecordDistributionStrategy: recordDistributionStrategy,
      WarmThroughputMiBps: warmThroughputMiBps,
    },
    ['StreamName'],
  ),
  ({ account, now }, input) => {
    addStream(account, input, now, account.transitionMs);
    return {};
  },
);

/** Adds a stream that is CREATING for `transitionMs`; 0 makes it ACTIVE at once. */
export function addStream(
  account: Account,
  input: CreateStreamInput,
  now: number,
  transitionMs: number,
): Stream {
  const name = input.StreamName ?? '';
  const mode = input.StreamModeDetails?.StreamMode ?? 'PROVISIONED';
  const warmMiBps = input.WarmThroughputMiBps;
  if (warmMiBps !== undefined) checkWarmThroughput(account, mode, warmMiBps);
  const shardCount = shardCountOf(input);
  checkQuotas(account, name, mode, shardCount, now);
  const distribution = input.RecordDistributionStrategy ?? 'USER_PARTITION_KEY';
  if (distribution === 'AUTO' && mode === 'PROVISIONED') {
    throw invalid(
      'RecordDistributionStrategy is only supported for streams that use the on-demand capacity mode.',
    );
  }
  const { limits, budget } = account;
  const stream = new Stream({
    name,
    arn: account.arnOf(name),
    createdAtMs: account.nextCreationMs(now),
    mode,
    distribution,
    maxRecordKiB: input.MaxRecordSizeInKiB ?? 1024,
    limits,
    budget,
    nextEpoch: (atMs) => account.nextEpoch(atMs),
  });
  stream.warmThroughputMiBps = warmMiBps;
  if (input.Tags) stream.tags.add(input.Tags, limits.maxTags);
  account.add(stream);
  const openedAtMs = now + transitionMs;
  stream.begin('CREATING', openedAtMs, () => {
    stream.openFirst(uniformRanges(shardCount), openedAtMs);
  });
  stream.settle(now);
  return stream;
}

function shardCountOf({ ShardCount, StreamModeDetails, WarmThroughputMiBps }: CreateStreamInput): number {
  if (StreamModeDetails?.StreamMode === 'ON_DEMAND') {
    if (ShardCount === undefined) return warmShards(WarmThroughputMiBps);
    throw invalid('ShardCount must not be given for a stream that uses the on-demand capacity mode.');
  }
  if (ShardCount !== undefined) return ShardCount;
  throw invalid('ShardCount must be given for a stream that uses the provisioned capacity mode.');
}

function checkQuotas(account: Account, name: string, mode: string, shardCount: number, now: number): void {
  const { maxOpenShards, maxCreatingStreams } = account.limits;
  const streams = account.streams(now);
  if (streams.some((stream) => stream.name === name)) {
    throw new KinesisServiceError(
      'ResourceInUseException',
      `Stream ${name} under account ${account.id} already exists.`,
    );
  }
  if (streams.filter((stream) => stream.status === 'CREATING').length >= maxCreatingStreams) {
    throw exceeded(
      `No more than ${maxCreatingStreams} streams may be CREATING at once under account ${account.id}.`,
    );
  }
  if (mode === 'ON_DEMAND') checkOnDemandQuota(account, now);
  checkShardQuota(account, shardCount, maxOpenShards, now);
}

/** Throws when one more on-demand stream would be too many for the account. */
export function checkOnDemandQuota(account: Account, now: number): void {
  const { maxOnDemandStreams } = account.limits;
  const onDemand = account.streams(now).filter((stream) => stream.mode === 'ON_DEMAND').length;
  if (onDemand < maxOnDemandStreams) return;
  throw exceeded(`On-demand stream limit of ${maxOnDemandStreams} reached under account ${account.id}.`);
}

/** Throws when `more` open shards would be too many for the account. */
export function checkShardQuota(account: Account, more: number, maxOpenShards: number, now: number): void {
  const open = account.streams(now).reduce((sum, stream) => sum + stream.openShards.length, 0);
  // Where the quota is lifted, a slip of the pen must not take all memory.
  if (open + more <= maxOpenShards && more <= maxShardsOfStream) return;
  throw exceeded(
    `This request would exceed the shard limit for the account ${account.id} in ${account.region}. ` +
      `Current shard count for the account: ${open}. Limit: ${maxOpenShards}. Number of additional shards that would ` +
      `have resulted from this request: ${more}.`,
  );
}

function invalid(message: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', message);
}

function exceeded(message: string): KinesisServiceError {
  return new KinesisServiceError('LimitExceededException', message);
}
