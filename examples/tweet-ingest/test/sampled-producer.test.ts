import { describe, expect, it } from 'vitest';
import { SampledProducer } from '../src/sampled-producer.js';

const tweet = (id: string) => ({ id, partitionKey: id, data: '{}' });

function sampled(put: (id: string) => Promise<unknown>, room = () => true) {
  const seen: string[] = [];
  const latencies: number[] = [];
  const failed: string[] = [];
  let nowMs = 0;
  const producer = new SampledProducer(
    {
      tryPut({ id }) {
        if (room()) seen.push(`tryPut ${id}`);
        return room();
      },
      waitForRoom: async () => undefined,
      put({ id }) {
        seen.push(`put ${id}`);
        return put(id);
      },
    },
    {
      every: 3,
      nowMs: () => nowMs,
      onLatency: (latencyMs) => latencies.push(latencyMs),
      onFailed: ({ id }, error) => failed.push(`${id}: ${String(error)}`),
    },
  );
  return { producer, seen, latencies, failed, advance: (ms: number) => (nowMs += ms) };
}

describe('SampledProducer', () => {
  it('puts one tweet in three with a promise, and says how long it took', async () => {
    const stored = Promise.resolve();
    const { producer, seen, latencies, advance } = sampled(() => stored);
    for (const id of ['a', 'b', 'c', 'd']) expect(producer.tryPut(tweet(id))).toBe(true);
    advance(120);
    await stored;
    expect(seen).toEqual(['put a', 'tryPut b', 'tryPut c', 'put d']);
    expect(latencies).toEqual([120, 120]);
  });

  it('does not count a tweet that has to wait', () => {
    let room = false;
    const { producer, seen } = sampled(
      () => Promise.resolve(),
      () => room,
    );
    producer.tryPut(tweet('a'));
    expect(producer.tryPut(tweet('b'))).toBe(false);
    expect(producer.tryPut(tweet('b'))).toBe(false);
    room = true;
    expect(producer.tryPut(tweet('b'))).toBe(true);
    expect(seen).toEqual(['put a', 'tryPut b']);
  });

  it('tells of a measured tweet that was not stored', async () => {
    const { producer, failed } = sampled((id) => Promise.reject(new Error(`no room for ${id}`)));
    producer.tryPut(tweet('a'));
    await new Promise(setImmediate);
    expect(failed).toEqual(['a: Error: no room for a']);
  });
});
