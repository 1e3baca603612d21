import { describe, expect, it } from 'vitest';
import { shardStats } from '../src/stats.js';
import { single } from './support/entries.js';
import { makeLane } from './support/lanes.js';
import { evenShards } from './support/shards.js';

describe('shardStats', () => {
  it('tells what a shard was given, what waits for it, and its rate', () => {
    const [shard] = evenShards(1);
    const { lane } = makeLane({ range: shard });
    lane.stored(40, 1_000);
    lane.stored(2, 24);
    lane.queue.push(single({ partitionKey: 'k', data: 'four' }));
    lane.limiter.throttled(1, 0);
    const { bytesPerSecond } = lane.limiter;
    expect(bytesPerSecond).toBeLessThan(1_048_576);
    expect(shardStats(lane)).toEqual({
      shardId: 'shardId-000000000000',
      storedRecords: 42,
      storedEntries: 2,
      storedBytes: 1_024,
      waitingBytes: 5,
      rateBytesPerSecond: bytesPerSecond,
    });
  });

  it('has no shard id for the whole stream', () => {
    expect(shardStats(makeLane({ range: undefined }).lane).shardId).toBeUndefined();
  });
});
