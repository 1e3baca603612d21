import type { Clock, Random } from '@shardline/core';
import { type BackoffPolicy, delay, fullJitterMs } from '@shardline/core/internal';
import { HandlerFailedError, HandlerStalledError } from './errors.js';
import type { ConsumerEvent } from './events.js';
import type { HandlerRunner } from './handler-runner.js';
import type { ShardGate } from './shard-gate.js';

/** Pauses before a failed handler is called again. */
const handlerBackoff: BackoffPolicy = { baseMs: 200, capMs: 30_000 };

/** How often during a pause it is asked whether to give up, in milliseconds. */
const sliceMs = 1_000;

/** What {@link HandlerCalls} are built from. */
export interface HandlerCallsParts {
  readonly shardId: string;
  readonly runner: HandlerRunner;
  readonly gate: Pick<ShardGate, 'closed' | 'ended'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly tell: (make: () => ConsumerEvent) => void;
  readonly onError: (error: unknown) => void;
  /** Called when a call failed and is to be made again. */
  readonly onRetry: () => void;
}

/** The failure policy of one shard's handler: what fails is called again after a growing pause, nothing is skipped; what hangs is told. */
export class HandlerCalls {
  readonly #parts: HandlerCallsParts;
  #trouble: { readonly reason: string; readonly processedRecords: number } | undefined;
  #attempts = 0;
  #attemptsAt = '';
  #stallToldSinceMs: number | undefined;

  constructor(parts: HandlerCallsParts) {
    this.#parts = parts;
  }

  /** Makes a call until it succeeds. False when the shard is left first, or `giveUp` says so after a failure or during its pause. */
  async untilDone(task: () => Promise<unknown>, giveUp: () => boolean = () => false): Promise<boolean> {
    const { gate, clock } = this.#parts;
    while (!gate.closed) {
      try {
        const outcome = await task();
        this.#trouble = undefined;
        this.#attempts = 0;
        return outcome !== false;
      } catch (error) {
        let leftMs = this.#noteFailure(error);
        let stop = giveUp();
        for (; leftMs > 0 && !gate.closed; leftMs -= sliceMs) {
          await delay(clock, Math.min(leftMs, sliceMs), gate.ended);
          stop ||= giveUp();
        }
        if (stop) return false;
      }
    }
    return false;
  }

  /** `shutdownRequested` and `leaseLost` are called once: there is no time for more. */
  async lastCall(call: () => Promise<void>): Promise<void> {
    const { runner, onError, shardId } = this.#parts;
    try {
      await call();
    } catch (cause) {
      const facts = { shardId, call: runner.lastCall, at: undefined, attempts: 1, again: false, cause };
      onError(new HandlerFailedError(facts));
    }
  }

  /** How long the call under way has taken, or its record, in milliseconds; 0 between calls. */
  silentMs(nowMs: number): number {
    const { underWay } = this.#parts.runner;
    return underWay === undefined ? 0 : nowMs - underWay.sinceMs;
  }

  /** What is wrong with the handler, in words; undefined where nothing is. A failure is over when its record is done. */
  troubleAt(nowMs: number, stallMs: number): string | undefined {
    const { underWay, processedRecords } = this.#parts.runner;
    if (this.#trouble?.processedRecords === processedRecords) return this.#trouble.reason;
    const silentMs = this.silentMs(nowMs);
    if (underWay === undefined || silentMs < stallMs) return undefined;
    return `${underWay.call} has not settled for ${Math.round(silentMs)} ms`;
  }

  /** Reports a call that has not settled for `stallMs`, once (C10). */
  checkStall(nowMs: number, stallMs: number): void {
    const { runner, tell, onError, shardId } = this.#parts;
    const { underWay } = runner;
    const forMs = this.silentMs(nowMs);
    if (underWay === undefined || forMs < stallMs) return;
    if (this.#stallToldSinceMs === underWay.sinceMs) return;
    this.#stallToldSinceMs = underWay.sinceMs;
    const { call } = underWay;
    tell(() => ({ type: 'handler-stalled', reason: 'no-progress', shardId, call, forMs }));
    onError(new HandlerStalledError(shardId, call, forMs));
  }

  #noteFailure(error: unknown): number {
    const { runner, random, tell, onError, onRetry, gate, shardId } = this.#parts;
    const { failedAt: at, lastCall: call } = runner;
    const where = `${call}/${at?.sequenceNumber}/${at?.subSequenceNumber}`;
    this.#attempts = where === this.#attemptsAt ? this.#attempts + 1 : 1;
    this.#attemptsAt = where;
    const attempts = this.#attempts;
    const delayMs = fullJitterMs(attempts, handlerBackoff, random);
    const again = !gate.closed;
    const failed = new HandlerFailedError({ shardId, call, at, attempts, again, cause: error });
    if (again) onRetry();
    this.#trouble = { reason: failed.message, processedRecords: runner.processedRecords };
    tell(() => ({
      type: 'handler-failed',
      reason: 'threw',
      shardId,
      call,
      sequenceNumber: at?.sequenceNumber,
      subSequenceNumber: at?.subSequenceNumber,
      attempts,
      delayMs,
      error,
    }));
    onError(failed);
    return delayMs;
  }
}
