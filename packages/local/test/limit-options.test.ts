import { describe, expect, it } from 'vitest';
import { limitOptions, resolveLimits } from '../src/limit-options.js';
import { defaultServiceLimits } from '../src/service-limits.js';

describe('resolveLimits', () => {
  it('is the service’s where nothing is given', () => {
    expect(resolveLimits('LocalKinesis', {})).toEqual(defaultServiceLimits);
  });

  it('lifts single limits with Infinity', () => {
    const limits = resolveLimits('LocalKinesis', { shardReadCallsPerSecond: Number.POSITIVE_INFINITY });
    expect(limits).toEqual({ ...defaultServiceLimits, shardReadCallsPerSecond: Number.POSITIVE_INFINITY });
  });

  it('has a row for every limit', () => {
    expect(Object.keys(limitOptions)).toEqual(Object.keys(defaultServiceLimits));
  });
});
