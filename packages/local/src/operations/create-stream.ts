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
import { Stream } from '../stream.js';
import { checkCreatingQuota, checkOnDemandQuota, checkShardQuota } from '../stream-quotas.js';
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
  const openShards = shardCountOf(input);
  requireNewName(account, name, now);
  checkCreatingQuota(account, now);
  if (mode === 'ON_DEMAND') checkOnDemandQuota(account, now);
  checkShardQuota(account, undefined, { mode, openShards }, now);
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
    createdAtMs: account.streamCreations.next(name, now),
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
  const open = () => stream.openFirst(uniformRanges(openShards), openedAtMs);
  stream.begin('CREATING', openedAtMs, open, { openShards });
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

function requireNewName(account: Account, name: string, now: number): void {
  if (!account.find(name, now)) return;
  throw new KinesisServiceError(
    'ResourceInUseException',
    `Stream ${name} under account ${account.id} already exists.`,
  );
}

function invalid(message: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', message);
}
