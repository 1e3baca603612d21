import { describe, expect, it } from 'vitest';
import { arn, id, numbers, type Service, service, stream } from '../support/service.js';

/** Shards 0 and 1 from the start; 0 split into 2 and 3 at `splitMs`; 3 and 1 merged into 4 at `mergeMs`. */
async function family(): Promise<
  Service & { readonly startMs: number; readonly splitMs: number; readonly mergeMs: number }
> {
  const it = service({ transitionMs: 0 }, 2);
  const startMs = it.clock.now();
  it.clock.pass(10_000);
  await it.call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '1000' });
  const splitMs = it.clock.now();
  it.clock.pass(10_000);
  await it.call('MergeShards', { StreamName: stream, ShardToMerge: id(3), AdjacentShardToMerge: id(1) });
  const mergeMs = it.clock.now();
  it.clock.pass(10_000);
  return { ...it, startMs, splitMs, mergeMs };
}

describe('ListShards', () => {
  it('lists all shards with their parents, ranges and sequence numbers', async () => {
    const { shards } = await family();
    const all = await shards();
    expect(numbers(all)).toEqual([0, 1, 2, 3, 4]);
    expect(all[2]).toMatchObject({
      ParentShardId: id(0),
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: '999' },
    });
    expect(all[2]).not.toHaveProperty('AdjacentParentShardId');
    expect(all[4]).toMatchObject({
      ParentShardId: id(3),
      AdjacentParentShardId: id(1),
      HashKeyRange: { StartingHashKey: '1000', EndingHashKey: '340282366920938463463374607431768211455' },
    });
    const closed = all.map(
      ({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber !== undefined,
    );
    expect(closed).toEqual([true, true, false, true, false]);
  });

  it('filters', async () => {
    const { shards, startMs, splitMs, mergeMs, clock } = await family();
    const at = (ms: number) => new Date(ms);
    expect(numbers(await shards({ Type: 'AT_LATEST' }))).toEqual([2, 4]);
    expect(numbers(await shards({ Type: 'AFTER_SHARD_ID', ShardId: id(2) }))).toEqual([3, 4]);
    expect(numbers(await shards({ Type: 'AT_TRIM_HORIZON' }))).toEqual([0, 1]);
    expect(numbers(await shards({ Type: 'FROM_TRIM_HORIZON' }))).toEqual([0, 1, 2, 3, 4]);
    expect(numbers(await shards({ Type: 'AT_TIMESTAMP', Timestamp: at(startMs) }))).toEqual([0, 1]);
    expect(numbers(await shards({ Type: 'AT_TIMESTAMP', Timestamp: at(startMs - 5_000) }))).toEqual([0, 1]);
    // At the very moment of a reshard both generations were open.
    expect(numbers(await shards({ Type: 'AT_TIMESTAMP', Timestamp: at(splitMs) }))).toEqual([0, 1, 2, 3]);
    expect(numbers(await shards({ Type: 'AT_TIMESTAMP', Timestamp: at(splitMs + 1) }))).toEqual([1, 2, 3]);
    expect(numbers(await shards({ Type: 'AT_TIMESTAMP', Timestamp: at(mergeMs + 1) }))).toEqual([2, 4]);
    expect(numbers(await shards({ Type: 'FROM_TIMESTAMP', Timestamp: at(splitMs + 1) }))).toEqual([
      1, 2, 3, 4,
    ]);
    expect(numbers(await shards({ Type: 'FROM_TIMESTAMP', Timestamp: at(clock.now()) }))).toEqual([2, 4]);
  });

  it('forgets closed shards once their records are past the retention period', async () => {
    const { shards, clock } = await family();
    clock.pass(24 * 3_600_000 - 20_000 + 1);
    expect(numbers(await shards())).toEqual([1, 2, 3, 4]);
    clock.pass(10_000);
    expect(numbers(await shards())).toEqual([2, 4]);
  });

  it('has the whole hash range at the horizon after a longer retention period, for what was trimmed stays so', async () => {
    const { call, clock, shards } = service({ transitionMs: 0 }, 2);
    const startMs = clock.now();
    clock.pass(3_600_000);
    await call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '1000' });
    clock.pass(25 * 3_600_000);
    await call('IncreaseStreamRetentionPeriod', { StreamName: stream, RetentionPeriodHours: 48 });
    const Timestamp = new Date(startMs);
    const all = () =>
      Promise.all([
        shards({ Type: 'AT_TRIM_HORIZON' }),
        shards({ Type: 'AT_TIMESTAMP', Timestamp }),
        shards({ Type: 'FROM_TRIM_HORIZON' }),
        shards({ Type: 'FROM_TIMESTAMP', Timestamp }),
        shards(),
      ]);
    for (const listed of await all()) expect(numbers(listed)).toEqual([1, 2, 3]);
    // The new period has passed as well: the horizon moves on.
    clock.pass(24 * 3_600_000);
    await call('SplitShard', {
      StreamName: stream,
      ShardToSplit: id(1),
      NewStartingHashKey: `${2n ** 127n + 1_000n}`,
    });
    for (const listed of await all()) expect(numbers(listed).slice(0, 3)).toEqual([1, 2, 3]);
    clock.pass(48 * 3_600_000 + 1);
    for (const listed of await all()) expect(numbers(listed)).toEqual([2, 3, 4, 5]);
  });

  it('pages, the token standing for stream and filter', async () => {
    const { call } = service({ streams: [{ name: stream, shards: 5 }] });
    const first = await call('ListShards', {
      StreamARN: arn,
      MaxResults: 2,
      ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: id(0) },
    });
    expect(numbers(first.Shards ?? [])).toEqual([1, 2]);
    const second = await call('ListShards', { NextToken: first.NextToken, MaxResults: 1 });
    expect(numbers(second.Shards ?? [])).toEqual([3]);
    const third = await call('ListShards', { NextToken: second.NextToken });
    expect(numbers(third.Shards ?? [])).toEqual([4]);
    expect(third).not.toHaveProperty('NextToken');
  });

  it('gives 1,000 shards at most, even when asked for more', async () => {
    const { call } = service({}, 1_500);
    const first = await call('ListShards', { StreamName: stream, MaxResults: 10_000 });
    expect(first.Shards).toHaveLength(1_000);
    expect((await call('ListShards', { NextToken: first.NextToken })).Shards).toHaveLength(500);
  });

  it('lets its tokens live for 300 seconds', async () => {
    const { call, clock, refused } = service({}, 3);
    const { NextToken } = await call('ListShards', { StreamName: stream, MaxResults: 1 });
    clock.pass(300_000);
    await call('ListShards', { NextToken });
    clock.pass(1);
    await refused('ListShards', { NextToken }, 'ExpiredNextTokenException');
  });

  it('tells a stream from its namesake before', async () => {
    const { call, refused } = service({ transitionMs: 0 }, 3);
    const { StreamDescription } = await call('DescribeStream', { StreamName: stream });
    const { NextToken } = await call('ListShards', { StreamName: stream, MaxResults: 1 });
    const withTime = {
      StreamName: stream,
      StreamCreationTimestamp: StreamDescription?.StreamCreationTimestamp,
    };
    await call('ListShards', withTime);
    await call('DeleteStream', { StreamName: stream });
    await call('CreateStream', { StreamName: stream, ShardCount: 3 });
    await refused('ListShards', withTime, 'ResourceNotFoundException');
    await refused('ListShards', { NextToken }, 'ResourceNotFoundException');
  });

  it.each([
    ['an unknown stream', { StreamName: 'none' }, 'ResourceNotFoundException'],
    ['an unknown token', { NextToken: 'x' }, 'InvalidArgumentException'],
    ['more results than 10,000', { StreamName: stream, MaxResults: 10_001 }, 'ValidationException'],
    ['an unknown filter', { StreamName: stream, ShardFilter: { Type: 'X' } }, 'ValidationException'],
    ['a filter without type', { StreamName: stream, ShardFilter: {} }, 'ValidationException'],
    [
      'AFTER_SHARD_ID without id',
      { StreamName: stream, ShardFilter: { Type: 'AFTER_SHARD_ID' } },
      'InvalidArgumentException',
    ],
    [
      'AT_TIMESTAMP without time',
      { StreamName: stream, ShardFilter: { Type: 'AT_TIMESTAMP' } },
      'InvalidArgumentException',
    ],
    [
      'AT_LATEST with a time',
      { StreamName: stream, ShardFilter: { Type: 'AT_LATEST', Timestamp: new Date(0) } },
      'InvalidArgumentException',
    ],
    [
      'a time that is none',
      { StreamName: stream, StreamCreationTimestamp: new Date(Number.NaN) },
      'SerializationException',
    ],
  ])('refuses %s', async (_what, input, name) => {
    await service().refused('ListShards', input, name);
  });

  it.each(['StreamName', 'ExclusiveStartShardId', 'ShardFilter', 'StreamCreationTimestamp'])(
    'refuses a token together with %s',
    async (name) => {
      const { call, refused } = service({}, 3);
      const { NextToken } = await call('ListShards', { StreamName: stream, MaxResults: 1 });
      const others = {
        StreamName: stream,
        ExclusiveStartShardId: id(0),
        ShardFilter: { Type: 'AT_LATEST' },
        StreamCreationTimestamp: new Date(0),
      };
      const input = { NextToken, [name]: others[name as keyof typeof others] };
      const error = await refused('ListShards', input, 'InvalidArgumentException');
      expect(error.message).toBe(`NextToken and ${name} cannot be provided together.`);
    },
  );

  it('is limited to 1,000 calls a second on a stream', async () => {
    const { call, refused } = service({ streams: [{ name: 'a' }, { name: 'b' }] });
    for (let n = 0; n < 1_000; n += 1) await call('ListShards', { StreamName: 'a' });
    await refused('ListShards', { StreamName: 'a' }, 'LimitExceededException');
    await call('ListShards', { StreamName: 'b' });
  });
});
