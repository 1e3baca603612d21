import { expect, test } from 'vitest';
import { sizeLimits } from '../src/size-limits.js';

const options = {
  aggregateBytes: 51_200,
  maxAggregateBytes: 1_048_576,
  maxRequestBytes: 2_097_152,
  maxOutstandingBytes: 33_554_432,
};

test('an aggregate leaves room for its partition key in a record of 1 MiB', () => {
  const limits = sizeLimits({ ...options, aggregateBytes: 1_048_576 });
  expect(limits).toEqual({
    aggregateBytes: 1_048_575,
    maxAggregateBytes: 1_048_575,
    maxRequestBytes: 2_097_152,
  });
});

test('P2: what moves into a body is an eighth of the bound at most', () => {
  expect(sizeLimits({ ...options, maxOutstandingBytes: 1_048_576 })).toEqual({
    aggregateBytes: 51_200,
    maxAggregateBytes: 131_072,
    maxRequestBytes: 131_072,
  });
  const { aggregateBytes } = sizeLimits({
    ...options,
    aggregateBytes: 1_048_576,
    maxOutstandingBytes: 1_048_576,
  });
  expect(aggregateBytes).toBe(131_072);
});
