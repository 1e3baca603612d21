import type { ConsumerEnd, ConsumerHealth, ShardHealth } from '@shardline/consumer';
import { describe, expect, it } from 'vitest';
import { DemoWorker, type WorkerCallbacks } from '../src/demo/worker.js';
import type { WorkerMessage } from '../src/demo/worker-message.js';

const shardHealth = (shardId: string, changes: Partial<ShardHealth> = {}): ShardHealth => ({
  shardId,
  healthy: true,
  state: 'processing',
  reason: undefined,
  millisBehindLatest: 0,
  processedRecords: 0,
  droppedRecords: 0,
  checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
  silentMs: 0,
  ...changes,
});

/** A worker with a consumer that does what the test says. */
function world() {
  const told: WorkerMessage[] = [];
  const noted: object[] = [];
  const calls: string[] = [];
  const time = { nowMs: 10_000 };
  const health: { state: ConsumerHealth['state']; shards: ShardHealth[] } = { state: 'new', shards: [] };
  let callbacks: WorkerCallbacks | undefined;
  let end: (end: ConsumerEnd) => void = () => undefined;
  const worker = new DemoWorker({
    makeConsumer: (given) => {
      callbacks = given;
      return {
        start: async () => void calls.push('start'),
        stop: async () => void calls.push('stop'),
        health: () => ({
          ...health,
          healthy: true,
          workerId: 'w1',
          leaseStoreSilentMs: 0,
          bufferedBytes: 0,
        }),
        finished: new Promise((resolve) => {
          end = resolve;
        }),
      };
    },
    ledger: { delivered: (delivery) => void noted.push(delivery) },
    tell: (message) => void told.push(message),
    nowMs: () => time.nowMs,
  });
  const deliver = (shardId: string, subSequenceNumber: number, text: string) => {
    const data = new TextEncoder().encode(text);
    const approximateArrivalTimestamp = new Date(9_000);
    const record = {
      partitionKey: 'author',
      data,
      sequenceNumber: '49',
      subSequenceNumber,
      approximateArrivalTimestamp,
    };
    const { signal } = new AbortController();
    return callbacks?.onRecord(record as Parameters<WorkerCallbacks['onRecord']>[0], {
      shard: { shardId, hashKeyRange: undefined },
      signal,
    });
  };
  const event = (given: Parameters<WorkerCallbacks['onEvent']>[0]) => callbacks?.onEvent(given);
  return {
    worker,
    time,
    told,
    noted,
    calls,
    health,
    deliver,
    event,
    end: (given: ConsumerEnd) => end(given),
  };
}

describe('DemoWorker', () => {
  it('starts and stops its consumer', async () => {
    const { worker, calls, told } = world();
    await worker.start();
    expect([calls, told]).toEqual([['start'], [{ type: 'started' }]]);
    await worker.stop();
    expect(calls).toEqual(['start', 'stop']);
  });

  it('notes each tweet, and tells of the first of a shard under each lease', () => {
    const { told, noted, deliver, event } = world();
    deliver('a', 0, '{"id":"7"}');
    deliver('a', 1, '{"data":{"id":"8"}}');
    deliver('b', 0, '{"id":"9"}');
    expect(noted).toEqual([
      { key: 'author', id: '7', shardId: 'a', sequenceNumber: '49', subSequenceNumber: 0 },
      { key: 'author', id: '8', shardId: 'a', sequenceNumber: '49', subSequenceNumber: 1 },
      { key: 'author', id: '9', shardId: 'b', sequenceNumber: '49', subSequenceNumber: 0 },
    ]);
    event({ type: 'lease-released', reason: 'hand-off', shardId: 'a' });
    deliver('a', 2, '{"id":"10"}');
    expect(told).toEqual([
      { type: 'delivering', shardId: 'a' },
      { type: 'delivering', shardId: 'b' },
      { type: 'delivering', shardId: 'a' },
    ]);
  });

  it('refuses what is no tweet: it would be lost in silence', () => {
    expect(() => world().deliver('a', 0, 'x')).toThrow('Not a tweet: record 49 of a.');
  });

  it('reports what it holds while it runs, shards that it gives away left out', () => {
    const { worker, time, told, health, deliver } = world();
    worker.report();
    expect(told).toEqual([]);
    time.nowMs = 9_000;
    deliver('a', 0, '{"id":"7"}');
    health.state = 'running';
    health.shards.push(
      shardHealth('a', { millisBehindLatest: 40 }),
      shardHealth('b', { millisBehindLatest: undefined, state: 'initializing' }),
      shardHealth('c', { state: 'draining' }),
    );
    worker.report();
    expect(told.at(-1)).toEqual({
      type: 'report',
      held: [
        { shardId: 'a', behindMs: 40 },
        { shardId: 'b', behindMs: undefined },
      ],
      delivered: { a: 1 },
    });
  });

  it('is as far behind as the tweet it delivered last was old, while it delivers', () => {
    const { worker, time, told, health, deliver } = world();
    health.state = 'running';
    health.shards.push(shardHealth('a', { millisBehindLatest: 400 }));
    deliver('a', 0, '{"id":"7"}');
    const behind = () => {
      worker.report();
      const message = told.at(-1);
      return message?.type === 'report' ? message.held[0]?.behindMs : undefined;
    };
    expect(behind()).toBe(1_000);
    time.nowMs += 999;
    expect(behind()).toBe(1_000);
    time.nowMs += 1;
    expect(behind()).toBe(400);
  });

  it('tells of a shard that is delivered to its end', () => {
    const { told, event } = world();
    event({ type: 'shard-ended', reason: 'split', shardId: 'a', childShardIds: ['b', 'c'] });
    expect(told).toEqual([{ type: 'finished', shardId: 'a' }]);
  });

  it('ends with its consumer', async () => {
    const { worker, end } = world();
    end({ reason: 'stream-gone' });
    await expect(worker.ended).rejects.toThrow('The consumer has ended: stream-gone');
  });
});
