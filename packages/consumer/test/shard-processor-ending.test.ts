import { describe, expect, test } from 'vitest';
import { notingHandler, ProcessorWorld, pending, placeOf, twoChildren } from './support/processor-world.js';
import { shardId } from './support/shard-tree.js';
import { answeredLate, broken, throttled } from './support/store-line.js';

describe('the end of a shard over a store that fails (C11)', () => {
  test('no step comes before the one above it has passed', async () => {
    const world = await ProcessorWorld.begin({ shardHandler: notingHandler });
    let failures = 3;
    world.endShard = async () => {
      failures -= 1;
      if (failures >= 0) throw Object.assign(new Error('no table'), { retryable: true });
    };
    world.line.script('checkpoint', throttled, throttled, throttled);
    world.source.write(['a'], twoChildren);
    await world.clock.advance(0);
    expect(world.log.at(-1)).toBe('processRecords 1/0 a');
    expect(world.health().state).toBe('ending');
    await world.clock.advance(60_000);
    expect(world.failures.map(({ task }) => task)).toEqual([
      'end-shard',
      'end-shard',
      'end-shard',
      'checkpoint',
      'checkpoint',
      'checkpoint',
    ]);
    expect(world.log.slice(-5)).toEqual([
      'children',
      'shardEnded',
      'checkpointed SHARD_END',
      'shard-ended',
      'lease-released',
    ]);
    expect(placeOf((await world.stored()).checkpoint)).toBe('SHARD_END');
  });

  test('the answer to SHARD_END gets lost: written once, ended once', async () => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    world.line.script('checkpoint', broken);
    world.source.write(['a'], twoChildren);
    await world.clock.advance(10_000);
    expect(world.eventsOf('shard-ended')).toHaveLength(1);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'shard-end' }]);
    expect(placeOf((await world.stored()).checkpoint)).toBe('SHARD_END');
    expect(world.over.run).toBe(true);
  });

  test('a turn of the clock before the children are there does not write SHARD_END', async () => {
    const made = pending();
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    world.endShard = () => made.promise;
    world.source.write(['a'], twoChildren);
    await world.clock.advance(30_000);
    expect(placeOf((await world.stored()).checkpoint)).toBe('1');
    made.settle();
    await world.clock.advance(0);
    expect(placeOf((await world.stored()).checkpoint)).toBe('SHARD_END');
  });
});

describe('what the service has no more', () => {
  test('a shard: others’ leases are looked after, the handler is told, its lease deleted', async () => {
    const world = await ProcessorWorld.begin({ shardHandler: notingHandler });
    world.onGone = async (reason) => void world.log.push(reason);
    world.source.write(['a']);
    await world.clock.advance(0);
    world.source.vanish('shard-gone', new Error('not found'));
    await world.clock.advance(0);
    expect(world.log.slice(-4)).toEqual([
      'shard-gone',
      'shutdownRequested',
      'checkpointed 1',
      'lease-released',
    ]);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'shard-gone' }]);
    expect(await world.memory.get(shardId(0))).toBeUndefined();
    expect(world.over).toEqual({ run: true, released: true });
  });

  test('the listing is tried until it passes, and the lease stays so long', async () => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    let calls = 0;
    world.onGone = async () => {
      calls += 1;
      if (calls < 4) throw new Error('no listing');
    };
    world.source.vanish('shard-gone', new Error('not found'));
    await world.clock.advance(0);
    expect((await world.stored()).leaseOwner).toBe('w1');
    await world.clock.advance(30_000);
    expect(world.failures.map(({ task }) => task)).toEqual(['sync-shards', 'sync-shards', 'sync-shards']);
    expect([calls, await world.memory.get(shardId(0))]).toEqual([4, undefined]);
  });

  test('the stream: never SHARD_END, the lease is kept in the store and given back (80)', async () => {
    const causes: string[] = [];
    const world = await ProcessorWorld.begin({ shardHandler: notingHandler });
    world.onGone = async (reason) => void causes.push(reason);
    world.source.write(['a']);
    await world.clock.advance(0);
    world.source.vanish('stream-gone', new Error('not found'));
    await world.clock.advance(0);
    expect(causes).toEqual(['stream-gone']);
    const { checkpoint, leaseOwner } = await world.stored();
    expect([placeOf(checkpoint), leaseOwner]).toEqual(['1', undefined]);
    expect(world.log).not.toContain('shardEnded');
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'stream-gone' }]);
  });

  test.each(['shard-gone', 'stream-gone'] as const)(
    '%s: not over before the store has answered',
    async (reason) => {
      const world = await ProcessorWorld.begin({ onRecord: () => undefined });
      world.line.otherwise = answeredLate(world.clock, 2_000);
      world.source.vanish(reason, new Error('not found'));
      await world.clock.advance(1_000);
      expect(world.over).toEqual({ run: false, released: false });
      await world.clock.advance(1_000);
      expect(world.over).toEqual({ run: true, released: true });
    },
  );
});
