import { describe, expect, it } from 'vitest';
import { shardEnd } from '../src/checkpoint.js';
import type { Lease } from '../src/lease.js';
import { ConsumerWorld } from './support/consumer-world.js';
import { shardId } from './support/shard-tree.js';
import { throttled } from './support/store-line.js';

/** Splits the one shard of a stream in the middle of its keys. */
async function split({ kinesis, clock }: ConsumerWorld): Promise<void> {
  const NewStartingHashKey = String(1n << 127n);
  await kinesis.call('SplitShard', { StreamName: 'tweets', ShardToSplit: shardId(0), NewStartingHashKey });
  await clock.advance(5_000);
}

describe('a worker', () => {
  it('goes from a shard to its children, in order, and finishes it (C3, C11)', async () => {
    const world = new ConsumerWorld(1);
    const order: string[] = [];
    const onRecord = (record: { text(): string }) => void order.push(record.text());
    const { typesOf } = await world.started({ onRecord });
    await world.put('a', 'b');
    await split(world);
    await world.put('c', 'd', 'e', 'f');
    await world.clock.advance(15_000);
    expect(order.slice(0, 2)).toEqual(['a', 'b']);
    expect(order.slice(2).sort()).toEqual(['c', 'd', 'e', 'f']);
    expect(typesOf('shard-ended', 'lease-gained', 'lease-released')).toEqual([
      'lease-gained: free',
      'shard-ended: split',
      'lease-released: shard-end',
      'lease-gained: free',
      'lease-gained: free',
    ]);
    const [parent] = await world.memory.list();
    expect(parent).toMatchObject({ checkpoint: shardEnd, childShardIds: [shardId(1), shardId(2)] });
  });

  it('makes a lease again that is missing, in the course of time', async () => {
    const world = new ConsumerWorld(2);
    const { typesOf } = await world.started();
    await world.memory.delete((await world.memory.get(shardId(1))) as Lease);
    await world.clock.advance(70_000);
    expect(typesOf('lease-created', 'lease-released')).toEqual([
      'lease-created: initial',
      'lease-created: initial',
      'lease-released: deleted',
      'lease-created: initial',
    ]);
    expect(await world.owners()).toEqual(['w1-1', 'w1-1']);
  });

  it('says when coordination fails, and goes on', async () => {
    const world = new ConsumerWorld(1);
    const { line, typesOf, errors, consumer } = await world.started();
    await world.clock.advance(2_000);
    line.script('list', throttled);
    line.script('renew', throttled);
    world.kinesis.faults.add({
      kind: 'failCall',
      operation: 'ListShards',
      errorCode: 'InternalFailure',
      times: 1,
    });
    await world.clock.advance(70_000);
    expect(typesOf('coordination-failed').sort()).toEqual([
      'coordination-failed: STORE_THROTTLED',
      'coordination-failed: STORE_THROTTLED',
    ]);
    expect(errors).toMatchObject([{ code: 'STORE_THROTTLED' }, { code: 'STORE_THROTTLED' }]);
    expect(consumer.health().healthy).toBe(true);
  });
});

describe('health', () => {
  it('is good while everything goes on', async () => {
    const world = new ConsumerWorld(2);
    const { consumer } = await world.started();
    await world.put('a', 'b', 'c', 'd');
    await world.clock.advance(8_000);
    const health = consumer.health();
    expect(health).toMatchObject({ healthy: true, state: 'running', workerId: 'w1-1' });
    expect(health.leaseStoreSilentMs).toBeLessThanOrEqual(1_000);
    expect(health.shards.map((shard) => shard.shardId)).toEqual([shardId(0), shardId(1)]);
    expect(health.shards.reduce((sum, shard) => sum + shard.processedRecords, 0)).toBe(4);
    for (const shard of health.shards) {
      expect(shard).toMatchObject({
        healthy: true,
        state: 'processing',
        reason: undefined,
        millisBehindLatest: 0,
      });
    }
  });

  it('is bad while a handler fails, and good again afterwards; other shards go on', async () => {
    const world = new ConsumerWorld(2);
    let broken = true;
    const seen: string[] = [];
    const { consumer, errors } = await world.started({
      onRecord: (_, { shard }) => {
        if (broken && shard.shardId === shardId(0)) throw new Error('mine');
        seen.push(shard.shardId);
      },
    });
    await world.put('a', 'b', 'c', 'd', 'e', 'f');
    await world.clock.advance(5_000);
    expect(seen).toContain(shardId(1));
    expect(seen).not.toContain(shardId(0));
    expect(consumer.health()).toMatchObject({
      healthy: false,
      shards: [
        { healthy: false, state: 'retrying', reason: expect.stringMatching(/onRecord failed/) },
        { healthy: true },
      ],
    });
    expect(errors[0]).toMatchObject({ code: 'HANDLER_FAILED', shardId: shardId(0) });
    broken = false;
    await world.clock.advance(60_000);
    expect([consumer.health().healthy, seen.length]).toEqual([true, 6]);
  });

  it('is bad while a handler does not settle, which is reported once (C10); its lease stays', async () => {
    const world = new ConsumerWorld(1);
    let finish = () => {};
    const onRecord = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const { consumer, errors, typesOf } = await world.started({ onRecord, handlerStallMs: 5_000 });
    await world.put('a');
    await world.clock.advance(60_000);
    expect(consumer.health()).toMatchObject({
      healthy: false,
      shards: [{ healthy: false, reason: expect.stringMatching(/onRecord has not settled for \d+ ms/) }],
    });
    expect(errors).toMatchObject([{ code: 'HANDLER_STALLED', shardId: shardId(0) }]);
    expect(typesOf('handler-stalled', 'lease-released')).toEqual(['handler-stalled: no-progress']);
    finish();
    await world.clock.advance(1_000);
    expect(consumer.health().healthy).toBe(true);
  });

  it('is bad while the lease store is silent for failoverMs', async () => {
    const world = new ConsumerWorld(1);
    const { consumer, line } = await world.started();
    await world.clock.advance(1_000);
    line.otherwise = throttled;
    await world.clock.advance(30_000);
    expect(consumer.health()).toMatchObject({ healthy: false, shards: [] });
    expect(consumer.health().leaseStoreSilentMs).toBeGreaterThanOrEqual(29_000);
    line.otherwise = ({ run }) => run();
    await world.clock.advance(3_000);
    expect(consumer.health()).toMatchObject({ healthy: true, shards: [{ shardId: shardId(0) }] });
  });
});

describe('two workers', () => {
  it('share the shards, and deliver every record once while nothing fails (26)', async () => {
    const world = new ConsumerWorld(4);
    const first = await world.started();
    const texts = Array.from({ length: 40 }, (_, at) => `${at}`);
    await world.put(...texts.slice(0, 20));
    const second = await world.started();
    await world.clock.advance(10_000);
    await world.put(...texts.slice(20));
    await world.clock.advance(5_000);
    const owners = await world.owners();
    expect(owners.filter((owner) => owner === 'w1-1')).toHaveLength(2);
    expect([...first.records, ...second.records].sort()).toEqual(texts.sort());
    expect(second.records.length).toBeGreaterThan(0);
    expect(first.typesOf('lease-released')).toEqual(Array(2).fill('lease-released: hand-off'));
    expect(second.typesOf('hand-off-asked')).toEqual(Array(2).fill('hand-off-asked: balance'));
  });

  it('29: one that cannot renew hears of it, checkpoints nothing more, and the other goes on', async () => {
    const world = new ConsumerWorld(1);
    const calls: string[] = [];
    const shardHandler = () => ({
      processRecords: ({
        records,
        signal,
      }: {
        records: readonly { text(): string }[];
        signal: AbortSignal;
      }) =>
        new Promise<void>((resolve) => {
          calls.push(`process ${records.map((record) => record.text())}`);
          signal.addEventListener('abort', () => {
            calls.push('signal');
            resolve();
          });
        }),
      leaseLost: () => void calls.push('lost'),
    });
    const first = await world.started({ shardHandler });
    await world.put('a');
    await world.clock.advance(2_000);
    first.line.otherwise = throttled;
    const second = await world.started();
    await world.clock.advance(9_000);
    expect(calls).toEqual(['process a', 'signal', 'lost']);
    expect(second.records).toEqual([]);
    await world.clock.advance(5_000);
    expect(second.records).toEqual(['a']);
    expect(first.typesOf('lease-released', 'checkpointed')).toEqual(['lease-released: fenced']);
  });
});
