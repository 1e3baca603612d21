export type { InvalidOptionError, ShardlineError } from '@shardline/core';
export {
  ConnectionInUseError,
  type ConnectionStats,
  KinesisConnection,
  type KinesisConnectionOptions,
} from '@shardline/core/connection';
export type { Attempt } from './attempt.js';
export type {
  CloseOptions,
  FlushOptions,
  PutOptions,
  RecordStreamOptions,
  RecordWritableOptions,
  RoomOptions,
} from './call-options.js';
export {
  BufferFullError,
  CloseTimeoutError,
  type FailedRecordFacts,
  InvalidRecordError,
  ProducerClosedError,
  PutAbortedError,
  type PutFailedCode,
  PutFailedError,
  PutWithdrawnError,
  RecordExpiredError,
  RecordFailedError,
  RecordTooLargeError,
  ShutdownTimeoutError,
  StartFailedError,
} from './errors.js';
export type { ProducerEvent, RetryReason, SealReason } from './events.js';
export type { LeftUndone } from './left-undone.js';
export type { Outcome, Outcomes, PutResult } from './outcomes.js';
export { Producer } from './producer.js';
export type { ProducerOptions } from './producer-options.js';
export type { RecordWritable } from './record-writable.js';
export type { RecordWritableStream } from './record-writable-stream.js';
export type { ShardMapFailure } from './shard-map-failures.js';
export type { ProducerStats, ShardMapStats, ShardStats } from './stats.js';
export type { ProducerCounters } from './tally.js';
export type { UserRecord } from './user-record.js';
