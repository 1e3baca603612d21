import { type Checkpoint, compareCheckpoints } from './checkpoint.js';
import { CheckpointOutOfRangeError, LeaseLostError } from './errors.js';
import type { ConsumerEvent } from './events.js';
import type { PendingCheckpoint } from './lease.js';
import type { LeaseHold } from './lease-hold.js';
import { laterOf, type Progress } from './progress.js';

/** Why a checkpoint is written. */
export type CheckpointReason = Extract<ConsumerEvent, { type: 'checkpointed' }>['reason'];

/** What a {@link CheckpointWriter} is built from. */
export interface CheckpointWriterParts {
  readonly hold: LeaseHold;
  readonly progress: Progress;
  readonly tell: (make: () => ConsumerEvent) => void;
}

/**
 * Everything that writes checkpoints of one shard goes through here, one write at a time: a place that was in order when it was
 * asked for may have been overtaken when its turn comes, and checkpoints never move backwards (C5).
 *
 * A write that failed may have taken effect. Until one is answered, an earlier place is not written: the later one is, which
 * somebody has said is done.
 */
export class CheckpointWriter {
  readonly #parts: CheckpointWriterParts;
  #unanswered: Checkpoint | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: CheckpointWriterParts) {
    this.#parts = parts;
  }

  /** Throws `LEASE_LOST` when another worker may have the lease. */
  ensureHeld(): void {
    const { hold } = this.#parts;
    const { lost } = hold;
    if (lost !== undefined) throw new LeaseLostError(hold.shardId, lost);
  }

  /** Throws `CHECKPOINT_OUT_OF_RANGE` when a later checkpoint than `place` was written; says whether it was `place` itself. */
  isStored(place: Checkpoint): boolean {
    const { stored } = this.#parts.progress;
    this.#ensureNotBefore(stored, place);
    return compareCheckpoints(place, stored) === 0;
  }

  /**
   * Makes `place` the checkpoint, unless it is. Rejects with `LEASE_LOST`, with `CHECKPOINT_OUT_OF_RANGE` when a later one was
   * written, and with what the store rejects with; then try again.
   */
  write(place: Checkpoint, reason: CheckpointReason): Promise<void> {
    return this.#inTurn(async () => {
      const { hold, progress, tell } = this.#parts;
      this.ensureHeld();
      const checkpoint = this.#unanswered === undefined ? place : laterOf(place, this.#unanswered);
      if (this.isStored(checkpoint)) return;
      this.#unanswered = checkpoint;
      await hold.checkpoint(checkpoint);
      this.#unanswered = undefined;
      progress.wasStored(checkpoint);
      tell(() => ({ type: 'checkpointed', reason, shardId: hold.shardId, checkpoint }));
    });
  }

  /** Notes a pending checkpoint, unless it is the checkpoint: then false. Rejects as {@link CheckpointWriter.write} does. */
  prepare(pending: PendingCheckpoint): Promise<boolean> {
    return this.#inTurn(async () => {
      this.ensureHeld();
      if (this.isStored(pending)) return false;
      // What it says is to lie ahead must not be behind what may have been stored.
      if (this.#unanswered !== undefined) this.#ensureNotBefore(this.#unanswered, pending);
      await this.#parts.hold.prepareCheckpoint(pending);
      return true;
    });
  }

  #ensureNotBefore(lowest: Checkpoint, place: Checkpoint): void {
    const { hold, progress } = this.#parts;
    if (compareCheckpoints(place, lowest) < 0) {
      throw new CheckpointOutOfRangeError(hold.shardId, place, lowest, progress.handedOver);
    }
  }

  #inTurn<Result>(write: () => Promise<Result>): Promise<Result> {
    const written = this.#queue.then(write);
    // What one write fails with is its caller's; the next one has its turn all the same.
    this.#queue = written.catch(() => undefined);
    return written;
  }
}
