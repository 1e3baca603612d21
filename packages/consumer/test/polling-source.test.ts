import { describe, expect, test } from 'vitest';
import { readLimits } from '../src/read-pace.js';
import { firstShard, fromHorizon, numbered, PollingWorld, textsOf } from './support/polling-world.js';

const mebibyte = 1_048_576;

describe('reading', () => {
  test('gives all records in order, as the service gave them, then empty batches at the tip', async () => {
    const world = new PollingWorld();
    const [first] = await world.put(numbered(300));
    world.source.open(fromHorizon);
    const consumed = world.consume();
    await world.clock.advance(2_500);
    expect(consumed.texts).toEqual(numbered(300));
    expect(consumed.batches[0]?.records[0]).toMatchObject({ SequenceNumber: first, PartitionKey: 'a' });
    expect(consumed.batches.map(({ records }) => records.length)).toEqual([300, 0, 0]);
    expect([world.source.millisBehindLatest, world.source.trouble]).toEqual([0, undefined]);
    expect([world.events, world.errors]).toEqual([[], []]);
  });

  test('what it is behind grows while no answer comes, since nobody knows what was put meanwhile', async () => {
    const world = new PollingWorld();
    await world.put(['first']);
    world.source.open(fromHorizon);
    expect(world.source.millisBehindLatest).toBeUndefined();
    world.consume();
    await world.clock.advance(3_000);
    expect(world.source.millisBehindLatest).toBe(0);
    world.kinesis.faults.add({ kind: 'throttleShard', access: 'read' });
    await world.clock.advance(9_000);
    expect(world.source.millisBehindLatest).toBeGreaterThanOrEqual(6_000);
    world.kinesis.faults.clear();
    await world.clock.advance(9_000);
    expect(world.source.millisBehindLatest).toBe(0);
  });

  test('the interval of polling holds at the tip', async () => {
    const world = new PollingWorld({ pollIntervalMs: 700 });
    world.source.open(fromHorizon);
    const consumed = world.consume();
    await world.clock.advance(2_200);
    await world.put(['late']);
    await world.clock.advance(700);
    expect(consumed.texts).toEqual(['late']);
    expect(world.readGapsMs()).toEqual([700, 700, 700, 700]);
  });

  test('behind the tip reads follow each other as the service allows, and none is throttled', async () => {
    const world = new PollingWorld();
    for (let second = 0; second < 20; second += 1) {
      await world.put([`${second}`.padEnd(900_000, '.')]);
      await world.clock.advance(1_000);
    }
    world.source.open(fromHorizon);
    const consumed = world.consume();
    await world.clock.advance(20_000);
    expect(consumed.texts).toHaveLength(20);
    expect(consumed.batches.length).toBeLessThan(20);
    expect(world.readGapsMs().slice(0, 2)).toEqual([Math.ceil((11 * 900_001_000) / (2 * mebibyte)), 3_863]);
    expect(world.events).toEqual([]);
  });

  test('the last batch of a closed shard has its children, and nothing follows', async () => {
    const world = new PollingWorld();
    await world.put(numbered(3));
    const NewStartingHashKey = String(1n << 127n);
    await world.kinesis.call('SplitShard', {
      StreamName: 'tweets',
      ShardToSplit: firstShard,
      NewStartingHashKey,
    });
    world.source.open(fromHorizon);
    const consumed = world.consume();
    await world.clock.advance(5_000);
    expect(consumed.texts).toEqual(numbered(3));
    expect(consumed.end?.childShards.map(({ shardId, parentShardIds }) => [shardId, parentShardIds])).toEqual(
      [
        ['shardId-000000000001', [firstShard]],
        ['shardId-000000000002', [firstShard]],
      ],
    );
    expect(consumed.reason).toBe('closed');
    expect(world.inputs('ListShards')).toEqual([]);
    const reads = world.inputs('GetRecords').length;
    await world.clock.advance(5_000);
    expect(world.inputs('GetRecords')).toHaveLength(reads);
    expect(world.budget.usedBytes).toBe(0);
  });
});

describe('where it begins', () => {
  test('62: at a checkpoint, its own record included: of an aggregate the rest may be left', async () => {
    const world = new PollingWorld();
    const numbers = await world.put(numbered(5));
    const checkpoint = { sequenceNumber: numbers[2] ?? '', subSequenceNumber: 0 };
    world.source.open({ checkpoint, startAtMs: undefined });
    const consumed = world.consume();
    await world.clock.advance(100);
    expect(consumed.texts).toEqual(['2', '3', '4']);
  });

  test('C6: at LATEST with the time that was kept, what was put since is not lost', async () => {
    const world = new PollingWorld();
    await world.put(['before']);
    await world.clock.advance(1_000);
    const startAtMs = world.clock.now();
    await world.clock.advance(1_000);
    await world.put(['since']);
    const checkpoint = { sequenceNumber: 'LATEST', subSequenceNumber: 0 };
    world.source.open({ checkpoint, startAtMs });
    const consumed = world.consume();
    await world.clock.advance(100);
    expect(consumed.texts).toEqual(['since']);
  });

  test('C6: a time that lies in the future of the service is waited for', async () => {
    const world = new PollingWorld();
    await world.put(['before']);
    const startAtMs = world.clock.now() + 20_000;
    world.source.open({ checkpoint: { sequenceNumber: 'AT_TIMESTAMP', subSequenceNumber: 0 }, startAtMs });
    const consumed = world.consume();
    await world.clock.advance(19_999);
    expect(world.events.length).toBeGreaterThan(2);
    await world.put(['still before']);
    await world.clock.advance(1_000);
    await world.put(['then']);
    await world.clock.advance(20_000);
    expect([consumed.texts, world.errors]).toEqual([['then'], []]);
  });

  test('a time before the stream began is its beginning', async () => {
    const world = new PollingWorld();
    await world.put(['a']);
    world.source.open({
      checkpoint: { sequenceNumber: 'AT_TIMESTAMP', subSequenceNumber: 0 },
      startAtMs: 1_000,
    });
    const consumed = world.consume();
    await world.clock.advance(100);
    expect(consumed.texts).toEqual(['a']);
  });
});

describe('the buffer (C7)', () => {
  test('60: one page is fetched ahead while one is processed, and no more', async () => {
    const world = new PollingWorld({ limits: 'none' });
    const page = 'x'.repeat(1_000_000);
    for (let at = 0; at < 4; at += 1) await world.put(Array.from({ length: 9 }, () => page));
    world.source.open(fromHorizon);
    const first = await world.source.next();
    await world.clock.advance(20_000);
    expect(world.inputs('GetRecords')).toHaveLength(2);
    expect(world.budget.usedBytes).toBe(20 * 1_000_001);
    first.release();
    first.release();
    expect(world.budget.usedBytes).toBe(10 * 1_000_001);
    (await world.source.next()).release();
    await world.clock.advance(20_000);
    expect(world.inputs('GetRecords')).toHaveLength(3);
  });

  test('60: without room nothing is read, and reading goes on once there is some', async () => {
    const world = new PollingWorld({ maxBufferedBytes: readLimits.pageMaxBytes });
    await world.put(['a']);
    const other = await world.budget.reserve(1, new AbortController().signal);
    world.source.open(fromHorizon);
    const consumed = world.consume();
    await world.clock.advance(5_000);
    expect([world.calls, world.budget.waiting]).toEqual([[], true]);
    other?.release();
    await world.clock.advance(0);
    expect(consumed.texts).toEqual(['a']);
  });

  test('a source that has waited for room for 10 s says so until it gets some', async () => {
    const world = new PollingWorld({ maxBufferedBytes: readLimits.pageMaxBytes });
    const other = await world.budget.reserve(5_000, new AbortController().signal);
    world.source.open(fromHorizon);
    await world.clock.advance(20_000);
    // Nobody has asked for a batch yet: it is not room that is missing.
    expect(world.source.trouble).toBeUndefined();
    const consumed = world.consume();
    await world.clock.advance(9_999);
    expect(world.source.trouble).toBeUndefined();
    await world.clock.advance(1);
    expect(world.source.trouble).toBe(
      "Waits for room to read: 5000 bytes are held for other shards' handlers. Raise maxBufferedBytes, or see why they do not end.",
    );
    other?.release();
    await world.clock.advance(0);
    expect([world.source.trouble, consumed.batches.length]).toEqual([undefined, 1]);
    await world.clock.advance(60_000);
    expect(world.source.trouble).toBeUndefined();
  });

  test('a page ahead never takes the last room: another shard may have none yet', async () => {
    const world = new PollingWorld({ maxBufferedBytes: 2 * readLimits.pageMaxBytes });
    await world.put(['a']);
    world.source.open(fromHorizon);
    const first = await world.source.next();
    await world.clock.advance(5_000);
    expect(world.inputs('GetRecords')).toHaveLength(1);
    expect([textsOf(first), world.budget.usedBytes, world.budget.waiting]).toEqual([['a'], 2, false]);
    first.release();
    void world.source.next();
    await world.clock.advance(0);
    expect(world.inputs('GetRecords')).toHaveLength(2);
  });

  test('a read in flight holds room for the largest page', async () => {
    const world = new PollingWorld({ faults: [{ kind: 'latency', delayMs: 100 }] });
    world.source.open(fromHorizon);
    const consumed = world.consume();
    await world.clock.advance(150);
    expect(world.budget.usedBytes).toBe(readLimits.pageMaxBytes);
    await world.clock.advance(50);
    expect([world.budget.usedBytes, consumed.batches.length]).toEqual([0, 1]);
  });
});

describe('close', () => {
  test('ends a waiting next, and gives every reservation back', async () => {
    const world = new PollingWorld({ faults: [{ kind: 'latency', operation: 'GetRecords', delayMs: 500 }] });
    await world.put(['a']);
    world.source.open(fromHorizon);
    const consumed = world.consume();
    await world.clock.advance(100);
    world.source.close();
    await world.clock.advance(0);
    expect([consumed.reason, world.budget.usedBytes]).toEqual(['closed', 0]);
    await world.clock.advance(10_000);
    expect([consumed.texts, world.inputs('GetRecords').length, world.clock.pending]).toEqual([[], 1, 0]);
    expect(world.events).toEqual([]);
  });

  test('drops the page that was fetched ahead', async () => {
    const world = new PollingWorld();
    await world.put(['a']);
    world.source.open(fromHorizon);
    await world.clock.advance(10);
    // Nobody asked yet: the page lies ready.
    expect(world.budget.usedBytes).toBe(2);
    world.source.close();
    expect(world.budget.usedBytes).toBe(0);
    await expect(world.source.next()).rejects.toMatchObject({ reason: 'closed' });
  });

  test('takes a call out of the line for room', async () => {
    const world = new PollingWorld({ maxBufferedBytes: readLimits.pageMaxBytes });
    await world.budget.reserve(1, new AbortController().signal);
    world.source.open(fromHorizon);
    world.consume();
    await world.clock.advance(0);
    expect(world.budget.waiting).toBe(true);
    world.source.close();
    expect(world.budget.waiting).toBe(false);
  });

  test('61: opened anew it gives nothing of before, and nothing twice', async () => {
    const world = new PollingWorld({ faults: [{ kind: 'latency', operation: 'GetRecords', delayMs: 50 }] });
    const numbers = await world.put(numbered(4));
    world.source.open(fromHorizon);
    await world.clock.advance(20);
    world.source.open({
      checkpoint: { sequenceNumber: numbers[2] ?? '', subSequenceNumber: 0 },
      startAtMs: undefined,
    });
    const consumed = world.consume();
    await world.clock.advance(500);
    expect(consumed.texts).toEqual(['2', '3']);
    expect(world.budget.usedBytes).toBe(0);
  });

  test('opened anew it keeps the pace: what a page of before costs is still to be waited for', async () => {
    const world = new PollingWorld();
    for (let second = 0; second < 10; second += 1) {
      await world.put(['x'.repeat(1_000_000)]);
      await world.clock.advance(1_000);
    }
    world.source.open(fromHorizon);
    (await world.source.next()).release();
    world.source.open(fromHorizon);
    const consumed = world.consume();
    await world.clock.advance(10_000);
    expect(consumed.texts).toHaveLength(10);
    expect(world.readGapsMs()[0]).toBe(Math.ceil((10 * 1_000_001_000) / (2 * mebibyte)));
    expect(world.events).toEqual([]);
  });

  test('closed before its first call it has nothing to wait for when opened anew', async () => {
    const world = new PollingWorld();
    world.source.open(fromHorizon);
    world.source.close();
    await world.clock.advance(50);
    world.source.open(fromHorizon);
    await world.clock.advance(0);
    expect(world.inputs('GetRecords')).toHaveLength(1);
  });

  test('before open there is nothing to take', async () => {
    await expect(new PollingWorld().source.next()).rejects.toMatchObject({ reason: 'closed' });
  });
});
