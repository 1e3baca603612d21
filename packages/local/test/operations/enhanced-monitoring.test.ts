import { describe, expect, it } from 'vitest';
import { arn, service, stream } from '../support/service.js';

const all = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
];

describe('EnableEnhancedMonitoring and DisableEnhancedMonitoring', () => {
  it('turn metrics on and off, and show what was and what is', async () => {
    const { call } = service();
    const names = { StreamName: stream, StreamARN: arn };
    expect(
      await call('EnableEnhancedMonitoring', {
        StreamName: stream,
        ShardLevelMetrics: ['OutgoingBytes', 'IncomingBytes'],
      }),
    ).toEqual({
      ...names,
      CurrentShardLevelMetrics: [],
      DesiredShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'],
    });
    expect(await call('EnableEnhancedMonitoring', { StreamARN: arn, ShardLevelMetrics: ['ALL'] })).toEqual({
      ...names,
      CurrentShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'],
      DesiredShardLevelMetrics: all,
    });
    const ShardLevelMetrics = ['IncomingBytes' as const];
    const { DesiredShardLevelMetrics } = await call('DisableEnhancedMonitoring', {
      StreamARN: arn,
      ShardLevelMetrics,
    });
    expect(DesiredShardLevelMetrics).toEqual(all.slice(1));
    const EnhancedMonitoring = [{ ShardLevelMetrics: all.slice(1) }];
    expect((await call('DescribeStream', { StreamARN: arn })).StreamDescription).toMatchObject({
      EnhancedMonitoring,
    });
    const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamARN: arn });
    expect(StreamDescriptionSummary).toMatchObject({ EnhancedMonitoring });
    await call('DisableEnhancedMonitoring', { StreamName: stream, ShardLevelMetrics: ['ALL'] });
    const { StreamDescription } = await call('DescribeStream', { StreamName: stream });
    expect(StreamDescription?.EnhancedMonitoring).toEqual([{ ShardLevelMetrics: [] }]);
  });

  it('leave alone what is not named', async () => {
    const { call } = service();
    const ShardLevelMetrics = ['OutgoingBytes' as const, 'IncomingBytes' as const];
    await call('EnableEnhancedMonitoring', { StreamName: stream, ShardLevelMetrics });
    const answer = await call('DisableEnhancedMonitoring', {
      StreamName: stream,
      ShardLevelMetrics: ['IncomingBytes', 'OutgoingRecords'],
    });
    expect(answer.DesiredShardLevelMetrics).toEqual(['OutgoingBytes']);
  });

  it.each([
    [{ StreamName: 'none', ShardLevelMetrics: ['ALL'] }, 'ResourceNotFoundException'],
    [{ StreamName: stream, ShardLevelMetrics: [] }, 'ValidationException'],
    [{ StreamName: stream, ShardLevelMetrics: ['Other'] }, 'ValidationException'],
    [{ StreamName: stream, ShardLevelMetrics: Array(8).fill('ALL') }, 'ValidationException'],
    [{ StreamName: stream }, 'ValidationException'],
  ])('refuse %j with %s', async (input, name) => {
    const { refused } = service();
    await refused('EnableEnhancedMonitoring', input, name);
    await refused('DisableEnhancedMonitoring', input, name);
  });

  it('refuse a stream that is not ACTIVE', async () => {
    const { call, refused } = service();
    await call('DeleteStream', { StreamName: stream });
    const input = { StreamName: stream, ShardLevelMetrics: ['ALL'] };
    await refused('EnableEnhancedMonitoring', input, 'ResourceInUseException');
  });
});
