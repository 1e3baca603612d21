import { describe, expect, it } from 'vitest';
import { defaultServiceLimits, operationNames } from '../src/service-limits.js';

describe('defaultServiceLimits', () => {
  it('are those of the developer guide and the API reference', () => {
    expect(defaultServiceLimits).toMatchObject({
      shardWriteBytesPerSecond: 1_048_576,
      shardWriteRecordsPerSecond: 1_000,
      largeRecordBurstBytes: 10_485_760,
      shardReadBytesPerSecond: 2_097_152,
      shardReadCallsPerSecond: 5,
      shardIteratorCallsPerSecond: 5,
      listShardsCallsPerSecond: 1_000,
      putRecordsMaxRecords: 500,
      putRecordsMaxBytes: 10_485_760,
      updateShardCountPerDay: 10,
      updateShardCountMaxShards: 10_000,
      updateStreamModePerDay: 2,
      streamEncryptionPerDay: 25,
      maxWarmThroughputMiBps: 10_240,
      maxTags: 50,
    });
    expect(defaultServiceLimits.accountCallsPerSecond).toMatchObject({
      DescribeStream: 10,
      DescribeStreamSummary: 20,
      DescribeLimits: 1,
      UpdateShardCount: 10,
    });
  });

  it('cannot be changed by accident', () => {
    expect(Object.isFrozen(defaultServiceLimits)).toBe(true);
    expect(Object.isFrozen(defaultServiceLimits.accountCallsPerSecond)).toBe(true);
  });

  it('leave the data plane to the shards', () => {
    const perAccount = Object.keys(defaultServiceLimits.accountCallsPerSecond);
    const perStream = Object.keys(defaultServiceLimits.streamCallsPerSecond);
    const others = operationNames.filter(
      (name) => !perAccount.includes(name) && !perStream.includes(name) && !name.includes('Channel'),
    );
    expect(others).toEqual([
      'GetRecords',
      'GetShardIterator',
      'ListShards',
      'PutRecord',
      'PutRecords',
      'SubscribeToShard',
    ]);
  });
});
