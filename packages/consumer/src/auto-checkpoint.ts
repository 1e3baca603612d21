import type { Clock, Random } from '@shardline/core';
import { Loop } from '@shardline/core/internal';
import { compareCheckpoints, shardEnd } from './checkpoint.js';
import type { CheckpointReason, CheckpointWriter } from './checkpoint-writer.js';
import type { LeaseHold } from './lease-hold.js';
import type { Progress } from './progress.js';

/** By how much a pause may be longer than asked for, so that shards gained together do not write together. */
const spread = 0.1;

/** What an {@link AutoCheckpoint} is built from. */
export interface AutoCheckpointParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Shortest time between two writes, in milliseconds. */
  readonly everyMs: number;
  readonly hold: Pick<LeaseHold, 'lost'>;
  readonly progress: Progress;
  readonly writer: CheckpointWriter;
  /** Gets what a write by itself fails with; it is tried again at the next turn. */
  readonly onError: (error: unknown) => void;
}

/**
 * Writes the progress of one shard from time to time, where there is some.
 *
 * ```
 * new ──start──▶ waiting ──turn: something is done that is not stored──▶ writing ──written or failed──▶ waiting ──stop──▶ stopped
 * ```
 */
export class AutoCheckpoint {
  readonly #parts: AutoCheckpointParts;
  readonly #loop: Loop;

  constructor(parts: AutoCheckpointParts) {
    this.#parts = parts;
    const { clock, random, everyMs, onError } = parts;
    this.#loop = new Loop({
      clock,
      random,
      everyMs: everyMs * (1 + spread),
      jitter: spread / (1 + spread),
      run: () => this.#turn(),
      onError,
    });
  }

  /** The first turn comes after a pause. */
  start(): void {
    this.#loop.start('later');
  }

  /** No further turn. A write under way goes on; later ones queue behind it. */
  stop(): void {
    void this.#loop.stop();
  }

  /**
   * Writes what is done, now; nothing where all of it is stored. With `shard-end` SHARD_END, provided that the shard is there and everything
   * handed over is done (C1); for no other reason, however far the shard is: its handler is told first. Rejects as the
   * writer does.
   */
  async flush(reason: Exclude<CheckpointReason, 'handler'>): Promise<void> {
    const { progress, writer } = this.#parts;
    const { done, handedOver } = progress;
    const finished =
      reason === 'shard-end' && progress.atShardEnd && compareCheckpoints(done, handedOver) >= 0;
    if (finished) await writer.write(shardEnd, reason);
    else if (progress.isAhead) await writer.write(done, reason);
  }

  async #turn(): Promise<void> {
    // Whoever holds the lease is told of its loss; there is nothing to try.
    if (this.#parts.hold.lost === undefined) await this.flush('interval');
  }
}
