import { describe, expect, it } from 'vitest';
import { arn, id, numbers, service, stream } from '../support/service.js';

describe('DescribeStream', () => {
  it('shows the stream and its shards', async () => {
    const { call, clock } = service({}, 2);
    const { StreamDescription } = await call('DescribeStream', { StreamName: stream });
    expect(StreamDescription).toMatchObject({
      StreamName: stream,
      StreamARN: arn,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      EncryptionType: 'NONE',
      HasMoreShards: false,
      StreamCreationTimestamp: new Date(clock.now()),
    });
    expect(StreamDescription?.Shards?.map(({ HashKeyRange }) => HashKeyRange)).toEqual([
      { StartingHashKey: '0', EndingHashKey: '170141183460469231731687303715884105727' },
      {
        StartingHashKey: '170141183460469231731687303715884105728',
        EndingHashKey: '340282366920938463463374607431768211455',
      },
    ]);
  });

  it('pages through the shards, at most 100 at once', async () => {
    const { call } = service({}, 250);
    const page = async (Limit: number | undefined, after?: number) => {
      const from = after === undefined ? {} : { ExclusiveStartShardId: id(after) };
      const input = { StreamName: stream, ...(Limit === undefined ? {} : { Limit }), ...from };
      const { StreamDescription } = await call('DescribeStream', input);
      return [numbers(StreamDescription?.Shards ?? []), StreamDescription?.HasMoreShards] as const;
    };
    const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
    expect(await page(undefined)).toEqual([range(0, 100), true]);
    expect(await page(500, 99)).toEqual([range(100, 100), true]);
    expect(await page(50, 199)).toEqual([range(200, 50), false]);
    expect(await page(10, 0)).toEqual([range(1, 10), true]);
  });

  it('is limited to ten calls a second', async () => {
    const { call, refused } = service();
    for (let n = 0; n < 10; n += 1) await call('DescribeStream', { StreamName: stream });
    await refused('DescribeStream', { StreamName: stream }, 'LimitExceededException');
  });

  it.each([
    ['an unknown stream', { StreamName: 'none' }, 'ResourceNotFoundException'],
    ['no stream', {}, 'InvalidArgumentException'],
    ['an ARN that is none', { StreamARN: 'x' }, 'ValidationException'],
    [
      'an ARN of another account',
      { StreamARN: arn.replace('000000000000', '111111111111') },
      'ResourceNotFoundException',
    ],
    [
      'an ARN of another region',
      { StreamARN: arn.replace('us-east-1', 'eu-west-1') },
      'ResourceNotFoundException',
    ],
    ['a name and an ARN that differ', { StreamName: 'other', StreamARN: arn }, 'InvalidArgumentException'],
    ['a limit of 0', { StreamName: stream, Limit: 0 }, 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    await service().refused('DescribeStream', input, name);
  });
});

describe('DescribeStreamSummary', () => {
  it('shows counts, and the record distribution on on-demand streams alone', async () => {
    const { call } = service({
      streams: [
        { name: 'p', shards: 5 },
        { name: 'o', mode: 'on-demand' },
        { name: 'a', mode: 'on-demand', recordDistribution: 'auto', maxRecordKiB: 2_048 },
      ],
    });
    const summary = async (StreamName: string) =>
      (await call('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary;
    const provisioned = await summary('p');
    expect(provisioned).toMatchObject({ OpenShardCount: 5, ConsumerCount: 0, MaxRecordSizeInKiB: 1_024 });
    expect(provisioned).not.toHaveProperty('RecordDistributionStrategy');
    expect(await summary('o')).toMatchObject({
      RecordDistributionStrategy: 'USER_PARTITION_KEY',
      OpenShardCount: 4,
    });
    expect(await summary('a')).toMatchObject({
      RecordDistributionStrategy: 'AUTO',
      MaxRecordSizeInKiB: 2_048,
    });
  });

  it('counts the registered consumers until they are gone', async () => {
    const { call, clock } = service();
    const count = async () => {
      const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamARN: arn });
      return StreamDescriptionSummary?.ConsumerCount;
    };
    await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'a' });
    await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'b' });
    expect(await count()).toBe(2);
    clock.pass(500);
    await call('DeregisterStreamConsumer', { StreamARN: arn, ConsumerName: 'a' });
    expect(await count()).toBe(2);
    clock.pass(500);
    expect(await count()).toBe(1);
  });

  it('is limited to twenty calls a second, which others do not use up', async () => {
    const { call, refused, clock } = service();
    for (let n = 0; n < 10; n += 1) await call('DescribeStream', { StreamName: stream });
    for (let n = 0; n < 20; n += 1) await call('DescribeStreamSummary', { StreamName: stream });
    await refused('DescribeStreamSummary', { StreamName: stream }, 'LimitExceededException');
    clock.pass(50);
    await call('DescribeStreamSummary', { StreamName: stream });
  });
});

describe('DescribeLimits', () => {
  it('shows how much of the quotas is used, once a second', async () => {
    const { call, refused } = service({
      streams: [
        { name: 'o', mode: 'on-demand' },
        { name: 'p', shards: 3 },
      ],
    });
    expect(await call('DescribeLimits', {})).toEqual({
      ShardLimit: 20_000,
      OpenShardCount: 7,
      OnDemandStreamCount: 1,
      OnDemandStreamCountLimit: 50,
      ChannelCount: 0,
      ChannelCountLimit: 0,
    });
    await refused('DescribeLimits', {}, 'LimitExceededException');
  });
});
