import type { Checkpoint } from './checkpoint.js';

/**
 * Why a lease was gained:
 * - `free`: nobody had it. `expired`: its owner shows no sign of life. `handed-over`: its owner gave it to this worker.
 * - `own`: it was this worker's and had been dropped.
 */
export type GainReason = 'free' | 'expired' | 'handed-over' | 'own';

/**
 * Why a lease went:
 * - `stop`: `stop()` gave it back. `hand-off`: it went to a worker that has fewer. `shard-end`: the shard is finished.
 * - `shard-gone`: the service has trimmed the shard away. `stream-gone`: there is no such stream any more.
 * - `taken`: another worker has taken it. `deleted`: somebody deleted it.
 * - `fenced`: it could not be renewed in time, so that another worker may take it at any moment.
 */
export type ReleaseReason =
  | 'stop'
  | 'hand-off'
  | 'shard-end'
  | 'shard-gone'
  | 'stream-gone'
  | 'taken'
  | 'deleted'
  | 'fenced';

/** What a consumer does that its owner may want to know. Every event carries a machine-readable reason. */
export type ConsumerEvent =
  | { readonly type: 'started'; readonly reason: 'created' | 'existed'; readonly workerId: string }
  | { readonly type: 'lease-created'; readonly reason: 'initial' | 'reshard'; readonly shardId: string }
  | {
      readonly type: 'lease-gained';
      readonly reason: GainReason;
      readonly shardId: string;
      readonly checkpoint: Checkpoint;
    }
  | { readonly type: 'lease-released'; readonly reason: ReleaseReason; readonly shardId: string }
  | {
      readonly type: 'lease-deleted';
      readonly reason: 'finished' | 'shard-gone';
      readonly shardId: string;
    }
  | {
      readonly type: 'hand-off-asked';
      readonly reason: 'balance';
      readonly shardId: string;
      readonly from: string;
    }
  | {
      readonly type: 'shard-ended';
      readonly reason: 'split' | 'merge' | 'no-children';
      readonly shardId: string;
      readonly childShardIds: readonly string[];
    }
  | {
      readonly type: 'checkpointed';
      readonly reason: 'interval' | 'handler' | 'stop' | 'hand-off' | 'shard-end';
      readonly shardId: string;
      readonly checkpoint: Checkpoint;
    }
  | {
      /** It is not known whether the stream places records by key, which is assumed (C12). */
      readonly type: 'distribution-unknown';
      /** The name of the error that DescribeStreamSummary ends in, such as for a missing right. */
      readonly reason: string;
    }
  | {
      /** A handler failed; it is called again after `delayMs`. */
      readonly type: 'handler-failed';
      readonly reason: 'threw';
      readonly shardId: string;
      readonly call: HandlerCall;
      readonly sequenceNumber: string | undefined;
      readonly subSequenceNumber: number | undefined;
      readonly attempts: number;
      readonly delayMs: number;
      readonly error: unknown;
    }
  | {
      /** A handler has not settled for long (C10). */
      readonly type: 'handler-stalled';
      readonly reason: 'no-progress';
      readonly shardId: string;
      readonly call: HandlerCall;
      readonly forMs: number;
    }
  | {
      /** Reading a shard failed; it is tried again after `delayMs`. */
      readonly type: 'read-failed';
      /** The error's name: the service's, or Node's code of a broken connection. */
      readonly reason: string;
      readonly shardId: string;
      readonly call: 'GetShardIterator' | 'GetRecords';
      readonly message: string;
      readonly delayMs: number;
    }
  | { readonly type: 'iterator-renewed'; readonly reason: 'expired'; readonly shardId: string }
  | {
      /** User records in a parent's range, left out since their producer has put them again (C12). */
      readonly type: 'records-dropped';
      readonly reason: 'out-of-range';
      readonly shardId: string;
      readonly userRecords: number;
    }
  | {
      /** User records that belong to no range known, delivered all the same (C12). */
      readonly type: 'records-out-of-range';
      readonly reason: 'careless-aggregator';
      readonly shardId: string;
      readonly userRecords: number;
    }
  | {
      /** A record that begins like an aggregate and is none; delivered as it is. */
      readonly type: 'corrupt-aggregate';
      readonly reason: 'not-decodable';
      readonly shardId: string;
      readonly sequenceNumber: string;
    }
  | {
      /** The store or the listing of shards failed; it is asked again. */
      readonly type: 'coordination-failed';
      /** The error's code or name. */
      readonly reason: string;
      readonly task: CoordinationTask;
      readonly error: unknown;
    }
  | {
      readonly type: 'stop-deadline';
      readonly reason: 'deadline' | 'aborted';
      readonly shardIds: readonly string[];
    }
  | { readonly type: 'stopped'; readonly reason: 'stop' | 'stream-gone' }
  | { readonly type: 'callback-failed'; readonly reason: 'onError' | 'onEvent'; readonly error: unknown };

/** Which method of a handler. */
export type HandlerCall =
  | 'onRecord'
  | 'shardHandler'
  | 'initialize'
  | 'processRecords'
  | 'leaseLost'
  | 'shardEnded'
  | 'shutdownRequested';

/** What was tried when coordination failed. */
export type CoordinationTask =
  | 'list-leases'
  | 'take-lease'
  | 'renew-lease'
  | 'release-lease'
  | 'hand-off'
  | 'checkpoint'
  | 'sync-shards'
  | 'clean-up'
  | 'end-shard';
