import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { userRecords } from '../src/user-records.js';

describe('userRecords', () => {
  test('have keys and data, and some a hash key of their own', () => {
    const records = fc.sample(userRecords({ maxBytes: 50, wellFormed: true }), { numRuns: 1_000, seed: 1 });
    const explicit = records.filter((record) => 'explicitHashKey' in record);
    expect(explicit.length).toBeGreaterThan(200);
    expect(explicit.length).toBeLessThan(500);
    for (const { partitionKey, explicitHashKey, data } of records) {
      expect(partitionKey).not.toMatch(/\p{Surrogate}/u);
      expect(data.length).toBeLessThanOrEqual(50);
      expect(explicitHashKey ?? '0').toMatch(/^\d+$/);
    }
  });
});
