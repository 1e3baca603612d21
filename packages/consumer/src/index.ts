export {
  ConnectionInUseError,
  type ConnectionStats,
  KinesisConnection,
  type KinesisConnectionOptions,
} from '@shardline/core/connection';
export type { Checkpoint } from './checkpoint.js';
export { Consumer } from './consumer.js';
export type { ConsumerEnd } from './consumer-end.js';
export {
  CheckpointOutOfRangeError,
  type ConsumerFailedCode,
  ConsumerStateError,
  ForeignLeasesError,
  HandlerFailedError,
  HandlerStalledError,
  KinesisCallError,
  LeaseLostError,
  LeaseStoreSilentError,
  ShardEndNotCheckpointedError,
} from './errors.js';
export type { ConsumerEvent, CoordinationTask, GainReason, HandlerCall, ReleaseReason } from './events.js';
export type { ConsumerHealth, ShardHealth, ShardState } from './health.js';
export { InMemoryLeaseStore } from './in-memory-lease-store.js';
export { IncompleteListingError, type ListingProblem } from './incomplete-listing-error.js';
export type { ChildShard, StreamShard } from './kinesis-reads.js';
export type { Lease, NewLease, PendingCheckpoint } from './lease.js';
export type { LeaseMetadata, LeaseStore, LeaseStoreOpening, LeaseWrite } from './lease-store.js';
export type { ConsumerOptions } from './options.js';
export type {
  Checkpointer,
  CheckpointTarget,
  InitializeInput,
  PreparedCheckpoint,
  ProcessRecordsInput,
  RecordContext,
  ShardHandler,
  ShardInfo,
  ShutdownInput,
} from './shard-handler.js';
