import { expect, test } from 'vitest';
import { serviceLimits } from '../src/limits.js';

/*
 * Limits are facts, so this is a second copy of them, from the service's documentation, against slips of the keyboard. It cannot
 * notice that the service has changed.
 */
test('serviceLimits are those of Kinesis Data Streams', () => {
  expect(serviceLimits).toEqual({
    shardWriteBytesPerSecond: 1024 * 1024,
    shardWriteRecordsPerSecond: 1_000,
    putRecordsMaxRecords: 500,
    putRecordsMaxBytes: 10 * 1024 * 1024,
    defaultMaxRecordBytes: 1024 * 1024,
    highestMaxRecordBytes: 10 * 1024 * 1024,
    partitionKeyMaxCharacters: 256,
    listShardsMaxResults: 1_000,
  });
  expect(Object.isFrozen(serviceLimits)).toBe(true);
});
