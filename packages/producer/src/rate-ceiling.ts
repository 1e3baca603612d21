import { serviceLimits } from '@shardline/core/internal';
import type { RateCeiling } from './rate-limiter.js';
import type { ShardRange } from './shard-map.js';

/** A shard count is unknown or moves by itself: how far the stream's own bucket may grow. */
const wholeStreamMaxShare = 10_000;

/** Where the rate of a lane starts and how far it may go: a shard's limits, or without a shard those of all that are known to be open. */
export function rateCeilingOf(
  range: ShardRange | undefined,
  rateLimitPercent: number,
  openShardCount: number,
): RateCeiling {
  const share = (rateLimitPercent / 100) * (range ? 1 : openShardCount);
  return {
    recordsPerSecond: serviceLimits.shardWriteRecordsPerSecond * share,
    bytesPerSecond: serviceLimits.shardWriteBytesPerSecond * share,
    maxShare: range ? 1 : wholeStreamMaxShare,
  };
}
