import { describe, expect, it } from 'vitest';
import type { WorkerMessage } from '../src/demo/worker-message.js';
import { Workers } from '../src/demo/workers.js';

/** Workers without processes: `say` is what they tell, `calls` what is done to them. */
function world() {
  const calls: string[] = [];
  const ears = new Map<string, (message: WorkerMessage) => void>();
  const ends = new Map<string, (error: Error) => void>();
  const takenOver: string[] = [];
  const time = { nowMs: 0 };
  const workers = new Workers({
    names: ['w1', 'w2'],
    start: (name, onMessage) => {
      ears.set(name, onMessage);
      const diedEarly = new Promise<never>((_resolve, reject) => ends.set(name, reject));
      return {
        pid: name === 'w1' ? 11 : 12,
        diedEarly,
        stop: async (deadlineMs) => void calls.push(`stop ${name} ${deadlineMs}`),
        kill: async () => void calls.push(`kill ${name}`),
      };
    },
    timing: { nowMs: () => time.nowMs },
    onTakenOver: (worker, { shardId, afterMs }) => takenOver.push(`${worker} ${shardId} ${afterMs}`),
  });
  const say = (worker: string, message: WorkerMessage) => ears.get(worker)?.(message);
  const hold = (worker: string, ...shardIds: string[]) => {
    const held = shardIds.map((shardId) => ({ shardId, behindMs: 0 }));
    say(worker, { type: 'report', held, delivered: {} });
  };
  return { workers, calls, ends, takenOver, time, say, hold };
}

describe('Workers', () => {
  it('have started when all have said so', async () => {
    const { workers, say } = world();
    let started = false;
    void workers.started.then(() => {
      started = true;
    });
    say('w1', { type: 'started' });
    await Promise.resolve();
    expect(started).toBe(false);
    say('w2', { type: 'started' });
    await workers.started;
    expect(started).toBe(true);
  });

  it('share the shards when all are held and nobody has none', () => {
    const { workers, hold } = world();
    hold('w1', 'a', 'b', 'c', 'd');
    expect(workers.share(4)).toBe(false);
    hold('w1', 'a', 'b');
    hold('w2', 'c');
    expect(workers.share(4)).toBe(false);
    hold('w2', 'c', 'd');
    expect(workers.share(4)).toBe(true);
  });

  it('kill the one with most shards, and time how the other takes them over', () => {
    const { workers, calls, takenOver, time, say, hold } = world();
    expect(workers.killBusiest()).toBeUndefined();
    hold('w1', 'a', 'b');
    hold('w2', 'c', 'd', 'e');
    time.nowMs = 1_000;
    expect(workers.killBusiest()).toMatchObject({ pid: 12, failover: { worker: 'w2' } });
    expect(calls).toEqual(['kill w2']);
    expect(workers.failover?.waiting).toEqual(['c', 'd', 'e']);
    expect(workers.deliveries.find(({ shardId }) => shardId === 'c')?.worker).toBeUndefined();
    time.nowMs = 1_100;
    hold('w2', 'c', 'd', 'e');
    say('w2', { type: 'delivering', shardId: 'c' });
    expect(workers.failover?.waiting).toEqual(['c', 'd', 'e']);
    expect(workers.deliveries.find(({ shardId }) => shardId === 'c')?.worker).toBeUndefined();
    const ownerOf = (shardId: string) => workers.deliveries.find((each) => each.shardId === shardId)?.worker;
    time.nowMs = 5_500;
    hold('w1', 'a', 'b', 'c', 'd');
    expect(ownerOf('d')).toBeUndefined();
    say('w1', { type: 'delivering', shardId: 'a' });
    say('w1', { type: 'delivering', shardId: 'd' });
    expect(ownerOf('d')).toBe('w1');
    expect(ownerOf('c')).toBeUndefined();
    say('w1', { type: 'finished', shardId: 'e' });
    expect(takenOver).toEqual(['w1 d 4500']);
    expect(workers.failover?.waiting).toEqual(['c']);
    expect(workers.deliveries.find(({ shardId }) => shardId === 'e')?.finished).toBe(true);
  });

  it('say whether all is read, and end when told or when one dies', async () => {
    const { workers, calls, ends, time, hold } = world();
    time.nowMs = 10;
    hold('w1', 'a');
    expect(workers.haveCaughtUp(5)).toBe(true);
    expect(workers.haveCaughtUp(10)).toBe(false);
    await workers.stop(100);
    expect(calls).toEqual(['stop w1 100', 'stop w2 100']);
    const { diedEarly } = workers;
    ends.get('w2')?.(new Error('w2 ended early'));
    await expect(diedEarly).rejects.toThrow('w2 ended early');
  });
});
