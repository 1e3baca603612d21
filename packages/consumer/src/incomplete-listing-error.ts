import { ShardlineError } from '@shardline/core';

/**
 * What is wrong with a listing of shards:
 * - `hole`: its shards leave out a part of the hash-key space, or a shard whose parents it has.
 * - `open-parent`: it has a shard and its parent, and the parent is still open.
 * - `outdated`: there are leases of shards that came into being after it.
 */
export type ListingProblem = 'hole' | 'open-parent' | 'outdated';

const words: Readonly<Record<ListingProblem, string>> = Object.freeze({
  hole: 'shards are missing from it',
  'open-parent': 'it shows a shard together with its open parent',
  outdated: 'there are leases of shards that it does not have yet',
});

/** ListShards did not tell the whole truth, several times in a row. No lease was made or deleted by it. */
export class IncompleteListingError extends ShardlineError {
  override readonly code = 'INCOMPLETE_LISTING';
  /** Stream name or ARN, as given. */
  readonly stream: string;
  /** What is wrong with the listing. */
  readonly reason: ListingProblem;
  /** The shard where it shows. */
  readonly shardId: string | undefined;

  constructor(stream: string, reason: ListingProblem, shardId: string | undefined) {
    const where = shardId === undefined ? '' : `, see ${shardId}`;
    super(
      `ListShards of stream "${stream}" cannot be relied on: ${words[reason]}${where}. No lease was made or deleted by it; ` +
        'it is listed again soon. If it stays so, see whether the leases are those of this stream: it may have been deleted and made anew.',
      { retryable: true },
    );
    this.stream = stream;
    this.reason = reason;
    this.shardId = shardId;
  }
}
