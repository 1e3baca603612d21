import type { KinesisOperation } from './service-limits.js';

/** Which calls (or, where it says so, which records) a fault falls on. */
export interface FaultSelector {
  /** Only calls on the stream of this name. All streams when absent. */
  readonly stream?: string;
  /** How many of those it falls on, from 0 to 1, drawn from the injected random source. 1 when absent. */
  readonly probability?: number;
  /** So many of them are let pass before the fault begins. 0 when absent. */
  readonly skip?: number;
  /** After so many the fault is over. Without end when absent, but once for `reshard`. */
  readonly times?: number;
}

/** A selector of calls by operation. */
export interface CallSelector extends FaultSelector {
  /** Only calls of these operations. All when absent. */
  readonly operation?: KinesisOperation | readonly KinesisOperation[];
}

/** A shard refuses records (or reads) as if its limit were used up. Counts and `times` are records (or reads). */
export interface ThrottleShardFault extends FaultSelector {
  readonly kind: 'throttleShard';
  /** The shard; every shard when absent. */
  readonly shardId?: string;
  /** The fault is over so long after it was added, in milliseconds. */
  readonly forMs?: number;
  /** What is refused. Writes when absent. */
  readonly access?: 'write' | 'read';
}

/** Single records of a put fail inside the service. Counts and `times` are records. */
export interface FailRecordFault extends FaultSelector {
  readonly kind: 'failRecord';
  /** Only records for this shard. */
  readonly shardId?: string;
  /** Letters, digits, `_` and `.`; `InternalFailure` when absent. */
  readonly errorCode?: string;
  /** What the error says. `Internal service failure.` when absent. */
  readonly errorText?: string;
}

/** A call is answered with an error. */
export interface FailCallFault extends CallSelector {
  readonly kind: 'failCall';
  /** Name of the error, such as `InternalFailure` or `AccessDeniedException`: letters, digits, `_` and `.`. */
  readonly errorCode: string;
  /** What the error says. */
  readonly errorText?: string;
  /** HTTP status. When absent, the service's usual one: 500 for `InternalFailure`, 503 for `ServiceUnavailable`, mostly 400. */
  readonly statusCode?: number;
  /** Whether the call has taken effect all the same. `before` (it has not) when absent. */
  readonly when?: 'before' | 'after';
}

/** The call takes effect, but no answer ever comes. */
export interface LoseAnswerFault extends CallSelector {
  readonly kind: 'loseAnswer';
}

/** The call has no effect and no answer ever comes: a half-open connection. */
export interface StallFault extends CallSelector {
  readonly kind: 'stall';
}

/** No answer comes, and the call takes effect only `afterMs` after the caller has given up. */
export interface StoreLateFault extends CallSelector {
  readonly kind: 'storeLate';
  /** From the caller's giving up (its signal, or the end of its connection); from the call itself if it has no signal. */
  readonly afterMs: number;
}

/** The answer takes time; the call takes effect half-way. */
export interface LatencyFault extends CallSelector {
  readonly kind: 'latency';
  /** From the arrival of the call to its answer. */
  readonly delayMs: number;
  /** Up to so much more, drawn from the injected random source. 0 when absent. */
  readonly jitterMs?: number;
}

/** The connection is dropped, before or after the call has taken effect. */
export interface ResetFault extends CallSelector {
  readonly kind: 'reset';
  /** Whether the call has taken effect. */
  readonly when: 'before' | 'after';
}

/** How the shards of a stream change. A shard that is not named is drawn from the injected random source. */
export type ShardChange =
  | { readonly split: { readonly shardId?: string } }
  | { readonly merge: { readonly shardId?: string } }
  | { readonly shardCount: number };

/**
 * The stream is resharded at once when the call arrives, whatever becomes of the call; with `skip: n - 1` at the n-th call.
 * Where there is nothing to change (a named shard is closed, say) it does not count and is tried again at the next call.
 * No quota and no capacity mode stands in the way. A merge takes the shard's upper neighbour, or the lower one of the
 * last shard.
 */
export interface ReshardFault extends CallSelector {
  readonly kind: 'reshard';
  /** Name of the stream. */
  readonly stream: string;
  /** What becomes of its shards. */
  readonly change: ShardChange;
}

/** ListShards answers with the shards as they were `ageMs` before. */
export interface StaleListShardsFault extends FaultSelector {
  readonly kind: 'staleListShards';
  /** How far the listing lies back, in milliseconds. */
  readonly ageMs: number;
}

/** The records of a PutRecords are judged and stored in another order: the service promises no more than a coarse one. */
export interface ShuffleRecordsFault extends FaultSelector {
  readonly kind: 'shuffleRecords';
}

/** A shard iterator dies young: GetRecords refuses it as expired. Counts and `times` are reads of iterators that old. */
export interface ExpireIteratorFault extends FaultSelector {
  readonly kind: 'expireIterator';
  /** Only iterators of this shard. */
  readonly shardId?: string;
  /** How long an iterator lives, in milliseconds. */
  readonly lifeMs: number;
}

/** A selector of subscriptions (SubscribeToShard). Counts and `times` are subscriptions, each counted when it begins. */
export interface SubscriptionSelector extends FaultSelector {
  /** Only on this shard. */
  readonly shardId?: string;
  /** Only of the registered consumer of this name. */
  readonly consumer?: string;
}

/** A subscription that falls ill once it has delivered so many events. */
export interface SubscriptionEnd extends SubscriptionSelector {
  /** How many events come through first. 0 when absent: it strikes in place of the first. */
  readonly afterEvents?: number;
}

/** Every event of a subscription takes its time. */
export interface SlowSubscriptionFault extends SubscriptionSelector {
  readonly kind: 'slowSubscription';
  /** How long each event waits, in milliseconds. */
  readonly delayMs: number;
  /** Up to so much more, drawn from the injected random source. 0 when absent. */
  readonly jitterMs?: number;
}

/** A subscription falls silent: no events, no end, until its life is over. */
export interface StallSubscriptionFault extends SubscriptionEnd {
  readonly kind: 'stallSubscription';
}

/** A subscription ends with an exception inside its stream of events. */
export interface FailSubscriptionFault extends SubscriptionEnd {
  readonly kind: 'failSubscription';
  /** Name of the error, such as `InternalFailureException` or `KMSThrottlingException`: letters, digits, `_` and `.`. */
  readonly errorCode: string;
  /** What the error says. */
  readonly errorText?: string;
}

/**
 * How a subscription's connection ends: `end` as if its life were over, `fin` the connection is closed in the middle, `reset` it is
 * reset, `cancel` and `internal-error` the HTTP/2 stream is reset with that code (HTTP/1.1: as `reset`), `goaway` the HTTP/2 session
 * is ended with an error (HTTP/1.1: as `reset`), `corrupt` an event comes with a wrong checksum.
 */
export type SubscriptionCut = 'end' | 'fin' | 'reset' | 'cancel' | 'internal-error' | 'goaway' | 'corrupt';

/** A subscription's connection ends. */
export interface CutSubscriptionFault extends SubscriptionEnd {
  readonly kind: 'cutSubscription';
  /** In which way. */
  readonly how: SubscriptionCut;
}

/** Something to go wrong on purpose. */
export type Fault =
  | ThrottleShardFault
  | FailRecordFault
  | FailCallFault
  | LoseAnswerFault
  | StallFault
  | StoreLateFault
  | LatencyFault
  | ResetFault
  | ReshardFault
  | StaleListShardsFault
  | ShuffleRecordsFault
  | ExpireIteratorFault
  | SlowSubscriptionFault
  | StallSubscriptionFault
  | FailSubscriptionFault
  | CutSubscriptionFault;
