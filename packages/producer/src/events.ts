/** Why an aggregate was sealed. */
export type SealReason =
  | 'size'
  | 'linger'
  | 'flush'
  | 'close'
  | 'buffer-full'
  | 'large-record'
  | 'reshard'
  | 'expiry';

/** Why records are put again. */
export type RetryReason =
  | 'throttled'
  | 'transient'
  | 'no-answer'
  | 'wrong-shard'
  | 'malformed-answer'
  | 'isolate';

/** What a producer does that its owner may want to know. Every event carries a machine-readable reason. */
export type ProducerEvent =
  | {
      readonly type: 'sealed';
      readonly reason: SealReason;
      readonly shardId: string | undefined;
      readonly userRecords: number;
      readonly bytes: number;
    }
  | {
      readonly type: 'retry';
      readonly reason: RetryReason;
      readonly shardId: string | undefined;
      readonly userRecords: number;
      /** The service's error name. */
      readonly errorCode: string;
    }
  | {
      readonly type: 'failed';
      /** The code of the errors that the records got. */
      readonly reason: string;
      readonly shardId: string | undefined;
      readonly userRecords: number;
    }
  | { readonly type: 'shard-map'; readonly reason: 'first' | 'changed'; readonly openShards: number }
  | { readonly type: 'shard-map-failed'; readonly reason: string; readonly message: string }
  | {
      readonly type: 'aggregation-stopped';
      /** `summary`: the stream says that it places records itself; `evidence`: an aggregate landed where no map allows. */
      readonly reason: 'summary' | 'evidence';
    }
  | {
      /** Aggregation is on although nothing says that the stream places records by key. */
      readonly type: 'distribution-unknown';
      readonly reason: string;
    }
  | {
      /** The service gave a later request of a lane a lower sequence number (P3). */
      readonly type: 'order-inverted';
      readonly reason: 'sequence-number';
      readonly shardId: string;
    }
  | { readonly type: 'callback-failed'; readonly reason: 'onOutcomes' | 'onEvent'; readonly error: unknown };
