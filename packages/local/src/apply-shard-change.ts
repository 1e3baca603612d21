import type { Random } from '@shardline/core';
import type { ShardChange } from './fault.js';
import { middleOf } from './hash-key.js';
import { merge, split, updateShardCount } from './reshard.js';
import type { Shard } from './shard.js';
import type { Stream } from './stream.js';

/**
 * Reshards a stream at once. A shard that is not named is drawn from those that can be changed so; when there is none
 * (a shard that is closed, a single shard to merge, a range of one key to split) nothing happens. Says whether something did.
 */
export function applyShardChange(stream: Stream, change: ShardChange, now: number, random: Random): boolean {
  const before = stream.shards.length;
  reshard(stream, change, now, random);
  return stream.shards.length > before;
}

function reshard(stream: Stream, change: ShardChange, now: number, random: Random): void {
  if ('shardCount' in change) {
    updateShardCount(stream, change.shardCount, now);
    return;
  }
  const open = stream.openShards;
  if ('split' in change) {
    const splittable = open.filter((shard) => middleOf(shard.range) !== undefined);
    const shard = choose(splittable, change.split.shardId, random);
    const middle = shard && middleOf(shard.range);
    if (shard && middle !== undefined) split(stream, shard, middle, now);
    return;
  }
  const shard = choose(open, change.merge.shardId, random);
  if (!shard) return;
  const at = open.indexOf(shard);
  const neighbour = open[at + 1] ?? open[at - 1];
  if (neighbour) merge(stream, shard, neighbour, now);
}

function choose(shards: readonly Shard[], shardId: string | undefined, random: Random): Shard | undefined {
  if (shardId !== undefined) return shards.find((shard) => shard.id === shardId);
  return shards[Math.floor(random.next() * shards.length)];
}
