import { describe, expect, it } from 'vitest';
import { arn, id, numbers, service, stream } from '../support/service.js';

const half = (2n ** 127n).toString();
const highest = (2n ** 128n - 1n).toString();

describe('SplitShard', () => {
  it('is UPDATING, the parent taking records, until the children open', async () => {
    const { call, put, shards, clock, refused } = service({ transitionMs: 500 });
    await call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: half });
    const status = async () =>
      (await call('DescribeStreamSummary', { StreamName: stream })).StreamDescriptionSummary;
    expect(await status()).toMatchObject({ StreamStatus: 'UPDATING', OpenShardCount: 1 });
    const before = await put(['a']);
    expect(before.Records?.[0]?.ShardId).toBe(id(0));
    const again = { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '5' };
    const error = await refused('SplitShard', again, 'ResourceInUseException');
    expect(error.message).toBe('Stream s under account 000000000000 not ACTIVE, instead in state UPDATING');
    clock.pass(500);
    expect(await status()).toMatchObject({ StreamStatus: 'ACTIVE', OpenShardCount: 2 });
    expect(numbers(await shards({ Type: 'AT_LATEST' }))).toEqual([1, 2]);
    const after = await put(['a'], half);
    expect(after.Records?.[0]?.ShardId).toBe(id(2));
    const number = (answer: typeof before) => BigInt(answer.Records?.[0]?.SequenceNumber ?? 0);
    expect(number(after) > number(before)).toBe(true);
  });

  it.each([
    ['an unknown shard', { ShardToSplit: id(9), NewStartingHashKey: '5' }, 'ResourceNotFoundException'],
    ['the start of the range', { ShardToSplit: id(0), NewStartingHashKey: '0' }, 'InvalidArgumentException'],
    ['the key after the start', { ShardToSplit: id(0), NewStartingHashKey: '1' }, 'InvalidArgumentException'],
    [
      'the end of the range',
      { ShardToSplit: id(1), NewStartingHashKey: highest },
      'InvalidArgumentException',
    ],
    ['a key of another shard', { ShardToSplit: id(1), NewStartingHashKey: '5' }, 'InvalidArgumentException'],
    [
      'a key above 2^128',
      { ShardToSplit: id(1), NewStartingHashKey: '9'.repeat(39) },
      'InvalidArgumentException',
    ],
    ['a key that is no number', { ShardToSplit: id(0), NewStartingHashKey: 'x' }, 'ValidationException'],
    ['no key', { ShardToSplit: id(0) }, 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    await service({}, 2).refused('SplitShard', { StreamName: stream, ...input }, name);
  });

  it('takes keys from the second after the start to the last before the end', async () => {
    const { call, shards } = service({ transitionMs: 0 });
    const last = (2n ** 128n - 2n).toString();
    await call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '2' });
    await call('SplitShard', { StreamName: stream, ShardToSplit: id(2), NewStartingHashKey: last });
    const open = await shards({ Type: 'AT_LATEST' });
    expect(open.map(({ HashKeyRange }) => HashKeyRange?.StartingHashKey)).toEqual(['0', '2', last]);
  });

  it('refuses a shard that is closed', async () => {
    const { call, refused } = service({ transitionMs: 0 });
    const input = { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '5' };
    await call('SplitShard', input);
    await refused('SplitShard', input, 'InvalidArgumentException');
  });

  it('refuses a stream with on-demand capacity', async () => {
    const { refused } = service({ streams: [{ name: stream, mode: 'on-demand' }] });
    const input = { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '5' };
    await refused('SplitShard', input, 'ValidationException');
  });

  it('keeps the account’s shard quota', async () => {
    const { refused } = service({ limits: { maxOpenShards: 2 } }, 2);
    const input = { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '5' };
    await refused('SplitShard', input, 'LimitExceededException');
  });

  it('is limited to five calls a second', async () => {
    const { call, refused } = service({ transitionMs: 0 });
    for (let n = 0; n < 5; n += 1) {
      const input = { StreamName: stream, ShardToSplit: id(2 * n), NewStartingHashKey: String(2 * n + 2) };
      await call('SplitShard', input);
    }
    const input = { StreamName: stream, ShardToSplit: id(10), NewStartingHashKey: '12' };
    await refused('SplitShard', input, 'LimitExceededException');
  });
});

describe('MergeShards', () => {
  it('closes both and opens their child', async () => {
    const { call, shards, clock } = service({}, 3);
    await call('MergeShards', { StreamARN: arn, ShardToMerge: id(0), AdjacentShardToMerge: id(1) });
    clock.pass(500);
    const open = await shards({ Type: 'AT_LATEST' });
    expect(numbers(open)).toEqual([2, 3]);
    expect(open[1]).toMatchObject({ ParentShardId: id(0), AdjacentParentShardId: id(1) });
    expect(open[1]?.HashKeyRange?.StartingHashKey).toBe('0');
  });

  it.each([
    [
      'shards that are not adjacent',
      { ShardToMerge: id(0), AdjacentShardToMerge: id(2) },
      'InvalidArgumentException',
    ],
    [
      'the right one of a pair first',
      { ShardToMerge: id(1), AdjacentShardToMerge: id(0) },
      'InvalidArgumentException',
    ],
    ['a shard and itself', { ShardToMerge: id(0), AdjacentShardToMerge: id(0) }, 'InvalidArgumentException'],
    ['an unknown shard', { ShardToMerge: id(0), AdjacentShardToMerge: id(7) }, 'ResourceNotFoundException'],
    ['one shard', { ShardToMerge: id(0) }, 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    await service({}, 3).refused('MergeShards', { StreamName: stream, ...input }, name);
  });
});

describe('UpdateShardCount', () => {
  const update = (TargetShardCount: number) => ({
    StreamName: stream,
    TargetShardCount,
    ScalingType: 'UNIFORM_SCALING' as const,
  });

  it.each([
    [4, 8],
    [4, 6],
    [4, 5],
    [4, 2],
    [4, 3],
    [5, 3],
    [7, 11],
    [3, 3],
  ])('brings %i shards to %i of equal size', async (from, to) => {
    const { call, shards, clock } = service({}, from);
    expect(await call('UpdateShardCount', update(to))).toEqual({
      StreamName: stream,
      StreamARN: arn,
      CurrentShardCount: from,
      TargetShardCount: to,
    });
    const summary = await call('DescribeStreamSummary', { StreamName: stream });
    expect(summary.StreamDescriptionSummary?.StreamStatus).toBe('UPDATING');
    clock.pass(500);
    const expected = await service({}, to).shards();
    // As doubles: bounds that were there already stay, though they differ by a few keys from those of a new stream.
    const ranges = (
      all: readonly { HashKeyRange?: { StartingHashKey?: string | undefined } | undefined }[],
    ) => all.map(({ HashKeyRange }) => Number(HashKeyRange?.StartingHashKey)).sort((a, b) => a - b);
    expect(ranges(await shards({ Type: 'AT_LATEST' }))).toEqual(ranges(expected));
  });

  it.each([
    ['more than double', 5, 'LimitExceededException'],
    ['less than half', 0, 'ValidationException'],
    ['20,000,000', 20_000_000, 'LimitExceededException'],
  ])('refuses %s', async (_what, target, name) => {
    await service({}, 2).refused('UpdateShardCount', update(target), name);
  });

  it('refuses less than half, another scaling type, and on-demand streams', async () => {
    const { refused } = service({}, 5);
    const error = await refused('UpdateShardCount', update(2), 'LimitExceededException');
    expect(error.message).toBe(
      'UpdateShardCount cannot scale down below half your current open shard count. ' +
        'Current open shard count: 5, Target shard count: 2',
    );
    await refused('UpdateShardCount', { ...update(5), ScalingType: 'OTHER' }, 'ValidationException');
    const onDemand = service({ streams: [{ name: stream, mode: 'on-demand' }] });
    await onDemand.refused('UpdateShardCount', update(4), 'ValidationException');
  });

  it('brings a stream to so many shards and no more, be it down from more', async () => {
    const { call, refused, clock } = service({ limits: { updateShardCountMaxShards: 5 } }, 8);
    await refused('UpdateShardCount', update(6), 'LimitExceededException');
    await call('UpdateShardCount', update(5));
    clock.pass(500);
    await refused('UpdateShardCount', update(6), 'LimitExceededException');
  });

  it('keeps the account’s shard quota, with what other streams are about to have', async () => {
    const streams = [
      { name: stream, shards: 3 },
      { name: 't', shards: 3 },
    ];
    const { call, refused, clock } = service({ streams, limits: { maxOpenShards: 10 } });
    await call('UpdateShardCount', update(6));
    await refused('UpdateShardCount', { ...update(5), StreamName: 't' }, 'LimitExceededException');
    await call('UpdateShardCount', { ...update(4), StreamName: 't' });
    clock.pass(1_000);
    await refused(
      'SplitShard',
      { StreamName: stream, ShardToSplit: id(3), NewStartingHashKey: '5' },
      'LimitExceededException',
    );
    await refused('UpdateShardCount', { ...update(5), StreamName: 't' }, 'LimitExceededException');
    await call('MergeShards', { StreamName: stream, ShardToMerge: id(3), AdjacentShardToMerge: id(4) });
    await call('UpdateShardCount', { ...update(5), StreamName: 't' });
  });

  it('may keep or lessen the shards of an account that is over its quota', async () => {
    const { kinesis, put, call, clock, refused } = service({ limits: { maxOpenShards: 4 } }, 4);
    kinesis.faults.add({ kind: 'reshard', stream, change: { shardCount: 8 }, times: 1 });
    await put(['a']);
    await call('UpdateShardCount', update(8));
    clock.pass(500);
    await call('UpdateShardCount', update(7));
    clock.pass(500);
    await refused('UpdateShardCount', update(8), 'LimitExceededException');
  });

  it('keeps a stream to 20,000 shards in all', async () => {
    const none = Number.POSITIVE_INFINITY;
    const limits = { maxOpenShards: none, updateShardCountMaxShards: none };
    const { refused } = service({ limits }, 10_001);
    const error = await refused('UpdateShardCount', update(20_002), 'LimitExceededException');
    expect(error.message).toContain('20000 shards');
  });

  it('is limited to ten times in any 24 hours on a stream', async () => {
    const { call, refused, clock } = service({ transitionMs: 0 });
    for (let n = 0; n < 10; n += 1) {
      await call('UpdateShardCount', update(1));
      clock.pass(3_600_000);
    }
    await refused('UpdateShardCount', update(1), 'LimitExceededException');
    clock.pass(14 * 3_600_000);
    await call('UpdateShardCount', update(1));
    await refused('UpdateShardCount', update(1), 'LimitExceededException');
  });
});
