import { expect, test } from 'vitest';
import type { Outcomes } from '../src/outcomes.js';
import { collectGarbage } from './support/collect-garbage.js';
import { unanswered } from './support/fake-kinesis-api.js';
import { startProducer, watch } from './support/producer-under-test.js';
import { evenShards, keysOf, split } from './support/shards.js';

/**
 * P2: what is settled is let go of. Catches chains from a batch through the entries it shares with others, and payloads kept by
 * outcomes. Cannot catch what the SDK or the sockets keep.
 */
test.each([
  ['stored', false],
  ['failed', true],
])(
  'P2: a batch that is still open does not keep %s batches that shared aggregates with it',
  async (_, fails) => {
    const { producer, api, clock } = await startProducer({ maxOutstandingRecords: 3 });
    const settled: WeakRef<Outcomes>[] = [];
    const batch = (name: string) =>
      Array.from({ length: 5 }, (_, at) => ({ partitionKey: 'key', data: `${name}-${at}` }));
    // Batches of five through a gate of three: every aggregate but the first holds records of two batches.
    const puts = Array.from({ length: 20 }, (_, at) => producer.putMany(batch(String(at))));
    for (const put of puts.splice(0, 19)) void put.then((outcomes) => settled.push(new WeakRef(outcomes)));
    api.onPut = async (put) => {
      const last = settled.length === 19;
      if (last) await new Promise(() => {});
      if (fails) throw Object.assign(new Error('No.'), { name: 'AccessDeniedException' });
      return api.store(put);
    };
    await clock.advance(20_000);
    expect(settled).toHaveLength(19);
    await collectGarbage();
    // One at most: the batch whose last record was settled last may still be on its way through the event loop.
    expect(settled.filter((outcomes) => outcomes.deref() !== undefined).length).toBeLessThanOrEqual(1);
    expect(puts).toHaveLength(1);
  },
);

test('P2: outcomes of stored records do not keep the payload', async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never' });
  const payloads: WeakRef<Uint8Array>[] = [];
  api.onPut = (put) => {
    for (const { data } of put.entries) payloads.push(new WeakRef(data));
    return api.store(put);
  };
  const put = producer.putMany([{ partitionKey: 'key', data: new Uint8Array(1_000) }]);
  await clock.advance(1_000);
  const outcomes = await put;
  api.stored.length = 0;
  api.puts.length = 0;
  await collectGarbage();
  expect(payloads.map((payload) => payload.deref())).toEqual([undefined]);
  expect(outcomes.at(0)).toMatchObject({ stored: true });
});

test('P2: what waits for a map does not keep the body that it was sent in', async () => {
  const { producer, api, clock } = await startProducer();
  const requests: WeakRef<object>[] = [];
  const prepare = api.prepare.bind(api);
  api.prepare = (entries) => {
    const request = prepare(entries);
    requests.push(new WeakRef(request));
    return request;
  };
  api.shards = split(evenShards(1), 0, 1);
  api.list = unanswered;
  const [key = ''] = keysOf(api.shards[0], 1);
  const put = producer.putMany([1, 2].map((tag) => ({ partitionKey: key, data: String(tag) })));
  await clock.advance(1_000);
  await collectGarbage();
  expect([producer.stats().outstandingRecords, requests.length]).toEqual([2, 1]);
  expect(requests.map((request) => request.deref())).toEqual([undefined]);
  await clock.advance(10_000);
  expect([...(await put).failures()]).toEqual([]);
});

test('P2: what unfinished calls know of their settled records is counted, and holds up others', async () => {
  const { producer, api, clock } = await startProducer({ maxOutstandingBytes: 1_048_576 }, 2);
  const [[stuck = ''], [other = '']] = api.shards.map((shard) => keysOf(shard, 1)) as [string[], string[]];
  const idleBytes = producer.stats().heldBytes;
  api.onPut = async (put) => {
    if (put.entries.some(({ partitionKey }) => partitionKey === stuck)) await new Promise(() => {});
    return api.store(put);
  };
  void producer.put({ partitionKey: stuck, data: 'first' }).catch(() => {});
  await clock.advance(200);
  const batch = [stuck, ...Array<string>(999).fill(other)].map((partitionKey) => ({
    partitionKey,
    data: '',
  }));
  let done = 0;
  const batches = 40;
  for (let calls = 0; calls < batches; calls += 1) {
    void producer.putMany(batch).then(() => {
      done += 1;
    });
    await clock.advance(200);
  }
  // One record of each is left, and sixteen thousand bytes of slots for the others.
  const { outstandingBytes, heldBytes } = producer.stats();
  expect(heldBytes - idleBytes - outstandingBytes).toBeGreaterThan(batches * 16_000);
  api.onPut = (put) => api.store(put);
  await clock.advance(60_000);
  expect(done).toBe(batches);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0 });
  expect(producer.stats().heldBytes - idleBytes).toBeLessThan(1_048_576 / 4);
});

test('P2: a call that knows more than the bound allows of its own records is let in to the end, and holds up no other', async () => {
  const under = await startProducer({ maxOutstandingBytes: 1_048_576 }, 2);
  const { producer, api, clock } = under;
  const [[stuck = ''], [other = '']] = api.shards.map((shard) => keysOf(shard, 1)) as [string[], string[]];
  api.onPut = (put) => {
    const delayMs = put.entries.some(({ partitionKey }) => partitionKey === stuck) ? 5_500 : 0;
    return new Promise((resolve) => clock.schedule(delayMs, () => resolve(api.store(put))));
  };
  const first = watch(producer.put({ partitionKey: stuck, data: 'first' }));
  await clock.advance(200);
  const records = Array.from({ length: 80_000 }, (_, at) => ({
    partitionKey: at === 0 ? stuck : other,
    data: 'x',
  }));
  const large = producer.putMany(records);
  await clock.advance(4_000);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 2, waitingPuts: 0 });
  const put = watch(producer.put({ partitionKey: other, data: 'small' }));
  await clock.advance(500);
  expect([first.state, put.state]).toEqual(['pending', 'stored']);
  await clock.advance(60_000);
  expect([...(await large).failures()]).toEqual([]);
});
