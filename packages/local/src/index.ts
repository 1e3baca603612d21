export type {
  AccountSnapshot,
  ConsumerSnapshot,
  ShardSnapshot,
  StreamSnapshot,
} from './account-snapshot.js';
export type { TlsKeyPair } from './certificate.js';
export { ConnectionFaultError } from './connection-fault-error.js';
export type {
  CallSelector,
  CutSubscriptionFault,
  ExpireIteratorFault,
  FailCallFault,
  FailRecordFault,
  FailSubscriptionFault,
  Fault,
  FaultSelector,
  LatencyFault,
  LoseAnswerFault,
  ResetFault,
  ReshardFault,
  ShardChange,
  ShuffleRecordsFault,
  SlowSubscriptionFault,
  StaleListShardsFault,
  StallFault,
  StallSubscriptionFault,
  StoreLateFault,
  SubscriptionCut,
  SubscriptionEnd,
  SubscriptionSelector,
  ThrottleShardFault,
} from './fault.js';
export { type FaultCounts, FaultPlan } from './fault-plan.js';
export type { PlannedFault } from './fault-rule.js';
export { LocalKinesis } from './local-kinesis.js';
export type { LocalKinesisOptions, StreamSpec } from './local-options.js';
export { type KinesisErrorName, KinesisServiceError } from './service-error.js';
export {
  defaultServiceLimits,
  type KinesisOperation,
  operationNames,
  type ServiceLimits,
} from './service-limits.js';
export {
  type ListenOptions,
  type LocalKinesisServer,
  type LocalKinesisServerOptions,
  startLocalKinesis,
} from './start-local-kinesis.js';
export type { StreamStatus } from './stream.js';
export type { StreamConsumerStatus } from './stream-consumer.js';
export type { WriteModel } from './write-limiter.js';
