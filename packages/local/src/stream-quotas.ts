import type { Account } from './account.js';
import { KinesisServiceError } from './service-error.js';
import { maxShardsOfStream } from './service-limits.js';
import type { Stream, StreamPlan } from './stream.js';

/*
 * What an account may have of streams and shards. A stream counts with what it will have when its transition is done:
 * requests that are each within a quota are not to exceed it together.
 */

/** Throws when one more stream that is CREATING would be too many for the account. */
export function checkCreatingQuota(account: Account, now: number): void {
  const { maxCreatingStreams } = account.limits;
  if (sumOf(account, now, ({ status }) => (status === 'CREATING' ? 1 : 0)) < maxCreatingStreams) return;
  throw exceeded(
    `No more than ${maxCreatingStreams} streams may be CREATING at once under account ${account.id}.`,
  );
}

/** Throws when one more on-demand stream would be too many for the account. */
export function checkOnDemandQuota(account: Account, now: number): void {
  const { maxOnDemandStreams } = account.limits;
  if (sumOf(account, now, ({ plannedMode }) => (plannedMode === 'ON_DEMAND' ? 1 : 0)) < maxOnDemandStreams)
    return;
  throw exceeded(`On-demand stream limit of ${maxOnDemandStreams} reached under account ${account.id}.`);
}

/**
 * Throws when the shards that `stream`, or a new one, is to have would be too many. The account's quota is for provisioned
 * streams alone; where it is exceeded already, fewer shards are as welcome as ever.
 */
export function checkShardQuota(
  account: Account,
  stream: Stream | undefined,
  plan: Required<StreamPlan>,
  now: number,
): void {
  const { maxOpenShards } = account.limits;
  const more = provisionedShards(plan.mode, plan.openShards) - (stream ? plannedShards(stream) : 0);
  const open = sumOf(account, now, plannedShards);
  if (more > 0 && open + more > maxOpenShards) {
    throw exceeded(
      `This request would exceed the shard limit for the account ${account.id} in ${account.region}. ` +
        `Current shard count for the account: ${open}. Limit: ${maxOpenShards}. Number of additional shards that would ` +
        `have resulted from this request: ${more}.`,
    );
  }
  // Where the quota is lifted, a slip of the pen must not take all memory.
  if (plan.openShards <= maxShardsOfStream || plan.openShards <= (stream?.openShards.length ?? 0)) return;
  throw exceeded(
    `This request asks for ${plan.openShards} shards; a stream of this local Kinesis has no more than ` +
      `${maxShardsOfStream} shards.`,
  );
}

function plannedShards({ plannedMode, plannedOpenShards }: Stream): number {
  return provisionedShards(plannedMode, plannedOpenShards);
}

function provisionedShards(mode: Stream['mode'], openShards: number): number {
  return mode === 'PROVISIONED' ? openShards : 0;
}

function sumOf(account: Account, now: number, count: (stream: Stream) => number): number {
  let sum = 0;
  for (const stream of account.streams(now)) sum += count(stream);
  return sum;
}

function exceeded(message: string): KinesisServiceError {
  return new KinesisServiceError('LimitExceededException', message);
}
