import { HashRangeIndex, hashKeyOf } from '@shardline/aggregation';
import { uniformShards } from './uniform-shards.js';

/**
 * Answers the shard of a partition key. Peers are given our own hashing and shard look-up: Node's MD5 of a short key costs
 * more than all the rest of their work, and would make the comparison one of MD5s.
 */
export function router(shards: number): (partitionKey: string) => number {
  const index = new HashRangeIndex(uniformShards(shards));
  const hashKey = new Uint32Array(4);
  return (partitionKey) => index.find(hashKeyOf(partitionKey, undefined, hashKey));
}
