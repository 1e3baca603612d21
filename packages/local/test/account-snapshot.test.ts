import { describe, expect, it } from 'vitest';
import { retainedSize } from '../src/record-segment.js';
import { arn, id, service, stream } from './support/service.js';

describe('a snapshot of the account', () => {
  it('has streams with their shards, open and closed, and what each keeps', async () => {
    const it = service({
      maxRetainedBytes: 1_000_000,
      streams: [
        { name: stream, shards: 2 },
        { name: 'auto', mode: 'on-demand' },
      ],
    });
    await it.put(['abc', 'de'], '0');
    it.kinesis.faults.add({ kind: 'reshard', stream, change: { merge: { shardId: id(0) } } });
    await it.put(['f']);
    const now = it.clock.now();
    const snapshot = it.kinesis.snapshot();
    const kept = retainedSize(6, 3) + retainedSize(4, 2);
    const [first, second] = ['0', '170141183460469231731687303715884105728'];
    const last = '340282366920938463463374607431768211455';
    expect(snapshot).toMatchObject({
      nowMs: now,
      retainedBytes: kept + retainedSize(2, 1),
      maxRetainedBytes: 1_000_000,
    });
    expect(snapshot.streams.map(({ name, mode, openShards }) => [name, mode, openShards])).toEqual([
      ['auto', 'ON_DEMAND', 4],
      [stream, 'PROVISIONED', 1],
    ]);
    expect(snapshot.streams[1]).toEqual({
      name: stream,
      arn,
      status: 'ACTIVE',
      mode: 'PROVISIONED',
      openShards: 1,
      closedShards: 2,
      shards: [
        {
          shardId: id(0),
          open: false,
          parentShardIds: [],
          hashKeyRange: {
            StartingHashKey: first,
            EndingHashKey: '170141183460469231731687303715884105727',
          },
          records: 2,
          retainedBytes: kept,
        },
        {
          shardId: id(1),
          open: false,
          parentShardIds: [],
          hashKeyRange: { StartingHashKey: second, EndingHashKey: last },
          records: 0,
          retainedBytes: 0,
        },
        {
          // The four shards of the other stream have no part in the numbers of this one.
          shardId: id(2),
          open: true,
          parentShardIds: [id(0), id(1)],
          hashKeyRange: { StartingHashKey: first, EndingHashKey: last },
          records: 1,
          retainedBytes: retainedSize(2, 1),
        },
      ],
      consumers: [],
    });
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });

  it('shows what is due by then: transitions finished, records and shards past retention gone', async () => {
    const it = service({ transitionMs: 500 });
    await it.put(['a']);
    await it.call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '5' });
    const only = () => it.kinesis.snapshot().streams[0];
    expect(only()).toMatchObject({ status: 'UPDATING', openShards: 1, closedShards: 0 });
    it.clock.pass(500);
    expect(only()).toMatchObject({ status: 'ACTIVE', openShards: 2, closedShards: 1 });
    await it.put(['b', 'c'], '0');
    expect(only()?.shards.map(({ records }) => records)).toEqual([1, 2, 0]);
    it.clock.pass(86_400_001);
    expect(only()?.shards.map(({ records }) => records)).toEqual([0, 0]);
    expect(only()).toMatchObject({ openShards: 2, closedShards: 0 });
    expect(it.kinesis.snapshot().retainedBytes).toBe(0);
    await it.call('DeleteStream', { StreamName: stream });
    it.clock.pass(500);
    expect(it.kinesis.snapshot().streams).toEqual([]);
  });

  it('has consumers with the subscriptions that run', async () => {
    const it = service({ transitionMs: 0 }, 3);
    const register = (ConsumerName: string) =>
      it.kinesis.call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName });
    const registered = (await register('reader')) as { Consumer: { ConsumerARN: string } };
    await register('another');
    const { ConsumerARN } = registered.Consumer;
    const subscribe = async (number: number) => {
      const patience = new AbortController();
      const input = { ConsumerARN, ShardId: id(number), StartingPosition: { Type: 'TRIM_HORIZON' } };
      const answer = await it.kinesis.call('SubscribeToShard', input, { signal: patience.signal });
      const events = (answer as { EventStream: AsyncIterable<object> }).EventStream[Symbol.asyncIterator]();
      return { events, patience };
    };
    const startedAtMs = it.clock.now();
    await subscribe(2);
    const { events } = await subscribe(1);
    it.clock.pass(7);
    await subscribe(0);
    const consumers = () => it.kinesis.snapshot().streams[0]?.consumers ?? [];
    expect(consumers()).toEqual([
      {
        name: 'another',
        arn: expect.stringContaining('/consumer/another:'),
        status: 'ACTIVE',
        subscriptions: [],
      },
      {
        name: 'reader',
        arn: ConsumerARN,
        status: 'ACTIVE',
        subscriptions: [
          { shardId: id(0), startedAtMs: startedAtMs + 7 },
          { shardId: id(1), startedAtMs },
          { shardId: id(2), startedAtMs },
        ],
      },
    ]);
    await events.return?.();
    expect(consumers()[1]?.subscriptions.map(({ shardId }) => shardId)).toEqual([id(0), id(2)]);
  });

  it('is no call: nothing is counted, no fault is drawn', async () => {
    const it = service({ faults: [{ kind: 'stall' }] });
    for (let n = 0; n < 2_000; n += 1) it.kinesis.snapshot();
    expect(it.kinesis.faults.counts().stall).toBe(0);
  });
});
