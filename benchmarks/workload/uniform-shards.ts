import { createHash } from 'node:crypto';

const HASH_KEYS = 1n << 128n;

export interface ShardRange {
  readonly shardId: string;
  readonly startingHashKey: string;
  readonly endingHashKey: string;
}

/** The shards of a stream created with `count` of them: equal parts of the hash-key space. */
export function uniformShards(count: number): readonly ShardRange[] {
  const start = (index: number) => (HASH_KEYS * BigInt(index)) / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    shardId: `shardId-${String(index).padStart(12, '0')}`,
    startingHashKey: start(index).toString(),
    endingHashKey: (start(index + 1) - 1n).toString(),
  }));
}

/** Index of the uniform shard that a record belongs to, worked out in the plainest way. */
export function uniformShardOf(count: number, partitionKey: string, explicitHashKey?: string): number {
  const hashKey = explicitHashKey
    ? BigInt(explicitHashKey)
    : BigInt(`0x${createHash('md5').update(partitionKey, 'utf8').digest('hex')}`);
  // The first shard whose end is not below the key: ends are floor(2^128 (i + 1) / count) - 1.
  return Number(((hashKey + 1n) * BigInt(count) - 1n) / HASH_KEYS);
}
