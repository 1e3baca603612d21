/**
 * How a stream is read: one call of the Kinesis API in the SDK's shapes (`ListShards`, `GetShardIterator`, `GetRecords`).
 * A `LocalKinesis` of `@shardline/local` is one as it stands; `sdkReads` makes one of an SDK client.
 */
export interface KinesisReads {
  /** Resolves with the operation's output; rejects with an error whose `name` is that of the service's error. */
  call(operation: string, input: object, options?: { readonly signal?: AbortSignal }): Promise<object>;
}

/** A shard as ListShards describes it. */
export interface ListedShard {
  readonly ShardId: string;
  readonly ParentShardId?: string | undefined;
  readonly AdjacentParentShardId?: string | undefined;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
}

/** The answer of ListShards. */
export interface ListShardsAnswer {
  readonly Shards?: readonly ListedShard[];
  readonly NextToken?: string;
}

/** A shard as the last GetRecords of its parent describes it. */
export interface ChildShard {
  readonly ShardId: string;
  readonly ParentShards: readonly string[];
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
}

/** A record as GetRecords gives it. */
export interface ReadRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey?: string;
  readonly Data: Uint8Array;
}

/** The answer of GetRecords. */
export interface GetRecordsAnswer {
  readonly Records?: readonly ReadRecord[];
  readonly NextShardIterator?: string;
  readonly MillisBehindLatest?: number;
  readonly ChildShards?: readonly ChildShard[];
}
