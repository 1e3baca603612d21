/**
 * Faults as a program meets them that runs against a local Kinesis in process, several at a time. Catches faults that strike
 * at another moment than the one asked for, that are not counted, or that a seed does not bring back; cannot show what they
 * look like on a wire.
 */
import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import type { Fault, SubscriptionCut } from '../src/index.js';
import { arn, id, numbers, service, stream, texts } from './support/service.js';
import { makeConsumer, subscribe, textsOf } from './support/subscriber.js';

describe('reshards', () => {
  it('come at the calls that were chosen, each seeing its own', async () => {
    const it = service({
      faults: [3, 5, 6].map(
        (nth): Fault => ({
          kind: 'reshard',
          stream,
          operation: 'PutRecords',
          skip: nth - 1,
          change: { split: {} },
        }),
      ),
    });
    const open: number[] = [];
    for (let call = 1; call <= 7; call += 1) {
      await it.put([String(call)]);
      open.push((await it.shards({ Type: 'AT_LATEST' })).length);
    }
    expect(open).toEqual([1, 1, 2, 2, 3, 4, 4]);
  });

  it('come twice between two listings: a generation is born and closed unseen, and is listed with its children', async () => {
    const it = service();
    const put = { kind: 'reshard', stream, operation: 'PutRecords' } as const;
    it.kinesis.faults.add({ ...put, change: { split: { shardId: id(0) } } });
    it.kinesis.faults.add({ ...put, change: { split: { shardId: id(2) } }, skip: 1 });
    expect(numbers(await it.shards())).toEqual([0]);
    await it.put(['between'], '0');
    await it.put(['after'], '0');
    const shards = await it.shards();
    expect(shards.map(({ ShardId, ParentShardId }) => [ShardId, ParentShardId])).toEqual([
      [id(0), undefined],
      [id(1), id(0)],
      [id(2), id(0)],
      [id(3), id(2)],
      [id(4), id(2)],
    ]);
    const closed = shards.filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber !== undefined);
    expect(numbers(closed)).toEqual([0, 2]);
    expect(it.kinesis.faults.counts().reshard).toBe(2);
  });

  it('come twice at one call, the second changing what the first has made', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'reshard', stream, change: { split: { shardId: id(0) } } });
    it.kinesis.faults.add({ kind: 'reshard', stream, change: { merge: { shardId: id(1) } } });
    await it.put(['a']);
    const [, , , merged] = await it.shards();
    expect(merged).toMatchObject({ ShardId: id(3), ParentShardId: id(1), AdjacentParentShardId: id(2) });
  });

  it('stay hidden for a while where listings are stale', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'staleListShards', ageMs: 2_000, times: 2 });
    it.clock.pass(5_000);
    it.kinesis.faults.add({ kind: 'reshard', stream, operation: 'PutRecords', change: { split: {} } });
    await it.put(['a']);
    expect(numbers(await it.shards())).toEqual([0]);
    it.clock.pass(2_001);
    expect(numbers(await it.shards())).toEqual([0, 1, 2]);
  });
});

describe('expireIterator', () => {
  it('has an iterator refused before its time, and a fresh one read on', async () => {
    const it = service();
    await it.put(['a', 'b']);
    const fault = it.kinesis.faults.add({ kind: 'expireIterator', lifeMs: 1_000, shardId: id(0), times: 1 });
    const old = await it.iterator(id(0));
    it.clock.pass(1_000);
    expect(texts(await it.call('GetRecords', { ShardIterator: old, Limit: 1 }))).toEqual(['a']);
    it.clock.pass(500);
    const error = await it.refused('GetRecords', { ShardIterator: old }, 'ExpiredIteratorException');
    expect(error.message).toContain('the tolerated delay of 1000 milliseconds');
    expect(fault.injected).toBe(1);
    expect(texts(await it.call('GetRecords', { ShardIterator: old }))).toEqual(['a', 'b']);
  });

  it('does not count an iterator that would have been refused all the same, nor a foreign one', async () => {
    const it = service({ faults: [{ kind: 'expireIterator', lifeMs: 1_000 }] });
    const old = await it.iterator(id(0));
    it.clock.pass(300_001);
    await it.refused('GetRecords', { ShardIterator: old }, 'ExpiredIteratorException');
    await it.refused('GetRecords', { ShardIterator: 'A'.repeat(60) }, 'InvalidArgumentException');
    expect(it.kinesis.faults.counts().expireIterator).toBe(0);
  });

  it('takes none of what a shard may be read', async () => {
    const it = service({ faults: [{ kind: 'expireIterator', lifeMs: 100, times: 50 }] });
    const old = await it.iterator(id(0));
    it.clock.pass(101);
    for (let call = 0; call < 50; call += 1) {
      await it.refused('GetRecords', { ShardIterator: old }, 'ExpiredIteratorException');
    }
    for (let call = 0; call < 5; call += 1) await it.call('GetRecords', { ShardIterator: old });
  });
});

describe('a half-open connection', () => {
  it('swallows one call without effect; the next one on another goes through', async () => {
    const it = service();
    const fault = it.kinesis.faults.add({ kind: 'stall', operation: 'PutRecord', times: 1 });
    const input = { StreamName: stream, Data: Buffer.from('a'), PartitionKey: 'k' };
    const patience = new AbortController();
    const swallowed = it.kinesis.call('PutRecord', input, { signal: patience.signal });
    let settled = false;
    swallowed
      .catch(() => {})
      .finally(() => {
        settled = true;
      });
    await it.clock.advance(200_000);
    expect(settled).toBe(false);
    await it.call('PutRecord', input);
    patience.abort();
    await expect(swallowed).rejects.toMatchObject({ code: 'CONNECTION_FAULT', kind: 'timeout' });
    const all = await it.call('GetRecords', { ShardIterator: await it.iterator(id(0)) });
    expect([texts(all), fault.injected]).toEqual([['a'], 1]);
  });
});

describe('a put stored late', () => {
  it('lies behind its own retry, and behind what came after', async () => {
    const it = service({ faults: [{ kind: 'storeLate', afterMs: 700, operation: 'PutRecords', times: 1 }] });
    const patience = new AbortController();
    const input = (text: string) => ({
      StreamName: stream,
      Records: [{ Data: Buffer.from(text), PartitionKey: 'k' }],
    });
    const first = it.kinesis.call('PutRecords', input('a'), { signal: patience.signal });
    first.catch(() => {});
    await it.clock.advance(100);
    patience.abort();
    await it.kinesis.call('PutRecords', input('a'));
    await it.clock.advance(699);
    await it.kinesis.call('PutRecords', input('b'));
    await it.clock.advance(1);
    const all = await it.call('GetRecords', { ShardIterator: await it.iterator(id(0)) });
    expect(texts(all)).toEqual(['a', 'b', 'a']);
  });
});

describe('a subscription that falls ill', () => {
  /** A subscription under the faults, and what its pulls come to, one put before each. */
  async function run(faults: readonly Fault[], pulls: number) {
    const it = service({ faults });
    const subscriber = await subscribe(it, await makeConsumer(it, arn, 'reader'));
    const seen: unknown[] = [];
    for (let n = 0; n < pulls; n += 1) {
      await it.put([String(n)]);
      seen.push(textsOf(await subscriber.pullNow()));
    }
    return { ...it, subscriber, seen, counts: it.kinesis.faults.counts() };
  }

  it('fails after so many events, with the error that was asked for', async () => {
    const fault = { kind: 'failSubscription', errorCode: 'KMSThrottlingException', afterEvents: 2 } as const;
    const { seen, counts } = await run([fault], 4);
    expect(seen).toEqual([['0'], ['1'], 'KMSThrottlingException', 'end']);
    expect(counts.failSubscription).toBe(1);
  });

  it('is cut: some ways look like a quiet end', async () => {
    const cut = (how: SubscriptionCut) => run([{ kind: 'cutSubscription', how, afterEvents: 1 }], 2);
    for (const how of ['end', 'fin', 'cancel'] as const)
      expect((await cut(how)).seen).toEqual([['0'], 'end']);
    for (const how of ['reset', 'internal-error', 'goaway', 'corrupt'] as const) {
      expect((await cut(how)).seen).toEqual([['0'], 'ConnectionFaultError']);
    }
  });

  it('falls silent until its life is over', async () => {
    const { seen, subscriber, clock } = await run([{ kind: 'stallSubscription', consumer: 'reader' }], 2);
    expect(seen).toEqual([undefined, undefined]);
    const waiting = subscriber.pull();
    await clock.advance(299_999);
    expect(await subscriber.pullNow()).toBeUndefined();
    await clock.advance(1);
    expect(await waiting).toBe('end');
  });

  it('is slow until the fault is removed, in the middle of it', async () => {
    const { seen, subscriber, clock, kinesis, put, counts } = await run(
      [{ kind: 'slowSubscription', delayMs: 700, shardId: id(0) }],
      1,
    );
    expect(seen).toEqual([undefined]);
    const first = subscriber.pull();
    await clock.advance(699);
    expect(await subscriber.pullNow()).toBeUndefined();
    await clock.advance(1);
    expect(textsOf(await first)).toEqual(['0']);
    kinesis.faults.list()[0]?.remove();
    await put(['1']);
    expect(textsOf(await subscriber.pullNow())).toEqual(['1']);
    expect(counts.slowSubscription).toBe(1);
  });

  it('is that of the consumer that was named, on the shard that was named', async () => {
    const elsewhere = [
      { kind: 'cutSubscription', how: 'reset', consumer: 'another' },
      { kind: 'cutSubscription', how: 'reset', shardId: id(7) },
      { kind: 'cutSubscription', how: 'reset', stream: 'another' },
    ] as const;
    const { seen, counts } = await run(elsewhere, 1);
    expect([seen, counts.cutSubscription]).toEqual([[['0']], 0]);
  });
});

describe('a seed', () => {
  const faults: readonly Fault[] = [
    { kind: 'throttleShard', probability: 0.2 },
    { kind: 'failRecord', probability: 0.1 },
    { kind: 'failCall', errorCode: 'InternalFailure', probability: 0.1 },
    { kind: 'reset', when: 'after', probability: 0.1 },
    { kind: 'reshard', stream, change: { split: {} }, probability: 0.1, times: 3 },
    { kind: 'shuffleRecords', probability: 0.5 },
    { kind: 'expireIterator', lifeMs: 10, probability: 0.3 },
  ];
  /** What became of two hundred calls. */
  async function run(seed: number) {
    const it = service({ faults, random: seededRandom(seed), limits: 'none' });
    const seen: unknown[] = [];
    const settle = (call: Promise<object>) =>
      call.then(
        (answer) => seen.push(answer),
        (error: unknown) => seen.push(String(error)),
      );
    for (let call = 0; call < 100; call += 1) {
      await settle(it.put(['a', 'b', 'c', 'd']));
      const iterator = await it.iterator(id(0)).catch(() => 'A');
      it.clock.pass(11);
      await settle(it.call('GetRecords', { ShardIterator: iterator }));
    }
    return { seen, counts: it.kinesis.faults.counts() };
  }

  it('brings back the same faults at the same calls, and another seed others', async () => {
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    for (const fault of faults) expect(first.counts[fault.kind], fault.kind).toBeGreaterThan(0);
    expect((await run(2)).counts).not.toEqual(first.counts);
  });
});
