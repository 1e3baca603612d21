/**
 * Limits of Kinesis Data Streams, from its developer guide ("Quotas and limits") and API reference, November 2026.
 * The local Kinesis keeps its own copy on purpose: a slip here must fail against it (L1).
 */
export const serviceLimits = Object.freeze({
  /** Sustained write rate of a shard, in bytes of data plus partition key. */
  shardWriteBytesPerSecond: 1_048_576,
  /** Sustained write rate of a shard, in records. */
  shardWriteRecordsPerSecond: 1_000,
  /** Entries in one PutRecords request. */
  putRecordsMaxRecords: 500,
  /** Data plus partition keys in one PutRecords request. */
  putRecordsMaxBytes: 10_485_760,
  /** Largest record of a stream whose limit was not raised, data plus partition key. */
  defaultMaxRecordBytes: 1_048_576,
  /** Largest record that a stream can be set to accept. */
  highestMaxRecordBytes: 10_485_760,
  /** Length of a partition key, in Unicode code points (API reference: 1 to 256). */
  partitionKeyMaxCharacters: 256,
  /** ListShards results in one page. */
  listShardsMaxResults: 1_000,
});
