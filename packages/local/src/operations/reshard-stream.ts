import type { MergeShardsInput, SplitShardInput, UpdateShardCountInput } from '@aws-sdk/client-kinesis';
import { type HashKey, hashKeyFromDecimal, keyAfter } from '../hash-key.js';
import { structure } from '../input-shape.js';
import { hashKey, shardCount, shardId, streamReference } from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { updateShardCount as applyShardCount, isNextTo, merge, split } from '../reshard.js';
import { KinesisServiceError } from '../service-error.js';
import type { Shard } from '../shard.js';
import { existingShard } from '../shard-position.js';
import type { Stream } from '../stream.js';
import { requireActive, requireProvisioned } from '../stream-guards.js';
import { checkShardQuota } from '../stream-quotas.js';

/** SplitShard: the stream is UPDATING until the parent closes and its two children open, in one moment. */
export const splitShard = operation<SplitShardInput>(
  structure({ ...streamReference, ShardToSplit: shardId, NewStartingHashKey: hashKey }, [
    'ShardToSplit',
    'NewStartingHashKey',
  ]),
  (context, input) => {
    const { account, now } = context;
    const stream = changeableStream(context, input);
    const parent = openShard(context, stream, input.ShardToSplit ?? '');
    const start = hashKeyFromDecimal(input.NewStartingHashKey ?? '');
    if (start === undefined || !canStart(start, parent)) {
      throw invalid(
        `NewStartingHashKey ${input.NewStartingHashKey} used in SplitShard() on shard ${parent.id} in stream ` +
          `${stream.name} under account ${account.id} is not both greater than one plus the shard's StartingHashKey ` +
          "and less than the shard's EndingHashKey.",
      );
    }
    const openShards = stream.openShards.length + 1;
    checkShardQuota(account, stream, { mode: stream.mode, openShards }, now);
    update(context, stream, { shards: [parent], openShards }, (atMs) => split(stream, parent, start, atMs));
    return {};
  },
);

/** MergeShards: the stream is UPDATING until both parents close and their child opens. The lower one is to be named first. */
export const mergeShards = operation<MergeShardsInput>(
  structure({ ...streamReference, ShardToMerge: shardId, AdjacentShardToMerge: shardId }, [
    'ShardToMerge',
    'AdjacentShardToMerge',
  ]),
  (context, input) => {
    const stream = changeableStream(context, input);
    const shard = openShard(context, stream, input.ShardToMerge ?? '');
    const adjacent = openShard(context, stream, input.AdjacentShardToMerge ?? '');
    if (!isNextTo(adjacent, shard)) {
      throw invalid(
        `Shards ${shard.id} and ${adjacent.id} in stream ${stream.name} under account ${context.account.id} are not an ` +
          'adjacent pair of shards eligible for merging',
      );
    }
    const plan = { shards: [shard, adjacent], openShards: stream.openShards.length - 1 };
    update(context, stream, plan, (atMs) => merge(stream, shard, adjacent, atMs));
    return {};
  },
);

/** UpdateShardCount: at most double, at least half, 10,000 at most, ten times a day. */
export const updateShardCount = operation<UpdateShardCountInput>(
  structure(
    {
      ...streamReference,
      TargetShardCount: shardCount,
      ScalingType: { type: 'choice', choices: ['UNIFORM_SCALING'] },
    },
    ['TargetShardCount', 'ScalingType'],
  ),
  (context, input) => {
    const { account, now } = context;
    const stream = changeableStream(context, input);
    const current = stream.openShards.length;
    const target = input.TargetShardCount ?? current;
    checkTarget(current, target, account.limits.updateShardCountMaxShards);
    checkShardQuota(account, stream, { mode: stream.mode, openShards: target }, now);
    countUpdate(context, stream);
    update(context, stream, { shards: [], openShards: target }, (atMs) =>
      applyShardCount(stream, target, atMs),
    );
    return {
      StreamName: stream.name,
      CurrentShardCount: current,
      TargetShardCount: target,
      StreamARN: stream.arn,
    };
  },
);

/** The service leaves each child two keys or more, though one would do. */
function canStart(startOfUpper: HashKey, { range }: Shard): boolean {
  return startOfUpper > keyAfter(range.start) && startOfUpper < range.end;
}

function changeableStream(
  { account, now }: OperationContext,
  input: SplitShardInput | MergeShardsInput | UpdateShardCountInput,
): Stream {
  const stream = account.stream(input, now);
  requireProvisioned(account, stream);
  requireActive(account, stream);
  return stream;
}

function openShard({ account }: OperationContext, stream: Stream, id: string): Shard {
  const shard = existingShard(account, stream, id);
  if (shard.closedAtMs === undefined) return shard;
  throw invalid(
    `Shard ${id} in stream ${stream.name} under account ${account.id} has already been merged or split, and thus is not ` +
      'eligible for merging or splitting.',
  );
}

/**
 * Marks the stream as UPDATING and has `change` happen when that ends, unless an injected reshard has closed one of the
 * `shards` it is about meanwhile.
 */
function update(
  { account, now }: OperationContext,
  stream: Stream,
  { shards, openShards }: { readonly shards: readonly Shard[]; readonly openShards: number },
  change: (atMs: number) => void,
): void {
  const doneAtMs = now + account.transitionMs;
  const finish = () => {
    if (shards.every((shard) => shard.closedAtMs === undefined)) change(doneAtMs);
  };
  stream.begin('UPDATING', doneAtMs, finish, { openShards });
}

/** The service answers all of these as limits of the account that may be raised. */
function checkTarget(current: number, target: number, maxShards: number): void {
  const shown = `Current open shard count: ${current}, Target shard count: ${target}`;
  if (target > current * 2) {
    throw exceeded(`UpdateShardCount cannot scale up over double your current open shard count. ${shown}`);
  }
  if (target < current / 2) {
    throw exceeded(`UpdateShardCount cannot scale down below half your current open shard count. ${shown}`);
  }
  if (target > maxShards) {
    throw exceeded(
      `Target shard count or number of open shards cannot be greater than ${maxShards}. ${shown}`,
    );
  }
}

function countUpdate({ account, now }: OperationContext, stream: Stream): void {
  if (stream.shardCountUpdates.tryTake(now)) return;
  throw exceeded(
    `UpdateShardCount was called ${account.limits.updateShardCountPerDay} times on stream ${stream.name} under account ` +
      `${account.id} in 24 hours, which is the limit.`,
  );
}

function invalid(message: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', message);
}

function exceeded(message: string): KinesisServiceError {
  return new KinesisServiceError('LimitExceededException', message);
}
