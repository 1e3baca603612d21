import type { Checkpoint } from './checkpoint.js';
import type { HandlerCall } from './events.js';
import type { ChildShard } from './kinesis-reads.js';
import type { PendingCheckpoint } from './lease.js';
import type { FeedBatch } from './record-feed.js';

/** A batch on its way through the handler. A runner that is given the same one again goes on where it failed. */
export interface Work {
  /** What of the batch is this shard's, in order. */
  readonly records: FeedBatch;
  readonly millisBehindLatest: number | undefined;
  /** Set on the last batch of a closed shard. */
  readonly childShards: readonly ChildShard[] | undefined;
}

/** What a handler begins with. */
export interface WorkStart {
  readonly checkpoint: Checkpoint;
  readonly pendingCheckpoint: PendingCheckpoint | undefined;
}

/** A call of the handler that is under way. */
export interface CallUnderWay {
  readonly call: HandlerCall;
  /** When it began, or last finished a record, on the monotonic clock. */
  readonly sinceMs: number;
}

/** The user's handler in either form, as a shard processor drives it: one call at a time, each tried again by calling it again. */
export interface HandlerRunner {
  initialize(start: WorkStart): Promise<void>;
  /** Resolves with true when the batch is processed, with false when the processor is to stop first. */
  process(work: Work): Promise<boolean>;
  /** Everything is processed. Rejects while it is not acknowledged. */
  shardEnded(): Promise<void>;
  leaseLost(): Promise<void>;
  shutdownRequested(): Promise<void>;
  /** The call under way; undefined between calls. */
  readonly underWay: CallUnderWay | undefined;
  /** The call that began last. */
  readonly lastCall: HandlerCall;
  /** The first record of the call that failed last; undefined where it had none. */
  readonly failedAt: Checkpoint | undefined;
  /** User records that were processed. */
  readonly processedRecords: number;
}

/** Whether a handler may be given more, and what it is told. */
export interface RunnerGate {
  /** True once nothing more may be handed over: the lease is lost (C2), or the shard is being given up. Judges the time. */
  readonly closed: boolean;
  /** Fires when the handler should stop working. */
  readonly signal: AbortSignal;
}
