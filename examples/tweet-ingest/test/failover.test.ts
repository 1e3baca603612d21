import { describe, expect, it } from 'vitest';
import { Failover } from '../src/demo/failover.js';

describe('Failover', () => {
  it('counts from the kill to the first delivery of each lost shard, the last being the worst', () => {
    const failover = new Failover('w2', ['a', 'b'], 1_000);
    expect(failover.waiting).toEqual(['a', 'b']);
    expect(failover.worstMs).toBeUndefined();
    expect(failover.delivering('b', 5_100)).toEqual({ shardId: 'b', afterMs: 4_100 });
    expect(failover.delivering('b', 5_900)).toBeUndefined();
    expect(failover.delivering('elsewhere', 5_900)).toBeUndefined();
    expect(failover.waiting).toEqual(['a']);
    expect(failover.delivering('a', 5_600)).toEqual({ shardId: 'a', afterMs: 4_600 });
    expect(failover.waiting).toEqual([]);
    expect(failover.worstMs).toBe(4_600);
    expect(failover.takenOver.map(({ shardId }) => shardId)).toEqual(['b', 'a']);
  });

  it('does not wait for a shard that has nothing left', () => {
    const failover = new Failover('w2', ['a'], 0);
    failover.finished('a');
    expect(failover.waiting).toEqual([]);
    expect(failover.delivering('a', 10)).toBeUndefined();
    expect(failover.worstMs).toBeUndefined();
  });
});
