import { describe, expect, test } from 'vitest';
import { shardEnd } from '../src/checkpoint.js';
import {
  failing,
  notingHandler,
  ProcessorWorld,
  pending,
  placeOf,
  twoChildren,
} from './support/processor-world.js';
import { shardId } from './support/shard-tree.js';

describe('initializing ─▶ processing', () => {
  test('the handler begins where the lease is, and is given the rest, batch by batch', async () => {
    const log: string[] = [];
    const checkpoint = { sequenceNumber: `4966${'2'.padStart(52, '0')}`, subSequenceNumber: 0 };
    const world = await ProcessorWorld.begin({ shardHandler: () => notingHandler(log), checkpoint });
    world.source.write(['a', 'b', 'c']);
    world.source.write(['d']);
    await world.clock.advance(0);
    // The source does not know of the checkpoint: what lies before it is left out on the way.
    expect(log).toEqual(['initialize 2', 'processRecords 3/0 c', 'processRecords 4/0 d']);
    expect(world.health()).toMatchObject({
      healthy: true,
      state: 'processing',
      reason: undefined,
      processedRecords: 2,
      millisBehindLatest: 7,
    });
    expect(world.source.inHand).toBe(0);
  });

  test('resumes inside an aggregate', async () => {
    const seen: string[] = [];
    const checkpoint = { sequenceNumber: `4966${'1'.padStart(52, '0')}`, subSequenceNumber: 1 };
    const onRecord = (record: { text(): string }) => void seen.push(record.text());
    const world = await ProcessorWorld.begin({ onRecord, checkpoint });
    world.source.write([['a', 'b', 'c', 'd'], 'e']);
    await world.clock.advance(0);
    expect(seen).toEqual(['c', 'd', 'e']);
  });

  test('nothing is read before initialize is done', async () => {
    const log: string[] = [];
    const ready = pending();
    const initialize = () => ready.promise;
    const world = await ProcessorWorld.begin({ shardHandler: () => notingHandler(log, { initialize }) });
    world.source.write(['a']);
    await world.clock.advance(60_000);
    expect([world.source.starts, world.health().state]).toEqual([[], 'initializing']);
    ready.settle();
    await world.clock.advance(0);
    expect(log).toEqual(['initialize TRIM_HORIZON', 'processRecords 1/0 a']);
  });

  test('progress is stored from time to time', async () => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    world.source.write(['a', 'b']);
    await world.clock.advance(6_000);
    expect(placeOf((await world.stored()).checkpoint)).toBe('2');
    expect(world.eventsOf('checkpointed')).toMatchObject([{ reason: 'interval' }]);
  });
});

describe('processing ─▶ retrying ─▶ processing', () => {
  test('shows while the handler fails, and is over when it has not', async () => {
    const world = await ProcessorWorld.begin({ onRecord: failing(2, 'no luck') });
    world.source.write(['a']);
    await world.clock.advance(0);
    expect(world.health()).toMatchObject({ healthy: false, state: 'retrying' });
    expect(world.health().reason).toContain('onRecord failed for shard shardId-000000000000');
    await world.clock.advance(60_000);
    expect(world.health()).toMatchObject({ healthy: true, state: 'processing', reason: undefined });
  });
});

describe('processing ─▶ ending ─▶ done', () => {
  test('children, the handler’s word, SHARD_END, in this order (C11)', async () => {
    const world = await ProcessorWorld.begin({ shardHandler: notingHandler });
    world.source.write(['a'], twoChildren);
    await world.clock.advance(0);
    expect(world.log.slice(-6)).toEqual([
      'processRecords 1/0 a',
      'children',
      'shardEnded',
      'checkpointed SHARD_END',
      'shard-ended',
      'lease-released',
    ]);
    expect(world.eventsOf('shard-ended')).toEqual([
      {
        type: 'shard-ended',
        reason: 'split',
        shardId: shardId(0),
        childShardIds: [shardId(1), shardId(2)],
      },
    ]);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'shard-end' }]);
    expect((await world.stored()).checkpoint).toEqual(shardEnd);
    expect(world.over).toEqual({ run: true, released: true });
  });

  test.each([
    [1, 'merge'],
    [0, 'no-children'],
  ] as const)('%d children: %s', async (count, reason) => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    world.source.write([], twoChildren.slice(0, count));
    await world.clock.advance(0);
    expect(world.eventsOf('shard-ended')).toMatchObject([{ reason }]);
    expect((await world.stored()).checkpoint).toEqual(shardEnd);
  });
});

describe('draining ─▶ done', () => {
  test('stop: what is in hand is finished, the handler told, all of it stored, the lease given back', async () => {
    const log: string[] = [];
    const finish = pending();
    const processRecords = () => finish.promise;
    const world = await ProcessorWorld.begin({ shardHandler: () => notingHandler(log, { processRecords }) });
    world.source.write(['a', 'b']);
    world.source.write(['c']);
    await world.clock.advance(100);
    world.processor.leave('stop');
    expect(world.health().state).toBe('draining');
    await world.clock.advance(100);
    expect([log.at(-1), world.over.released]).toEqual(['processRecords 1/0 a, 2/0 b', false]);
    finish.settle();
    await world.clock.advance(0);
    expect(log.at(-1)).toBe('shutdownRequested');
    const { checkpoint, leaseOwner } = await world.stored();
    expect([placeOf(checkpoint), leaseOwner]).toEqual(['2', undefined]);
    expect(world.eventsOf('checkpointed')).toMatchObject([{ reason: 'stop' }]);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'stop' }]);
    expect(world.over).toEqual({ run: true, released: true });
  });

  test('a quiet shard stops at once (79)', async () => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    await world.clock.advance(600);
    world.processor.leave('stop');
    await world.clock.advance(0);
    expect(world.over).toEqual({ run: true, released: true });
    expect(world.line.calls).toEqual(['release']);
    expect((await world.stored()).leaseOwner).toBeUndefined();
  });

  test('leaves nothing on the clock but what lets a process end', async () => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    world.source.write(['a']);
    await world.clock.advance(10_000);
    world.processor.leave('stop');
    await world.clock.advance(0);
    expect(world.clock.pending).toBe(0);
  });
});

describe('lease lost ─▶ leaseLost ─▶ done', () => {
  test('the handler is told, nothing is written', async () => {
    const log: string[] = [];
    const world = await ProcessorWorld.begin({ shardHandler: () => notingHandler(log) });
    world.source.write(['a']);
    await world.clock.advance(0);
    await world.takenByOther();
    expect(log.slice(-2)).toEqual(['processRecords 1/0 a', 'leaseLost']);
    expect(world.line.calls).toEqual([]);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'taken' }]);
    expect(world.over).toEqual({ run: true, released: true });
  });
});

test('a source that breaks its word is told of, and the lease is not kept', async () => {
  const world = await ProcessorWorld.begin({ onRecord: () => undefined });
  world.source.write(['a']);
  await world.clock.advance(0);
  const error = new Error('a bug');
  world.source.break(error);
  await world.clock.advance(0);
  expect(world.errors).toEqual([error]);
  expect(world.over).toEqual({ run: true, released: true });
  const { checkpoint, leaseOwner } = await world.stored();
  expect([placeOf(checkpoint), leaseOwner]).toEqual(['1', undefined]);
});
