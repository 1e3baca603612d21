import { describe, expect, it, vi } from 'vitest';
import { Stream } from '../../src/stream.js';
import { arn, id, service, stream } from '../support/service.js';

describe('CreateStream', () => {
  it('makes a stream that is CREATING without shards, then ACTIVE with them', async () => {
    const { call, clock, refused } = service({ transitionMs: 500 });
    await call('CreateStream', { StreamName: 'new', ShardCount: 3 });
    const describe = async () => (await call('DescribeStream', { StreamName: 'new' })).StreamDescription;
    expect(await describe()).toMatchObject({ StreamStatus: 'CREATING', Shards: [] });
    await refused('ListShards', { StreamName: 'new' }, 'ResourceInUseException');
    await refused(
      'PutRecord',
      { StreamName: 'new', Data: new Uint8Array(1), PartitionKey: 'k' },
      'ResourceNotFoundException',
    );
    clock.pass(499);
    expect((await describe())?.StreamStatus).toBe('CREATING');
    clock.pass(1);
    expect(await describe()).toMatchObject({ StreamStatus: 'ACTIVE' });
    expect((await describe())?.Shards).toHaveLength(3);
  });

  it('gives a stream that is made again a new creation time, the same shard ids and higher sequence numbers', async () => {
    const { call, clock } = service({ transitionMs: 0 });
    const summary = async () =>
      (await call('DescribeStreamSummary', { StreamName: stream })).StreamDescriptionSummary;
    const shard = async () => (await call('ListShards', { StreamName: stream })).Shards?.[0];
    const [firstSummary, firstShard] = [await summary(), await shard()];
    await call('DeleteStream', { StreamName: stream });
    await call('CreateStream', { StreamName: stream, ShardCount: 1 });
    const [secondSummary, secondShard] = [await summary(), await shard()];
    expect(Number(secondSummary?.StreamCreationTimestamp)).toBeGreaterThan(
      Number(firstSummary?.StreamCreationTimestamp),
    );
    expect(secondShard?.ShardId).toBe(firstShard?.ShardId);
    const start = (given: typeof firstShard) =>
      BigInt(given?.SequenceNumberRange?.StartingSequenceNumber ?? 0);
    expect(start(secondShard) > start(firstShard)).toBe(true);
    expect(clock.monotonic()).toBe(0);
  });

  it('makes streams of different names at one moment: the present, where they can be read from', async () => {
    const { call, clock } = service({ transitionMs: 0 });
    for (const StreamName of ['a', 'b', 'c']) {
      await call('CreateStream', { StreamName, ShardCount: 1 });
      const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamName });
      const Timestamp = StreamDescriptionSummary?.StreamCreationTimestamp;
      expect(Timestamp).toEqual(new Date(clock.now()));
      const start = { ShardId: id(0), ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp };
      await call('GetShardIterator', { StreamName, ...start });
    }
  });

  it('takes mode, record size and record distribution', async () => {
    const { call, clock } = service();
    await call('CreateStream', {
      StreamName: 'od',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      RecordDistributionStrategy: 'AUTO',
      MaxRecordSizeInKiB: 10_240,
    });
    clock.pass(500);
    const { StreamDescriptionSummary: summary } = await call('DescribeStreamSummary', { StreamName: 'od' });
    expect(summary).toMatchObject({
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      RecordDistributionStrategy: 'AUTO',
      MaxRecordSizeInKiB: 10_240,
      OpenShardCount: 4,
    });
  });

  it.each([
    ['a name that is taken', { StreamName: stream, ShardCount: 1 }, 'ResourceInUseException'],
    ['no name', { ShardCount: 1 }, 'ValidationException'],
    ['a name with a space', { StreamName: 'a b', ShardCount: 1 }, 'ValidationException'],
    ['a name of 129 characters', { StreamName: 'a'.repeat(129), ShardCount: 1 }, 'ValidationException'],
    ['20,000,000 shards', { StreamName: 'n', ShardCount: 20_000_000 }, 'LimitExceededException'],
    ['no shards', { StreamName: 'n', ShardCount: 0 }, 'ValidationException'],
    ['no shard count', { StreamName: 'n' }, 'InvalidArgumentException'],
    ['a shard count that is text', { StreamName: 'n', ShardCount: '1' }, 'SerializationException'],
    ['a shard count with a fraction', { StreamName: 'n', ShardCount: 1.5 }, 'SerializationException'],
    ['an unknown mode', { StreamName: 'n', StreamModeDetails: { StreamMode: 'X' } }, 'ValidationException'],
    [
      'a shard count on demand',
      { StreamName: 'n', ShardCount: 1, StreamModeDetails: { StreamMode: 'ON_DEMAND' } },
      'InvalidArgumentException',
    ],
    [
      'AUTO on a provisioned stream',
      { StreamName: 'n', ShardCount: 1, RecordDistributionStrategy: 'AUTO' },
      'InvalidArgumentException',
    ],
    [
      'records of 1,023 KiB',
      { StreamName: 'n', ShardCount: 1, MaxRecordSizeInKiB: 1_023 },
      'ValidationException',
    ],
    [
      'more shards than the account may have',
      { StreamName: 'n', ShardCount: 20_000 },
      'LimitExceededException',
    ],
    ['a tag without a key', { StreamName: 'n', ShardCount: 1, Tags: { '': 'x' } }, 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    await service().refused('CreateStream', input, name);
  });

  it.each([{}, { maxOpenShards: Number.POSITIVE_INFINITY }])(
    'has no more than 20,000 shards for one stream under %j',
    async (limits) => {
      const { refused } = service({ limits });
      await refused('CreateStream', { StreamName: 'n', ShardCount: 20_001 }, 'LimitExceededException');
    },
  );

  it('keeps the quotas of streams being created and of on-demand streams', async () => {
    const { call, refused, clock } = service({ limits: { maxCreatingStreams: 2, maxOnDemandStreams: 2 } });
    const onDemand = (name: string) => ({
      StreamName: name,
      StreamModeDetails: { StreamMode: 'ON_DEMAND' as const },
    });
    await call('CreateStream', onDemand('a'));
    await call('CreateStream', onDemand('b'));
    await refused('CreateStream', { StreamName: 'c', ShardCount: 1 }, 'LimitExceededException');
    clock.pass(1_000);
    await refused('CreateStream', onDemand('c'), 'LimitExceededException');
    await call('CreateStream', { StreamName: 'c', ShardCount: 1 });
  });

  it('counts the shards of provisioned streams that are not there yet, and none of on-demand streams', async () => {
    const { call, refused } = service({ limits: { maxOpenShards: 10 } }, 1);
    await call('CreateStream', { StreamName: 'o', StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    await call('CreateStream', { StreamName: 'a', ShardCount: 8 });
    const error = await refused('CreateStream', { StreamName: 'b', ShardCount: 2 }, 'LimitExceededException');
    expect(error.message).toContain('Current shard count for the account: 9. Limit: 10.');
    await call('CreateStream', { StreamName: 'b', ShardCount: 1 });
    await call('CreateStream', { StreamName: 'p', StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  });

  it('keeps an on-demand stream to the shards that one stream may have', async () => {
    const { call, refused } = service({ limits: { maxWarmThroughputMiBps: Number.POSITIVE_INFINITY } });
    await call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } });
    const input = {
      StreamName: 'n',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      WarmThroughputMiBps: 20_001,
    };
    const error = await refused('CreateStream', input, 'LimitExceededException');
    expect(error.message).toContain('20000 shards');
  });

  it('looks at the other streams a few times each, in no order', async () => {
    const own = service({ streams: Array.from({ length: 100 }, (_, n) => ({ name: `n${n}` })) });
    const settled = vi.spyOn(Stream.prototype, 'settle');
    const sorted = vi.spyOn(Array.prototype, 'sort');
    try {
      await own.call('CreateStream', { StreamName: 'new', ShardCount: 1 });
      expect(settled.mock.calls.length).toBeLessThan(250);
      expect(sorted).not.toHaveBeenCalled();
    } finally {
      settled.mockRestore();
      sorted.mockRestore();
    }
  });

  it('is limited to five calls a second', async () => {
    const { call, refused, clock } = service({ transitionMs: 0 });
    for (let n = 0; n < 5; n += 1) await call('CreateStream', { StreamName: `n${n}`, ShardCount: 1 });
    const error = await refused(
      'CreateStream',
      { StreamName: 'n5', ShardCount: 1 },
      'LimitExceededException',
    );
    expect(error.message).toContain('Rate exceeded');
    clock.pass(200);
    await call('CreateStream', { StreamName: 'n5', ShardCount: 1 });
    expect(arn).toContain(':stream/');
  });
});
