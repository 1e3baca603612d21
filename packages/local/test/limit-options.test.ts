import { describe, expect, it } from 'vitest';
import { limitOptions, resolveLimits } from '../src/limit-options.js';
import { defaultServiceLimits, operationNames, type ServiceLimits } from '../src/service-limits.js';

describe('resolveLimits', () => {
  it('is the service’s where nothing is given', () => {
    expect(resolveLimits('LocalKinesis', {})).toEqual(defaultServiceLimits);
  });

  it('lifts single limits with Infinity', () => {
    const limits = resolveLimits('LocalKinesis', { shardReadCallsPerSecond: Number.POSITIVE_INFINITY });
    expect(limits).toEqual({ ...defaultServiceLimits, shardReadCallsPerSecond: Number.POSITIVE_INFINITY });
  });

  it("lifts throughput and rates with 'none', and keeps quotas and the size of a call", () => {
    const lifted = resolveLimits('LocalKinesis', 'none');
    const { accountCallsPerSecond, streamCallsPerSecond, ...others } = lifted;
    for (const rates of [accountCallsPerSecond, streamCallsPerSecond]) {
      expect(Object.keys(rates)).toEqual(operationNames);
      expect(new Set(Object.values(rates))).toEqual(new Set([Number.POSITIVE_INFINITY]));
    }
    const names = Object.entries(others).flatMap(([name, value]) =>
      value === defaultServiceLimits[name as keyof ServiceLimits] ? [] : [name],
    );
    expect(names).toEqual([
      'shardWriteBytesPerSecond',
      'shardWriteRecordsPerSecond',
      'largeRecordBurstBytes',
      'shardReadBytesPerSecond',
      'shardReadCallsPerSecond',
      'shardIteratorCallsPerSecond',
      'consumerReadBytesPerSecond',
      'subscribeCallsPerSecond',
      'listShardsCallsPerSecond',
      'updateShardCountPerDay',
      'updateStreamModePerDay',
      'streamEncryptionPerDay',
    ]);
    for (const name of names) expect(lifted[name as keyof ServiceLimits]).toBe(Number.POSITIVE_INFINITY);
  });

  it('has a row for every limit', () => {
    expect(Object.keys(limitOptions)).toEqual(Object.keys(defaultServiceLimits));
  });
});
