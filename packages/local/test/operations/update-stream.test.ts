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

  it.each([
    ['IncreaseStreamRetentionPeriod', 23],
    ['IncreaseStreamRetentionPeriod', 8_761],
    ['DecreaseStreamRetentionPeriod', 48],
    ['DecreaseStreamRetentionPeriod', 23],
  ])('%s refuses %i hours', async (operation, RetentionPeriodHours) => {
    await service().refused(
      operation,
      { StreamName: stream, RetentionPeriodHours },
      'InvalidArgumentException',
    );
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
