import { describe, expect, it } from 'vitest';
import { limitOptions, resolveLimits } from '../src/limit-options.js';
import { defaultServiceLimits, operationNames } from '../src/service-limits.js';

describe('resolveLimits', () => {
  it('is the service’s where nothing is given', () => {
    expect(resolveLimits('LocalKinesis', {})).toEqual(defaultServiceLimits);
  });

  it('lifts single limits with Infinity', () => {
    const limits = resolveLimits('LocalKinesis', { shardReadCallsPerSecond: Number.POSITIVE_INFINITY });
    expect(limits).toEqual({ ...defaultServiceLimits, shardReadCallsPerSecond: Number.POSITIVE_INFINITY });
  });

  it("lifts throughput and rates with 'none', and keeps quotas and the size of a call", () => {
    const { writeModel, accountCallsPerSecond, ...others } = resolveLimits('LocalKinesis', 'none');
    expect(writeModel).toBe('token-bucket');
    expect(Object.keys(accountCallsPerSecond)).toEqual(operationNames);
    expect(new Set(Object.values(accountCallsPerSecond))).toEqual(new Set([Number.POSITIVE_INFINITY]));
    const {
      putRecordsMaxRecords,
      putRecordsMaxBytes,
      maxOpenShards,
      maxOnDemandStreams,
      maxCreatingStreams,
    } = defaultServiceLimits;
    const kept = {
      putRecordsMaxRecords,
      putRecordsMaxBytes,
      maxOpenShards,
      maxOnDemandStreams,
      maxCreatingStreams,
    };
    expect(others).toMatchObject(kept);
    const lifted = Object.entries(others).filter(([name]) => !(name in kept));
    expect(lifted).toHaveLength(8);
    expect(new Set(lifted.map(([, value]) => value))).toEqual(new Set([Number.POSITIVE_INFINITY]));
  });

  it('has a row for every limit', () => {
    expect(Object.keys(limitOptions)).toEqual(Object.keys(defaultServiceLimits));
  });
});
