/** A shard's range of hash keys, as decimal numbers from ListShards, both ends included. */
export interface HashKeyRange {
  readonly startingHashKey: string;
  readonly endingHashKey: string;
}

/** Where the second child of a shard split in two halves begins (`NewStartingHashKey` of SplitShard). */
export function splitPoint(range: HashKeyRange): string {
  const start = BigInt(range.startingHashKey);
  const end = BigInt(range.endingHashKey);
  if (end <= start)
    throw new RangeError(`A shard of one hash key cannot be split: ${range.startingHashKey}.`);
  return String(start + (end - start + 1n) / 2n);
}
