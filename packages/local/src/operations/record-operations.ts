import { getRecords } from './get-records.js';
import { getShardIterator } from './get-shard-iterator.js';
import { putRecord, putRecords } from './put-records.js';

/** The operations that put records and read them by polling. */
export const recordOperations = Object.freeze({
  GetRecords: getRecords,
  GetShardIterator: getShardIterator,
  PutRecord: putRecord,
  PutRecords: putRecords,
});
