import { HashRangeIndex, hashKeyOf } from '@shardline/aggregation';
import type { ShardRange } from '../../src/shard-map.js';

const wholeRange = 1n << 128n;

/** The id that the service gives to the `index`th shard of a stream. */
export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

/** `count` open shards of equal size, ids from `firstIndex` on. */
export function evenShards(count: number, firstIndex = 0): readonly ShardRange[] {
  const bound = (at: number) => (wholeRange * BigInt(at)) / BigInt(count);
  return Array.from({ length: count }, (_, at) => ({
    shardId: shardId(firstIndex + at),
    startingHashKey: String(bound(at)),
    endingHashKey: String(bound(at + 1) - 1n),
  }));
}

/** `shards` with the one at `at` replaced by its two halves, ids from `firstIndex` on. */
export function split(shards: readonly ShardRange[], at: number, firstIndex: number): readonly ShardRange[] {
  const parent = shards[at];
  if (!parent) throw new RangeError(`There is no shard ${at}.`);
  const start = BigInt(parent.startingHashKey);
  const end = BigInt(parent.endingHashKey);
  const middle = start + (end - start + 1n) / 2n;
  const halves = [
    { shardId: shardId(firstIndex), startingHashKey: String(start), endingHashKey: String(middle - 1n) },
    { shardId: shardId(firstIndex + 1), startingHashKey: String(middle), endingHashKey: String(end) },
  ];
  return [...shards.slice(0, at), ...halves, ...shards.slice(at + 1)];
}

/** `shards` with the one at `at` and its upper neighbour replaced by one. */
export function merge(shards: readonly ShardRange[], at: number, index: number): readonly ShardRange[] {
  const lower = shards[at];
  const upper = shards[at + 1];
  if (!lower || !upper) throw new RangeError(`Shard ${at} has no upper neighbour.`);
  const merged = {
    shardId: shardId(index),
    startingHashKey: lower.startingHashKey,
    endingHashKey: upper.endingHashKey,
  };
  return [...shards.slice(0, at), merged, ...shards.slice(at + 2)];
}

/** `count` partition keys whose records belong to `shard`, always the same ones. */
export function keysOf(shard: ShardRange | undefined, count: number): readonly string[] {
  if (!shard) throw new RangeError('There is no such shard.');
  const range = new HashRangeIndex([shard]);
  const keys: string[] = [];
  for (let at = 0; keys.length < count; at += 1) {
    if (range.find(hashKeyOf(`key-${at}`)) === 0) keys.push(`key-${at}`);
  }
  return keys;
}

/** The first of {@link keysOf}. */
export function keyOf(shard: ShardRange | undefined): string {
  return keysOf(shard, 1)[0] ?? '';
}
