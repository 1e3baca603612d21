import type { HashKeyRange, UserRecord } from '@shardline/aggregation';
import type { Checkpoint } from './checkpoint.js';
import type { ChildShard } from './kinesis-reads.js';
import type { PendingCheckpoint } from './lease.js';

/** The shard that a handler is called for. */
export interface ShardInfo {
  /** Its id. */
  readonly shardId: string;
  /** Undefined where neither the lease nor the service says. */
  readonly hashKeyRange: HashKeyRange | undefined;
}

/** What comes with every record of `onRecord`. */
export interface RecordContext {
  /** The shard that the record was read from. */
  readonly shard: ShardInfo;
  /**
   * Fires when the record's work should stop: the lease is lost or the deadline of `stop()` is reached. Pass it on to what
   * takes one. What is not finished by then is delivered again by the next owner.
   */
  readonly signal: AbortSignal;
}

/** What a handler begins with. */
export interface InitializeInput {
  /** Everything up to and including it is done; a sentinel where nothing is. */
  readonly checkpoint: Checkpoint;
  /** Prepared by an earlier owner and never promoted, with its state. */
  readonly pendingCheckpoint: PendingCheckpoint | undefined;
  /** Fires when the lease is lost or the deadline of `stop()` is reached. */
  readonly signal: AbortSignal;
}

/** A batch of user records of one shard, in order. */
export interface ProcessRecordsInput {
  /** Never empty. */
  readonly records: readonly UserRecord[];
  /** How far behind the tip of the shard the batch was read, in milliseconds. */
  readonly millisBehindLatest: number | undefined;
  /** Writes checkpoints of the shard. */
  readonly checkpointer: Checkpointer;
  /** Whether this is the last batch of a closed shard. */
  readonly isAtShardEnd: boolean;
  /** What the shard was split or merged into; empty before its end. */
  readonly childShards: readonly ChildShard[];
  /** Fires when the lease is lost or the deadline of `stop()` is reached. */
  readonly signal: AbortSignal;
}

/** Input of the last calls of a handler's life. */
export interface ShutdownInput {
  /** Writes checkpoints of the shard. */
  readonly checkpointer: Checkpointer;
  /** Fires when the lease is lost or the deadline of `stop()` is reached. */
  readonly signal: AbortSignal;
}

/**
 * A shard's handler with the KCL's life cycle: one object for each time a lease is gained, one call at a time.
 *
 * ```
 * initialize ─▶ processRecords* ─┬─▶ shardEnded          the shard was split or merged, and everything is processed
 *                                ├─▶ shutdownRequested   stop() or hand-off: the lease is still held, the last chance to checkpoint
 *                                └─▶ leaseLost           another worker may have it: nothing can be checkpointed
 * ```
 * A method that throws or rejects is called again after a growing pause (`leaseLost` and `shutdownRequested` are not: they are
 * reported). Nothing is skipped.
 */
export interface ShardHandler {
  /** Before any records. */
  initialize?(input: InitializeInput): Promise<void> | void;
  /**
   * Never with an empty batch. One that failed comes again as it was or, where its memory was given to other shards meanwhile, from
   * its first record that is not done; then it may be cut differently.
   */
  processRecords(input: ProcessRecordsInput): Promise<void> | void;
  /** The lease is gone: another worker may have it. Nothing can be checkpointed. */
  leaseLost?(): Promise<void> | void;
  /** Everything is processed. With `checkpoint: 'manual'` it must checkpoint, or it is called again. */
  shardEnded?(input: ShutdownInput): Promise<void> | void;
  /** The lease is about to be given up: the last chance to checkpoint. */
  shutdownRequested?(input: ShutdownInput): Promise<void> | void;
}

/** A place to checkpoint: a record, or its numbers. Without a sub-sequence number a stored record is done as a whole. */
export type CheckpointTarget = { readonly sequenceNumber: string; readonly subSequenceNumber?: number };

/**
 * Writes checkpoints of one shard. A place must not lie before the last checkpoint nor behind the last record handed to the
 * handler; the last checkpoint itself is accepted and writes nothing.
 *
 * Rejects with `CHECKPOINT_OUT_OF_RANGE`, with `INVALID_OPTION` for what is no place (an `undefined` that was given, too), with
 * `LEASE_LOST` when another worker may have the lease, and with what the store says; then try again.
 */
export interface Checkpointer {
  /** Everything handed over so far is done, or everything up to and including `at`. At the shard's end it finishes the shard. */
  checkpoint(at?: CheckpointTarget): Promise<void>;
  /**
   * Notes a place and bytes of your own that the next owner gets with `initialize`, unless it is promoted before. With a state,
   * `at` may be `undefined`: everything handed over. Where the place is the last checkpoint nothing is noted, the state neither.
   */
  prepareCheckpoint(at?: CheckpointTarget, state?: Uint8Array): Promise<PreparedCheckpoint>;
}

/** A noted place, see {@link Checkpointer.prepareCheckpoint}. */
export interface PreparedCheckpoint {
  /** The place that was noted. */
  readonly pendingCheckpoint: Checkpoint;
  /** Makes it the checkpoint. Rejects with `CHECKPOINT_OUT_OF_RANGE` once a later one was written. */
  checkpoint(): Promise<void>;
}
