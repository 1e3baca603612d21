import type { ServiceFault } from '@shardline/core/internal';
import type { ChildShard, RecordsPage, StreamShard } from './kinesis-reads.js';

/** What came of a look at all shards of the stream. */
export type Listing =
  | { readonly shards: readonly StreamShard[]; readonly fault?: never }
  | { readonly fault: ServiceFault };

/**
 * What is gone when a read was answered with ResourceNotFoundException; undefined while that cannot be told, or where the shard
 * is there after all (an iterator of a stream that was deleted and made again).
 */
export function whatIsGone(shardId: string, listing: Listing): 'stream-gone' | 'shard-gone' | undefined {
  if (listing.fault) return listing.fault.kind === 'not-found' ? 'stream-gone' : undefined;
  // A stream always has shards: a listing without any proves nothing.
  if (listing.shards.length === 0) return undefined;
  return listing.shards.some((shard) => shard.shardId === shardId) ? undefined : 'shard-gone';
}

/** Whether the children on a last page are such as can be: each has its id, its range, and the shard for a parent. */
export function areChildrenSound(shardId: string, { childShards }: RecordsPage): boolean {
  return childShards.every(
    (child) =>
      child.shardId !== '' &&
      child.parentShardIds.includes(shardId) &&
      child.hashKeyRange.startingHashKey !== '' &&
      child.hashKeyRange.endingHashKey !== '',
  );
}

/**
 * The children of a shard whose last page names none, by a listing; undefined where the listing does not bear out that it ended.
 * None is an answer: the children of a shard that ended long ago may be forgotten, as those of a deleted stream are.
 */
export function childrenByListing(shardId: string, listing: Listing): readonly ChildShard[] | undefined {
  if (listing.fault) return listing.fault.kind === 'not-found' ? [] : undefined;
  const { shards } = listing;
  if (shards.length === 0 || shards.some((shard) => shard.shardId === shardId && shard.open))
    return undefined;
  return shards
    .filter((shard) => shard.parentShardIds.includes(shardId))
    .map(({ shardId: id, parentShardIds, hashKeyRange }) => ({ shardId: id, parentShardIds, hashKeyRange }));
}
