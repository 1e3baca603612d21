import type { StreamMode } from '@aws-sdk/client-kinesis';
import { describe, expect, it } from 'vitest';
import { arn, type Service, service, stream } from '../support/service.js';

const onDemand = (more: object = {}) =>
  service({ streams: [{ name: stream, mode: 'on-demand', ...more }], transitionMs: 500 });
const to = (StreamMode: StreamMode, WarmThroughputMiBps?: number) => ({
  StreamARN: arn,
  StreamModeDetails: { StreamMode },
  WarmThroughputMiBps,
});
const warm = (WarmThroughputMiBps: number) => ({ StreamName: stream, WarmThroughputMiBps });

async function commit({ call }: Service): Promise<void> {
  await call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } });
}

async function summary({ call }: Service) {
  const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamARN: arn });
  return StreamDescriptionSummary;
}

describe('UpdateStreamMode', () => {
  it('changes the mode when UPDATING ends, and keeps the shards', async () => {
    const own = service({}, 3);
    await own.call('UpdateStreamMode', to('ON_DEMAND'));
    expect(await summary(own)).toMatchObject({
      StreamStatus: 'UPDATING',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    });
    own.clock.pass(500);
    expect(await summary(own)).toMatchObject({
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      RecordDistributionStrategy: 'USER_PARTITION_KEY',
      OpenShardCount: 3,
    });
    expect((await own.shards()).length).toBe(3);
    const update = { StreamName: stream, TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' };
    await own.refused('UpdateShardCount', update, 'ValidationException');
    await own.call('UpdateStreamMode', to('PROVISIONED'));
    own.clock.pass(500);
    expect(await summary(own)).not.toHaveProperty('RecordDistributionStrategy');
    await own.call('UpdateShardCount', { ...update, ScalingType: 'UNIFORM_SCALING' });
  });

  it('undoes nothing that happens to the shards meanwhile', async () => {
    const own = service({}, 2);
    await own.call('UpdateStreamMode', to('ON_DEMAND'));
    own.kinesis.faults.add({
      kind: 'reshard',
      stream,
      change: { shardCount: 4 },
      times: 1,
    });
    expect((await summary(own))?.OpenShardCount).toBe(4);
    own.clock.pass(500);
    expect(await summary(own)).toMatchObject({
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      OpenShardCount: 4,
    });
  });

  it('happens twice in any 24 hours on a stream; naming the present mode does not count', async () => {
    const { call, refused, clock } = service({ transitionMs: 0 });
    await call('UpdateStreamMode', to('PROVISIONED'));
    await call('UpdateStreamMode', to('ON_DEMAND'));
    await call('UpdateStreamMode', to('ON_DEMAND'));
    clock.pass(3_600_000);
    await call('UpdateStreamMode', to('PROVISIONED'));
    await refused('UpdateStreamMode', to('ON_DEMAND'), 'LimitExceededException');
    clock.pass(23 * 3_600_000);
    await call('UpdateStreamMode', to('ON_DEMAND'));
    await refused('UpdateStreamMode', to('PROVISIONED'), 'LimitExceededException');
  });

  it('takes no stream to provisioned capacity that distributes records by itself', async () => {
    const { call, refused, clock } = onDemand({ recordDistribution: 'auto' });
    const error = await refused('UpdateStreamMode', to('PROVISIONED'), 'InvalidArgumentException');
    expect(error.message).toContain('set USER_PARTITION_KEY before');
    await call('UpdateStreamRecordDistributionStrategy', {
      StreamARN: arn,
      RecordDistributionStrategy: 'USER_PARTITION_KEY',
    });
    await call('UpdateStreamMode', to('PROVISIONED'));
    clock.pass(500);
    await refused('PutRecord', { StreamName: stream, Data: new Uint8Array(1) }, 'ValidationException');
  });

  it('keeps the quota of on-demand streams', async () => {
    const { refused } = service({
      streams: [{ name: stream }, { name: 'o', mode: 'on-demand' }],
      limits: { maxOnDemandStreams: 1 },
    });
    await refused('UpdateStreamMode', to('ON_DEMAND'), 'LimitExceededException');
  });

  it('counts streams that are turning on-demand, and no longer those that turn provisioned', async () => {
    const { call, refused, clock } = service({
      streams: [{ name: stream }, { name: 't' }],
      limits: { maxOnDemandStreams: 1 },
    });
    const other = { ...to('ON_DEMAND'), StreamARN: arn.replace(/s$/, 't') };
    await call('UpdateStreamMode', to('ON_DEMAND'));
    await refused('UpdateStreamMode', other, 'LimitExceededException');
    clock.pass(500);
    await call('UpdateStreamMode', to('PROVISIONED'));
    await call('UpdateStreamMode', other);
  });

  it('brings all shards of a stream that turns provisioned under the quota', async () => {
    const streams = [{ name: stream, mode: 'on-demand' as const }, { name: 't' }, { name: 'u' }];
    const own = service({ streams, limits: { maxOpenShards: 5 } });
    await own.refused('UpdateStreamMode', to('PROVISIONED'), 'LimitExceededException');
    await own.call('DeleteStream', { StreamName: 'u' });
    own.clock.pass(500);
    await own.call('UpdateStreamMode', to('PROVISIONED'));
    await own.refused('CreateStream', { StreamName: 'v', ShardCount: 1 }, 'LimitExceededException');
    own.clock.pass(500);
    await own.call('UpdateStreamMode', to('ON_DEMAND'));
    await own.call('CreateStream', { StreamName: 'v', ShardCount: 1 });
  });

  it.each([
    ['no ARN', { StreamName: stream, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }, 'ValidationException'],
    ['no mode', { StreamARN: arn }, 'ValidationException'],
    ['an unknown stream', { ...to('ON_DEMAND'), StreamARN: `${arn}x` }, 'ResourceNotFoundException'],
    ['warm throughput without the commitment', to('ON_DEMAND', 10), 'InvalidArgumentException'],
    ['warm throughput below 0', to('ON_DEMAND', -1), 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    await service().refused('UpdateStreamMode', input, name);
  });

  it('refuses a stream that is not ACTIVE', async () => {
    const { call, refused } = service();
    await call('UpdateStreamMode', to('ON_DEMAND'));
    await refused('UpdateStreamMode', to('PROVISIONED'), 'ResourceInUseException');
  });
});

describe('warm throughput', () => {
  it('gives a stream a shard for every MiB/s, and gives shards back', async () => {
    const own = onDemand();
    await commit(own);
    expect((await summary(own))?.WarmThroughput).toEqual({ CurrentMiBps: 4 });
    expect(await own.call('UpdateStreamWarmThroughput', warm(10))).toEqual({
      StreamARN: arn,
      StreamName: stream,
      WarmThroughput: { TargetMiBps: 10, CurrentMiBps: 4 },
    });
    expect(await summary(own)).toMatchObject({
      StreamStatus: 'UPDATING',
      WarmThroughput: { TargetMiBps: 10, CurrentMiBps: 4 },
    });
    own.clock.pass(500);
    expect(await summary(own)).toMatchObject({
      StreamStatus: 'ACTIVE',
      OpenShardCount: 10,
      WarmThroughput: { TargetMiBps: 10, CurrentMiBps: 10 },
    });
    await own.call('UpdateStreamWarmThroughput', { StreamARN: arn, WarmThroughputMiBps: 0 });
    own.clock.pass(500);
    expect(await summary(own)).toMatchObject({
      OpenShardCount: 4,
      WarmThroughput: { TargetMiBps: 0, CurrentMiBps: 4 },
    });
  });

  it('is there from a stream’s creation, or from its change of mode on', async () => {
    const own = service({}, 2);
    await commit(own);
    expect(await summary(own)).not.toHaveProperty('WarmThroughput');
    await own.call('UpdateStreamMode', to('ON_DEMAND', 8));
    await own.call('CreateStream', {
      StreamName: 'new',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      WarmThroughputMiBps: 6,
    });
    own.clock.pass(500);
    expect(await summary(own)).toMatchObject({
      OpenShardCount: 8,
      WarmThroughput: { TargetMiBps: 8, CurrentMiBps: 8 },
    });
    const { StreamDescriptionSummary } = await own.call('DescribeStreamSummary', { StreamName: 'new' });
    expect(StreamDescriptionSummary?.WarmThroughput).toEqual({ TargetMiBps: 6, CurrentMiBps: 6 });
    await own.call('UpdateStreamMode', to('PROVISIONED'));
    own.clock.pass(500);
    expect(await summary(own)).toMatchObject({ OpenShardCount: 8 });
    expect(await summary(own)).not.toHaveProperty('WarmThroughput');
  });

  it('takes no shard away from a stream that changes its mode', async () => {
    const own = service({}, 9);
    await commit(own);
    await own.call('UpdateStreamMode', to('ON_DEMAND', 5));
    own.clock.pass(500);
    expect((await summary(own))?.OpenShardCount).toBe(9);
  });

  it('is for on-demand streams, in accounts with the commitment, within limits', async () => {
    const own = onDemand();
    await own.refused('UpdateStreamWarmThroughput', warm(10), 'InvalidArgumentException');
    expect(await summary(own)).not.toHaveProperty('WarmThroughput');
    await commit(own);
    await own.refused('UpdateStreamWarmThroughput', warm(10_241), 'LimitExceededException');
    await own.call('CreateStream', { StreamName: 'p', ShardCount: 1 });
    own.clock.pass(500);
    const provisioned = { StreamName: 'p', WarmThroughputMiBps: 1 };
    await own.refused('UpdateStreamWarmThroughput', provisioned, 'InvalidArgumentException');
    const create = { StreamName: 'q', ShardCount: 1, WarmThroughputMiBps: 1 };
    await own.refused('CreateStream', create, 'InvalidArgumentException');
    await own.refused('UpdateStreamMode', to('PROVISIONED', 10), 'InvalidArgumentException');
    await own.refused('UpdateStreamWarmThroughput', { StreamName: stream }, 'ValidationException');
    await own.call('UpdateStreamWarmThroughput', warm(5));
    await own.refused('UpdateStreamWarmThroughput', warm(6), 'ResourceInUseException');
  });

  it('is not changed by a change of mode that changes none', async () => {
    const own = onDemand();
    await commit(own);
    await own.refused('UpdateStreamMode', to('ON_DEMAND', 8), 'InvalidArgumentException');
    expect(await summary(own)).toMatchObject({ StreamStatus: 'ACTIVE', OpenShardCount: 4 });
  });

  it('has no part in the account’s shard quota', async () => {
    const own = service({ streams: [{ name: stream, mode: 'on-demand' }], limits: { maxOpenShards: 4 } });
    await commit(own);
    await own.call('UpdateStreamWarmThroughput', warm(9));
    own.clock.pass(500);
    await own.refused('UpdateStreamMode', to('PROVISIONED'), 'LimitExceededException');
    await own.call('CreateStream', { StreamName: 'p', ShardCount: 4 });
    await own.call('UpdateStreamWarmThroughput', warm(10));
  });

  it('gives a stream no more than 20,000 shards', async () => {
    const limits = { maxWarmThroughputMiBps: Number.POSITIVE_INFINITY };
    const own = service({ streams: [{ name: stream, mode: 'on-demand' }, { name: 'p' }], limits });
    await commit(own);
    await own.refused('UpdateStreamWarmThroughput', warm(20_001), 'LimitExceededException');
    const other = { ...to('ON_DEMAND', 20_001), StreamARN: arn.replace(/s$/, 'p') };
    await own.refused('UpdateStreamMode', other, 'LimitExceededException');
  });
});
