import type { WriteModel } from './write-limiter.js';

/** The names of the operations of Kinesis Data Streams that the local Kinesis knows: all of November 2026. */
export const operationNames = Object.freeze([
  'AddTagsToStream',
  'CreateChannel',
  'CreateStream',
  'DecreaseStreamRetentionPeriod',
  'DeleteChannel',
  'DeleteResourcePolicy',
  'DeleteStream',
  'DeregisterStreamConsumer',
  'DescribeAccountSettings',
  'DescribeChannel',
  'DescribeLimits',
  'DescribeStream',
  'DescribeStreamConsumer',
  'DescribeStreamSummary',
  'DisableEnhancedMonitoring',
  'EnableEnhancedMonitoring',
  'GetRecords',
  'GetResourcePolicy',
  'GetShardIterator',
  'IncreaseStreamRetentionPeriod',
  'ListChannels',
  'ListShards',
  'ListStreamConsumers',
  'ListStreams',
  'ListTagsForResource',
  'ListTagsForStream',
  'MergeShards',
  'PutRecord',
  'PutRecords',
  'PutResourcePolicy',
  'RegisterStreamConsumer',
  'RemoveTagsFromStream',
  'SplitShard',
  'StartStreamEncryption',
  'StopStreamEncryption',
  'SubscribeToShard',
  'TagResource',
  'UntagResource',
  'UpdateAccountSettings',
  'UpdateChannel',
  'UpdateMaxRecordSize',
  'UpdateShardCount',
  'UpdateStreamMode',
  'UpdateStreamRecordDistributionStrategy',
  'UpdateStreamWarmThroughput',
] as const);

/** The name of an operation that the local Kinesis knows. */
export type KinesisOperation = (typeof operationNames)[number];

/** The most shards of one stream. Not a limit of the service: it keeps a slip of the pen from taking all memory. */
export const maxShardsOfStream = 20_000;

/**
 * The limits of the service, November 2026. All are on by default. Each number is 1 or more; Infinity lifts a limit.
 *
 * They are written down here once more, apart from the producer's, so that a slip there fails against this (L1).
 */
export interface ServiceLimits {
  /**
   * How a shard's write limit is modelled: `token-bucket` (one second's worth in a tank), `fixed-window` (counters that
   * start again every second) or `single-tank` (a tank of `largeRecordBurstBytes` for all). The service documents none.
   * @defaultValue 'token-bucket'
   */
  readonly writeModel: WriteModel;
  /**
   * Data plus partition keys that a shard takes, in bytes per second. A record that is larger than this passes when nothing
   * was taken before it, and holds others back for as long as it takes at this rate.
   * @defaultValue 1,048,576
   */
  readonly shardWriteBytesPerSecond: number;
  /**
   * Records that a shard takes per second.
   * @defaultValue 1,000
   */
  readonly shardWriteRecordsPerSecond: number;
  /**
   * Allowance for records above 1 MiB, in bytes; it refills at `shardWriteBytesPerSecond`, and is lifted with that.
   * @defaultValue 10,485,760
   */
  readonly largeRecordBurstBytes: number;
  /**
   * What GetRecords takes out of a shard, in bytes per second: an answer of X bytes blocks the shard for X / this.
   * @defaultValue 2,097,152
   */
  readonly shardReadBytesPerSecond: number;
  /**
   * GetRecords calls on a shard per second, empty ones included.
   * @defaultValue 5
   */
  readonly shardReadCallsPerSecond: number;
  /**
   * GetShardIterator calls on a shard per second.
   * @defaultValue 5
   */
  readonly shardIteratorCallsPerSecond: number;
  /**
   * How long a shard iterator lives, in milliseconds.
   * @defaultValue 300,000
   */
  readonly shardIteratorLifeMs: number;
  /**
   * What SubscribeToShard pushes to one consumer from one shard, in bytes per second: an event of X bytes holds the next
   * one back for X / this.
   * @defaultValue 2,097,152
   */
  readonly consumerReadBytesPerSecond: number;
  /**
   * SubscribeToShard calls of one consumer on one shard per second.
   * @defaultValue 1
   */
  readonly subscribeCallsPerSecond: number;
  /**
   * How long a subscription lives, in milliseconds.
   * @defaultValue 300,000
   */
  readonly subscriptionLifeMs: number;
  /**
   * So long after a subscription began another of the same consumer on the same shard is refused, in milliseconds; later it
   * takes over.
   * @defaultValue 5,000
   */
  readonly subscriptionGuardMs: number;
  /**
   * Registered consumers of a stream.
   * @defaultValue 20
   */
  readonly maxConsumers: number;
  /**
   * Registered consumers of an on-demand stream while On-demand Advantage is on in the account.
   * @defaultValue 50
   */
  readonly maxConsumersOnDemandAdvantage: number;
  /**
   * Consumers of a stream that may be in status CREATING at once.
   * @defaultValue 5
   */
  readonly maxCreatingConsumers: number;
  /**
   * ListShards calls on a stream per second.
   * @defaultValue 1,000
   */
  readonly listShardsCallsPerSecond: number;
  /** Calls per second in the account, by operation; an operation that is not named here keeps its default. */
  readonly accountCallsPerSecond: Readonly<Partial<Record<KinesisOperation, number>>>;
  /** Calls per second on one stream, by operation; an operation that is not named here keeps its default. */
  readonly streamCallsPerSecond: Readonly<Partial<Record<KinesisOperation, number>>>;
  /**
   * Records in one PutRecords call.
   * @defaultValue 500
   */
  readonly putRecordsMaxRecords: number;
  /**
   * Data plus partition keys in one PutRecords call, in bytes.
   * @defaultValue 10,485,760
   */
  readonly putRecordsMaxBytes: number;
  /**
   * Open shards in the account, those of on-demand streams left out.
   * @defaultValue 20,000
   */
  readonly maxOpenShards: number;
  /**
   * Streams with on-demand capacity in the account.
   * @defaultValue 50
   */
  readonly maxOnDemandStreams: number;
  /**
   * Streams that may be in status CREATING at once.
   * @defaultValue 5
   */
  readonly maxCreatingStreams: number;
  /**
   * UpdateShardCount calls on a stream in any 24 hours.
   * @defaultValue 10
   */
  readonly updateShardCountPerDay: number;
  /**
   * Open shards that UpdateShardCount brings a stream to at most.
   * @defaultValue 10,000
   */
  readonly updateShardCountMaxShards: number;
  /**
   * Switches of a stream between on-demand and provisioned capacity in any 24 hours.
   * @defaultValue 2
   */
  readonly updateStreamModePerDay: number;
  /**
   * StartStreamEncryption calls on a stream in any 24 hours, and as many StopStreamEncryption calls.
   * @defaultValue 25
   */
  readonly streamEncryptionPerDay: number;
  /**
   * Warm throughput of an on-demand stream, in MiB/s.
   * @defaultValue 10,240
   */
  readonly maxWarmThroughputMiBps: number;
  /**
   * Tags of a stream or of a registered consumer.
   * @defaultValue 50
   */
  readonly maxTags: number;
}

/** The service's own limits. */
export const defaultServiceLimits: ServiceLimits = Object.freeze({
  writeModel: 'token-bucket',
  shardWriteBytesPerSecond: 1_048_576,
  shardWriteRecordsPerSecond: 1_000,
  largeRecordBurstBytes: 10_485_760,
  shardReadBytesPerSecond: 2_097_152,
  shardReadCallsPerSecond: 5,
  shardIteratorCallsPerSecond: 5,
  shardIteratorLifeMs: 300_000,
  consumerReadBytesPerSecond: 2_097_152,
  subscribeCallsPerSecond: 1,
  subscriptionLifeMs: 300_000,
  subscriptionGuardMs: 5_000,
  maxConsumers: 20,
  maxConsumersOnDemandAdvantage: 50,
  maxCreatingConsumers: 5,
  listShardsCallsPerSecond: 1_000,
  accountCallsPerSecond: Object.freeze({
    AddTagsToStream: 5,
    CreateStream: 5,
    DecreaseStreamRetentionPeriod: 5,
    DeleteResourcePolicy: 5,
    DeleteStream: 5,
    DescribeAccountSettings: 5,
    DescribeLimits: 1,
    DescribeStream: 10,
    DescribeStreamSummary: 20,
    DisableEnhancedMonitoring: 5,
    EnableEnhancedMonitoring: 5,
    GetResourcePolicy: 5,
    IncreaseStreamRetentionPeriod: 5,
    ListStreams: 5,
    ListTagsForResource: 5,
    ListTagsForStream: 5,
    MergeShards: 5,
    PutResourcePolicy: 5,
    RegisterStreamConsumer: 5,
    RemoveTagsFromStream: 5,
    SplitShard: 5,
    StartStreamEncryption: 5,
    StopStreamEncryption: 5,
    TagResource: 5,
    UntagResource: 5,
    UpdateAccountSettings: 5,
    UpdateMaxRecordSize: 5,
    UpdateShardCount: 10,
    UpdateStreamMode: 5,
    UpdateStreamRecordDistributionStrategy: 5,
    UpdateStreamWarmThroughput: 5,
  }),
  streamCallsPerSecond: Object.freeze({
    DescribeStreamConsumer: 20,
    DeregisterStreamConsumer: 5,
    ListStreamConsumers: 5,
  }),
  putRecordsMaxRecords: 500,
  putRecordsMaxBytes: 10_485_760,
  maxOpenShards: 20_000,
  maxOnDemandStreams: 50,
  maxCreatingStreams: 5,
  updateShardCountPerDay: 10,
  updateShardCountMaxShards: 10_000,
  updateStreamModePerDay: 2,
  streamEncryptionPerDay: 25,
  maxWarmThroughputMiBps: 10_240,
  maxTags: 50,
});
