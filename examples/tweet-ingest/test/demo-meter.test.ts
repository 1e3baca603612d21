import { describe, expect, it } from 'vitest';
import { DemoMeter, type Measurement } from '../src/demo/demo-meter.js';

const shard = (shardId: string, storedBytes: number, storedEntries = 0) => ({
  shardId,
  storedBytes,
  storedEntries,
  storedRecords: 0,
  waitingBytes: 0,
  rateBytesPerSecond: 1_048_576,
});

const measured = (
  atMs: number,
  shards = [shard('a', 0)],
  more: Partial<Measurement['stats']> = {},
  deliveries: Measurement['deliveries'] = [],
): Measurement => ({
  atMs,
  offered: atMs * 5,
  deliveries,
  stats: {
    storedRecords: atMs * 4,
    storedEntries: atMs / 10,
    throttledEntries: 2,
    outstandingRecords: 7,
    outstandingBytes: 700,
    shards,
    ...more,
  },
});

const facts = { elapsedMs: 1, loadMs: 2, activity: 'x', latency: undefined };

describe('DemoMeter', () => {
  it('shows rates over the last second', () => {
    const meter = new DemoMeter();
    for (let atMs = 0; atMs <= 3_000; atMs += 200) {
      const bytes = atMs < 2_000 ? 0 : (atMs - 2_000) * 900;
      meter.add(measured(atMs, [shard('a', bytes, atMs / 100)]));
    }
    const snapshot = meter.snapshot(facts);
    expect(snapshot).toMatchObject({
      offeredPerSecond: 5_000,
      storedPerSecond: 4_000,
      recordsPerSecond: 100,
    });
    expect(snapshot.tweetsPerRecord).toBe(40);
    expect(snapshot.shards).toEqual([
      {
        shardId: 'a',
        bytesPerSecond: 900_000,
        recordsPerSecond: 10,
        state: 'open',
        note: '',
        worker: undefined,
        deliveredPerSecond: 0,
        behindMs: undefined,
        finished: false,
      },
    ]);
  });

  it('shows nothing per second after one measurement, and no ratio before anything is stored', () => {
    const meter = new DemoMeter();
    meter.add(measured(0));
    expect(meter.snapshot(facts)).toMatchObject({
      offeredPerSecond: 0,
      tweetsPerRecord: 0,
      outstandingRecords: 7,
    });
  });

  it('keeps a shard in view once it is closed, with what happened to it', () => {
    const meter = new DemoMeter();
    meter.add(measured(0, [shard('a', 0), shard('b', 0)]));
    meter.note('b', 'split');
    meter.add(measured(1_000, [shard('a', 10), shard('c', 500)]));
    expect(meter.snapshot(facts).shards.map(({ shardId, state, note }) => [shardId, state, note])).toEqual([
      ['a', 'open', ''],
      ['b', 'closed', 'split'],
      ['c', 'open', ''],
    ]);
    expect(meter.snapshot(facts).shards.every(({ bytesPerSecond }) => bytesPerSecond >= 0)).toBe(true);
  });

  it('shows who delivers a shard, how fast, and how far the slowest is behind', () => {
    const meter = new DemoMeter();
    const of = (shardId: string, worker: string | undefined, delivered: number, behindMs?: number) => ({
      shardId,
      worker,
      delivered,
      behindMs,
      finished: shardId === 'b',
    });
    meter.add(measured(0, [shard('a', 0)], {}, [of('a', 'w1', 100)]));
    expect(meter.snapshot(facts).behindMs).toBeUndefined();
    meter.add(measured(500, [shard('a', 0)], {}, [of('b', undefined, 30, 200), of('a', 'w2', 160, 900)]));
    const snapshot = meter.snapshot(facts);
    expect(snapshot).toMatchObject({ deliveredPerSecond: 180, behindMs: 900 });
    expect(snapshot.shards).toMatchObject([
      { shardId: 'a', worker: 'w2', deliveredPerSecond: 120, behindMs: 900, finished: false, state: 'open' },
      // The workers know of it before the producer does.
      { shardId: 'b', worker: undefined, deliveredPerSecond: 60, finished: true, state: 'open' },
    ]);
  });

  it('finds the hottest open shard', () => {
    const meter = new DemoMeter();
    meter.add(measured(0, [shard('a', 0), shard('b', 0), shard('c', 0)]));
    meter.add(measured(500, [shard('a', 10), shard('b', 30), shard('c', 20)]));
    expect(meter.hottest).toMatchObject({ shardId: 'b', bytesPerSecond: 60 });
    meter.add(measured(1_000, [shard('a', 20), shard('c', 40)]));
    expect(meter.hottest?.shardId).toBe('c');
  });
});
