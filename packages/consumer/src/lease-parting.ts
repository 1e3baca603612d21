import type { Clock, Random } from '@shardline/core';
import type { AutoCheckpoint } from './auto-checkpoint.js';
import { LeaseLostError } from './errors.js';
import type { CoordinationTask } from './events.js';
import type { HeldLease } from './held-lease.js';
import type { ShardGate } from './shard-gate.js';
import { untilStored } from './until-stored.js';

/** Why a shard is given up although its lease is held. */
export type LeaveReason = 'stop' | 'hand-off' | 'shard-gone' | 'stream-gone';

/** What a {@link LeaseParting} is built from. */
export interface LeasePartingParts {
  readonly hold: HeldLease;
  readonly gate: Pick<ShardGate, 'abort' | 'close'>;
  /** Undefined where the handler checkpoints by itself. */
  readonly autoCheckpoint: Pick<AutoCheckpoint, 'flush'> | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly onFailure: (task: CoordinationTask, error: unknown) => void;
}

/** How a shard's lease is given up: the last checkpoint, then the lease; politely, again and again, or by force, once. */
export class LeaseParting {
  readonly #parts: LeasePartingParts;
  readonly #forced = new AbortController();
  #reason: LeaveReason | undefined;

  constructor(parts: LeasePartingParts) {
    this.#parts = parts;
  }

  /** Hands nothing more to the handler; the first reason counts. */
  begin(reason: LeaveReason): void {
    this.#reason ??= reason;
    this.#parts.gate.close();
  }

  /** Gives the lease up, until the store has it or {@link LeaseParting.force} is called. Never rejects. */
  async giveUp(): Promise<void> {
    const write = () => this.#tryToGiveUp();
    const isLost = (error: unknown) => error instanceof LeaseLostError;
    await untilStored(this.#parts, 'release-lease', write, this.#forced.signal, isLost);
  }

  /**
   * Gives the lease up now: what is done is checkpointed, the handler is told to stop and not waited for. False: that is under
   * way, and its try is the last one. Never rejects.
   */
  async force(): Promise<boolean> {
    const { hold, gate, onFailure } = this.#parts;
    const reason = this.#reason ?? 'stop';
    const isOnItsWay = hold.lost !== undefined || this.#forced.signal.aborted;
    gate.abort(new Error(`The shard ${hold.shardId} is given up: ${reason}.`));
    this.#forced.abort();
    if (isOnItsWay) return false;
    const failed = (error: unknown) => onFailure('release-lease', error);
    await this.#tryToGiveUp().catch(failed);
    // A checkpoint that failed must not keep the lease.
    if (hold.lost === undefined) await hold.release(reason).catch(failed);
    return true;
  }

  async #tryToGiveUp(): Promise<void> {
    const { hold, autoCheckpoint } = this.#parts;
    const reason = this.#reason ?? 'stop';
    if (hold.lost === undefined) await autoCheckpoint?.flush(reason === 'hand-off' ? 'hand-off' : 'stop');
    if (reason === 'shard-gone') await hold.delete(reason);
    else await hold.release(reason);
  }
}
