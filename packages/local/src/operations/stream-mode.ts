import type { UpdateStreamModeInput, UpdateStreamWarmThroughputInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import {
  streamArn,
  streamId,
  streamModeDetails,
  streamReference,
  warmThroughputMiBps,
} from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { updateShardCount } from '../reshard.js';
import { KinesisServiceError } from '../service-error.js';
import type { Stream } from '../stream.js';
import { requireActive } from '../stream-guards.js';
import { checkOnDemandQuota, checkShardQuota } from '../stream-quotas.js';
import { checkWarmThroughput, warmShards, warmThroughputOf } from '../warm-throughput.js';

/**
 * UpdateStreamMode: the stream is UPDATING, then has the other mode and the shards that it had, or those of the warm
 * throughput that was asked for. A call that names the present mode changes nothing.
 */
export const updateStreamMode = operation<UpdateStreamModeInput>(
  structure(
    {
      StreamARN: streamArn,
      StreamId: streamId,
      StreamModeDetails: streamModeDetails,
      WarmThroughputMiBps: warmThroughputMiBps,
    },
    ['StreamARN', 'StreamModeDetails'],
  ),
  (context, input) => {
    const { account, now } = context;
    const stream = account.stream({ StreamARN: input.StreamARN }, now);
    requireActive(account, stream);
    const mode = input.StreamModeDetails?.StreamMode ?? stream.mode;
    const warmMiBps = input.WarmThroughputMiBps;
    if (warmMiBps !== undefined) checkWarmThroughput(account, mode, warmMiBps);
    if (mode === stream.mode) {
      if (warmMiBps === undefined) return {};
      throw new KinesisServiceError(
        'InvalidArgumentException',
        `Stream ${stream.name} uses the on-demand capacity mode already: WarmThroughputMiBps can only be given where the ` +
          'mode changes; UpdateStreamWarmThroughput changes it otherwise.',
      );
    }
    if (mode === 'ON_DEMAND') checkOnDemandQuota(account, now);
    else requireUserPartitionKey(stream);
    const shards = () => Math.max(stream.openShards.length, warmMiBps ?? 0);
    checkShardQuota(account, stream, { mode, openShards: shards() }, now);
    countUpdate(context, stream);
    update(context, stream, mode, shards, () => {
      stream.mode = mode;
      stream.warmThroughputMiBps = warmMiBps;
    });
    return {};
  },
);

/**
 * UpdateStreamWarmThroughput: the stream is UPDATING until it has a shard for every MiB/s. A lower value than before, or
 * the same, gives shards back.
 */
export const updateStreamWarmThroughput = operation<UpdateStreamWarmThroughputInput>(
  structure({ ...streamReference, WarmThroughputMiBps: warmThroughputMiBps }, ['WarmThroughputMiBps']),
  (context, input) => {
    const { account, now } = context;
    const stream = account.stream(input, now);
    requireActive(account, stream);
    const warmMiBps = input.WarmThroughputMiBps ?? 0;
    checkWarmThroughput(account, stream.mode, warmMiBps);
    const shards = warmShards(warmMiBps);
    checkShardQuota(account, stream, { mode: stream.mode, openShards: shards }, now);
    stream.warmThroughputMiBps = warmMiBps;
    const { WarmThroughput } = warmThroughputOf(account, stream);
    update(
      context,
      stream,
      stream.mode,
      () => shards,
      () => undefined,
    );
    return { StreamARN: stream.arn, StreamName: stream.name, WarmThroughput };
  },
);

/** Marks the stream as UPDATING and has it change when that ends, with as many shards as it is to have then. */
function update(
  { account, now }: OperationContext,
  stream: Stream,
  mode: Stream['mode'],
  shardsThen: () => number,
  change: () => void,
): void {
  const doneAtMs = now + account.transitionMs;
  const finish = () => {
    change();
    const shards = shardsThen();
    if (shards !== stream.openShards.length) updateShardCount(stream, shards, doneAtMs);
  };
  // Without the shards: they count for no quota where they can be other than those of now.
  stream.begin('UPDATING', doneAtMs, finish, { mode });
}

/**
 * A provisioned stream cannot have the strategy AUTO, and its producers may give no keys: it is to be changed first, on
 * purpose.
 */
function requireUserPartitionKey(stream: Stream): void {
  if (stream.distribution !== 'AUTO') return;
  throw new KinesisServiceError(
    'InvalidArgumentException',
    `Stream ${stream.name} has the record distribution strategy AUTO, which is only supported for streams that use the ` +
      'on-demand capacity mode; set USER_PARTITION_KEY before you change the mode.',
  );
}

function countUpdate({ account, now }: OperationContext, stream: Stream): void {
  if (stream.modeUpdates.tryTake(now)) return;
  throw new KinesisServiceError(
    'LimitExceededException',
    `The capacity mode of stream ${stream.name} under account ${account.id} was changed ` +
      `${account.limits.updateStreamModePerDay} times in 24 hours, which is the limit.`,
  );
}
