import { describe, expect, test } from 'vitest';
import type { ConsumerOptions } from '../src/options.js';
import type { ProcessRecordsInput, ShardInfo } from '../src/shard-handler.js';
import { ConsumerWorld } from './support/consumer-world.js';
import { shardId } from './support/shard-tree.js';
import { aggregateOf } from './support/stored-records.js';

const half = 2n ** 127n;

async function pass(world: ConsumerWorld, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) await world.clock.advance(1_000);
}

async function putTo(
  world: ConsumerWorld,
  Data: Uint8Array | string,
  ExplicitHashKey: bigint,
): Promise<void> {
  const record = { Data: Buffer.from(Data), PartitionKey: 'key', ExplicitHashKey: String(ExplicitHashKey) };
  await world.kinesis.call('PutRecord', { StreamName: 'tweets', ...record });
}

const ranges = [
  { startingHashKey: '0', endingHashKey: String(half - 1n) },
  { startingHashKey: String(half), endingHashKey: String(2n ** 128n - 1n) },
];

describe('what a shard’s handler is given', () => {
  test('onRecord: its shard with its range', async () => {
    const world = new ConsumerWorld(2);
    const seen = new Map<string, ShardInfo>();
    await world.started({ onRecord: (record, { shard }) => void seen.set(record.text(), shard) });
    await putTo(world, 'low', 0n);
    await putTo(world, 'high', half);
    await pass(world, 5_000);
    expect(Object.fromEntries(seen)).toEqual({
      low: { shardId: shardId(0), hashKeyRange: ranges[0] },
      high: { shardId: shardId(1), hashKeyRange: ranges[1] },
    });
  });

  test('shardHandler: a handler for each shard, with a checkpointer that writes that shard’s checkpoint', async () => {
    const world = new ConsumerWorld(2);
    const made: ShardInfo[] = [];
    const { typesOf } = await world.started({
      checkpoint: 'manual',
      shardHandler: (shard) => {
        made.push(shard);
        return {
          processRecords: async ({ checkpointer }) => {
            if (shard.shardId === shardId(0)) await checkpointer.checkpoint();
          },
        };
      },
    });
    await putTo(world, 'low', 0n);
    await putTo(world, 'high', half);
    await pass(world, 20_000);
    expect(made.toSorted((a, b) => (a.shardId < b.shardId ? -1 : 1))).toEqual([
      { shardId: shardId(0), hashKeyRange: ranges[0] },
      { shardId: shardId(1), hashKeyRange: ranges[1] },
    ]);
    const stored = (await world.memory.list()).map(({ checkpoint }) => checkpoint.sequenceNumber);
    expect(stored).toEqual([expect.stringMatching(/^\d+$/), 'TRIM_HORIZON']);
    expect(typesOf('checkpointed')).toEqual(['checkpointed: handler']);
  });

  test('C12: by its range and its parent’s, as the option says', async () => {
    // By MD5, "a" is in the lower half and "b" in the upper one.
    const both = aggregateOf(['a', 'b']);
    const texts = async (outOfRange?: ConsumerOptions['outOfRange']) => {
      const world = new ConsumerWorld(1);
      const { records, consumer } = await world.started(outOfRange ? { outOfRange } : {});
      await pass(world, 2_000);
      const split = { StreamName: 'tweets', ShardToSplit: shardId(0), NewStartingHashKey: String(half) };
      await world.kinesis.call('SplitShard', split);
      await pass(world, 3_000);
      await putTo(world, both, 0n);
      await pass(world, 10_000);
      const dropped = consumer.health().shards.reduce((sum, { droppedRecords }) => sum + droppedRecords, 0);
      return [...records, dropped];
    };
    expect(await texts()).toEqual(['a', 1]);
    expect(await texts('deliver')).toEqual(['a', 'b', 0]);
  });

  test('C4: what is dropped at the end of a batch counts as done', async () => {
    const world = new ConsumerWorld(1);
    const { records } = await world.started();
    await pass(world, 2_000);
    const split = { StreamName: 'tweets', ShardToSplit: shardId(0), NewStartingHashKey: String(half) };
    await world.kinesis.call('SplitShard', split);
    await pass(world, 3_000);
    await putTo(world, aggregateOf(['b', 'b']), 0n);
    await pass(world, 10_000);
    expect(records).toEqual([]);
    expect((await world.memory.get(shardId(1)))?.checkpoint).toEqual({
      sequenceNumber: expect.stringMatching(/^\d+$/),
      subSequenceNumber: 1,
    });
  });

  test('C12: everything, where the stream places records itself', async () => {
    const world = new ConsumerWorld(1);
    await world.kinesis.call('DeleteStream', { StreamName: 'tweets' });
    await pass(world, 2_000);
    await world.kinesis.call('CreateStream', {
      StreamName: 'tweets',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      RecordDistributionStrategy: 'AUTO',
    });
    await pass(world, 2_000);
    const { records } = await world.started({ outOfRange: 'drop' });
    const Data = aggregateOf(['a', 'b', 'c', 'd']);
    await world.kinesis.call('PutRecord', { StreamName: 'tweets', PartitionKey: 'key', Data });
    await pass(world, 5_000);
    expect(records).toEqual(['a', 'b', 'c', 'd']);
  });
});

test('C7, C10: a handler that fails leaves others the room to read, however little there is', async () => {
  const world = new ConsumerWorld(2);
  const seen: string[] = [];
  const { consumer } = await world.started({
    maxBufferedBytes: 10_485_760,
    onRecord: (record) => {
      if (record.text() === 'bad') throw new Error('no');
      seen.push(record.text());
    },
  });
  await putTo(world, 'bad', 0n);
  await pass(world, 5_000);
  for (let second = 0; second < 60; second += 1) {
    await putTo(world, String(second), half);
    await pass(world, 1_000);
    expect(consumer.health().bufferedBytes).toBeLessThanOrEqual(10_485_760);
  }
  await pass(world, 31_000);
  expect(seen).toEqual(Array.from({ length: 60 }, (_, second) => String(second)));
  expect(consumer.health().shards.map(({ healthy }) => healthy)).toEqual([false, true]);
});

describe('what a shard tells of itself', () => {
  test('health: records processed, how far behind, the checkpoint', async () => {
    const world = new ConsumerWorld(1);
    const { consumer } = await world.started();
    await world.put('a', 'b');
    await pass(world, 10_000);
    expect(consumer.health().shards).toEqual([
      {
        shardId: shardId(0),
        healthy: true,
        state: 'processing',
        reason: undefined,
        millisBehindLatest: 0,
        processedRecords: 2,
        droppedRecords: 0,
        checkpoint: { sequenceNumber: expect.stringMatching(/^\d+$/), subSequenceNumber: 0 },
        silentMs: 0,
      },
    ]);
  });

  test('the lease: its throughput in kilobytes a second', async () => {
    const world = new ConsumerWorld(1);
    await world.started();
    for (let second = 0; second < 120; second += 1) {
      await world.put('x'.repeat(200));
      await world.kinesis.call('PutRecord', {
        StreamName: 'tweets',
        PartitionKey: 'key',
        Data: Buffer.alloc(50_000),
      });
      await pass(world, 1_000);
    }
    const { throughputKBps } = (await world.memory.get(shardId(0))) ?? {};
    expect(throughputKBps).toBeGreaterThan(35);
    expect(throughputKBps).toBeLessThan(60);
  });
});

test('a prepared checkpoint reaches the next owner, with its state', async () => {
  const world = new ConsumerWorld(1);
  const state = new TextEncoder().encode('half-way');
  const first = await world.started({
    checkpoint: 'manual',
    shardHandler: () => ({
      processRecords: async ({ checkpointer }: ProcessRecordsInput) => {
        await checkpointer.prepareCheckpoint(undefined, state);
      },
    }),
  });
  await world.put('a');
  await pass(world, 3_000);
  await world.until(first.consumer.stop());
  const given: unknown[] = [];
  await world.started({
    checkpoint: 'manual',
    shardHandler: () => ({
      initialize: ({ checkpoint, pendingCheckpoint }) => void given.push(checkpoint, pendingCheckpoint),
      processRecords: () => undefined,
    }),
  });
  await pass(world, 5_000);
  expect(given).toMatchObject([
    { sequenceNumber: 'TRIM_HORIZON' },
    { sequenceNumber: expect.stringMatching(/^\d+$/), state },
  ]);
});
