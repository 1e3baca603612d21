import { describe, expect, it } from 'vitest';
import { arn, id, service, stream, texts } from '../support/service.js';

describe('IncreaseStreamRetentionPeriod and DecreaseStreamRetentionPeriod', () => {
  it('change how long records are kept', async () => {
    const { call, put, iterator, clock } = service({ emptyPageGapMs: 1e12 });
    await call('IncreaseStreamRetentionPeriod', { StreamName: stream, RetentionPeriodHours: 48 });
    await put(['a']);
    clock.pass(47 * 3_600_000);
    const read = async () => texts(await call('GetRecords', { ShardIterator: await iterator(id(0)) }));
    expect(await read()).toEqual(['a']);
    await call('DecreaseStreamRetentionPeriod', { StreamARN: arn, RetentionPeriodHours: 24 });
    expect(await read()).toEqual([]);
    await call('IncreaseStreamRetentionPeriod', { StreamName: stream, RetentionPeriodHours: 8_760 });
    expect(await read()).toEqual([]);
  });

  const tooShort = (hours: number) =>
    `Minimum allowed retention period is 24 hours. Requested retention period (${hours} hours) is too short.`;

  it.each([
    ['Increase', 0, tooShort(0)],
    ['Increase', 23, tooShort(23)],
    [
      'Increase',
      8_761,
      'Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.',
    ],
    [
      'Increase',
      24,
      'Requested retention period (24 hours) for stream s can not be shorter than existing retention period (25 hours). ' +
        'Use DecreaseRetentionPeriod API.',
    ],
    ['Decrease', 23, tooShort(23)],
    [
      'Decrease',
      48,
      'Requested retention period (48 hours) for stream s can not be longer than existing retention period (25 hours). ' +
        'Use IncreaseRetentionPeriod API.',
    ],
  ])('%sStreamRetentionPeriod refuses %i hours', async (direction, RetentionPeriodHours, message) => {
    const { call, refused } = service();
    await call('IncreaseStreamRetentionPeriod', { StreamName: stream, RetentionPeriodHours: 25 });
    const input = { StreamName: stream, RetentionPeriodHours };
    const error = await refused(`${direction}StreamRetentionPeriod`, input, 'InvalidArgumentException');
    expect(error.message).toBe(message);
  });

  it('take the present period', async () => {
    const { call } = service();
    await call('IncreaseStreamRetentionPeriod', { StreamName: stream, RetentionPeriodHours: 24 });
    await call('DecreaseStreamRetentionPeriod', { StreamName: stream, RetentionPeriodHours: 24 });
  });
});

describe('UpdateMaxRecordSize', () => {
  it('changes how large a record the stream takes', async () => {
    const { call, refused } = service();
    const record = { StreamName: stream, Data: new Uint8Array(2_000_000), PartitionKey: 'k' };
    await refused('PutRecord', record, 'InvalidArgumentException');
    await call('UpdateMaxRecordSize', { StreamARN: arn, MaxRecordSizeInKiB: 2_048 });
    await call('PutRecord', record);
  });

  it.each([1_023, 10_241])('refuses %i KiB', async (MaxRecordSizeInKiB) => {
    await service().refused(
      'UpdateMaxRecordSize',
      { StreamARN: arn, MaxRecordSizeInKiB },
      'ValidationException',
    );
  });
});

describe('UpdateStreamRecordDistributionStrategy', () => {
  it('refuses provisioned streams, and calls without an ARN', async () => {
    const { refused } = service();
    const RecordDistributionStrategy = 'AUTO';
    const operation = 'UpdateStreamRecordDistributionStrategy';
    await refused(operation, { StreamARN: arn, RecordDistributionStrategy }, 'InvalidArgumentException');
    await refused(operation, { StreamName: stream, RecordDistributionStrategy }, 'ValidationException');
  });

  it('shows in the summary', async () => {
    const { call } = service({ streams: [{ name: stream, mode: 'on-demand' }] });
    await call('UpdateStreamRecordDistributionStrategy', {
      StreamARN: arn,
      RecordDistributionStrategy: 'AUTO',
    });
    const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamARN: arn });
    expect(StreamDescriptionSummary?.RecordDistributionStrategy).toBe('AUTO');
  });
});
