/**
 * Why an aggregate was sealed:
 * - `size`: the next record would make it larger than it may become.
 * - `linger`: the linger of the stream is over, which the first record that lingered began: this one's may have waited for less.
 * - `flush`: `flush()` was called.
 * - `close`: `close()` was called.
 * - `buffer-full`: puts wait for room, so that nothing lingers.
 * - `large-record`: a record that goes alone must not overtake it.
 * - `reshard`: a newer shard map places its records elsewhere, or the stream turned out to place records itself.
 * - `expiry`: one of its records has reached `recordTtlMs`.
 */
export type SealReason =
  | 'size'
  | 'linger'
  | 'flush'
  | 'close'
  | 'buffer-full'
  | 'large-record'
  | 'reshard'
  | 'expiry';

/**
 * Why records are put again:
 * - `throttled`: the service asks for less; nothing was stored.
 * - `transient`: the service answered with a passing error.
 * - `no-answer`: the connection broke, was never made, or the attempt timed out.
 * - `wrong-shard`: an aggregate landed where not all of its records belong (P4).
 * - `malformed-answer`: the answer has not one result for each record.
 * - `isolate`: the request was refused as a whole; it goes again in parts until the record at fault is alone (P7).
 * - `no-memory`: there is none to cut an aggregate up in, which goes whole or waits until there is. For the body of a request: `no-answer`.
 */
export type RetryReason =
  | 'throttled'
  | 'transient'
  | 'no-answer'
  | 'wrong-shard'
  | 'malformed-answer'
  | 'isolate'
  | 'no-memory';

/** Name and words of the error for which records are put again. */
export interface RetryError {
  readonly name: string;
  readonly message: string;
}

/** What a producer does that its owner may want to know. Every event carries a machine-readable reason. */
export type ProducerEvent =
  | {
      /** Not told of aggregates into which a newer shard map packs what was there before, as the first map does. */
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
      /** The service's error name, or Node's. */
      readonly errorCode: string;
      /** The error's own words: the service's, or Node's. Of several records, those of the first. */
      readonly message: string;
    }
  | {
      /** Told once for all records of a shard that fail in the same moment for the same reason. */
      readonly type: 'failed';
      /** The code of the errors that the records got. */
      readonly reason: string;
      readonly shardId: string | undefined;
      readonly userRecords: number;
      /** What the last attempt ended in: the service's error name, or Node's. Undefined for records that were never sent. */
      readonly errorCode: string | undefined;
      /** The message of the error of the first of them. */
      readonly message: string;
    }
  | { readonly type: 'shard-map'; readonly reason: 'first' | 'changed'; readonly openShards: number }
  | {
      /** A call that tells of the shards failed; what was known before serves on, and the call is repeated. */
      readonly type: 'shard-map-failed';
      /** The call that failed. */
      readonly call: 'ListShards' | 'DescribeStreamSummary';
      /** The error's name: the service's, or Node's code of a broken connection. */
      readonly reason: string;
      /** The error's own words. */
      readonly message: string;
    }
  | {
      readonly type: 'aggregation-stopped';
      /** `summary`: the stream says that it places records itself; `evidence`: an aggregate landed where no map allows. */
      readonly reason: 'summary' | 'evidence';
    }
  | {
      /** The stream, which had said that it places records itself, says that it places them by key again. */
      readonly type: 'aggregation-resumed';
      readonly reason: 'summary';
    }
  | {
      /** Aggregation is on although nothing says that the stream places records by key. */
      readonly type: 'distribution-unknown';
      /** `not-said`: the answer of DescribeStreamSummary leaves it out; else the name of the error that it ends in for good. */
      readonly reason: string;
    }
  | {
      /** The service gave a later request of a lane a lower sequence number (P3). */
      readonly type: 'order-inverted';
      readonly reason: 'sequence-number';
      readonly shardId: string;
    }
  | {
      /** The endpoint takes PutRecords requests as JSON alone, so that they go as JSON from now on. Told once. */
      readonly type: 'json-fallback';
      /** How it refused CBOR: the error's name, or `Http` and the status of an answer that names none. */
      readonly reason: string;
      /** The error's own words. */
      readonly message: string;
    }
  | { readonly type: 'callback-failed'; readonly reason: 'onOutcomes' | 'onEvent'; readonly error: unknown };
