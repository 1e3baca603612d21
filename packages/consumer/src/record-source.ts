import type { KinesisRecord } from '@shardline/aggregation';
import type { Checkpoint } from './checkpoint.js';
import type { ChildShard } from './kinesis-reads.js';

/** Records of one shard, in order, as they came from the service; may be empty. */
export interface RecordBatch {
  readonly records: readonly KinesisRecord[];
  readonly millisBehindLatest: number | undefined;
  /** Set on the last batch of a closed shard: what it was split or merged into. */
  readonly end: { readonly childShards: readonly ChildShard[] } | undefined;
  /** Gives the batch's share of the buffer back (C7): no record of it is used from now on. Any number of times. */
  release(): void;
}

/**
 * Where the records of one shard come from: polling today, enhanced fan-out behind the same four methods later.
 *
 * ```
 * closed ──open──▶ reading ──close──▶ closed
 * ```
 * Trouble with the service is the source's own business: it retries with back-off and reports; it never ends a shard that the
 * service did not end.
 */
export interface RecordSource {
  /** Begins at a place: for a sequence number at it or behind it (who asks drops what is done), for a sentinel at `startAtMs`. */
  open(start: SourceStart): void;
  /** The next batch. Rejects with a {@link SourceEndedError} only: closed, the stream gone, or the shard gone. */
  next(): Promise<RecordBatch>;
  /** Drops what is buffered or under way and ends a waiting `next`. */
  close(): void;
}

/** Where a source begins. */
export interface SourceStart {
  /** Everything up to and including it is done; an initial sentinel says how to begin. */
  readonly checkpoint: Checkpoint;
  /** C6: time to begin at, while the checkpoint is LATEST or AT_TIMESTAMP. */
  readonly startAtMs: number | undefined;
}

/** Why a source has no further batches. */
export class SourceEndedError extends Error {
  /** `stream-gone`: there is no such stream any more. `shard-gone`: the stream is there, the shard was trimmed away. */
  readonly reason: 'closed' | 'stream-gone' | 'shard-gone';

  constructor(reason: SourceEndedError['reason'], cause?: unknown) {
    super(`The source ended: ${reason}.`, { cause });
    this.name = 'SourceEndedError';
    this.reason = reason;
  }
}
