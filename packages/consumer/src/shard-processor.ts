import type { Clock, Random } from '@shardline/core';
import { type BackoffPolicy, delay, fullJitterMs } from '@shardline/core/internal';
import type { AutoCheckpoint } from './auto-checkpoint.js';
import { HandlerFailedError, HandlerStalledError, LeaseLostError } from './errors.js';
import type { ConsumerEvent, CoordinationTask } from './events.js';
import type { HandlerRunner, Work } from './handler-runner.js';
import type { ShardHealth, ShardState } from './health.js';
import type { HeldLease } from './held-lease.js';
import type { ChildShard } from './kinesis-reads.js';
import type { Progress } from './progress.js';
import { type RecordBatch, type RecordSource, SourceEndedError } from './record-source.js';
import type { ShardGate } from './shard-gate.js';

/** Pauses before a failed handler is called again. */
const handlerBackoff: BackoffPolicy = { baseMs: 200, capMs: 30_000 };

/** Pauses before the store is asked again. */
const storeBackoff: BackoffPolicy = { baseMs: 200, capMs: 5_000 };

/** Longest time for a handler to finish when another worker asks for the lease. KCL: gracefulLeaseHandoffTimeoutMillis. */
const handoffTimeoutMs = 30_000;

/** Why a shard is given up although its lease is held. */
export type LeaveReason = 'stop' | 'hand-off' | 'shard-gone' | 'stream-gone';

/** What a {@link ShardProcessor} is built from. */
export interface ShardProcessorParts {
  readonly hold: HeldLease;
  readonly gate: ShardGate;
  readonly source: RecordSource;
  readonly runner: HandlerRunner;
  readonly progress: Progress;
  /** Undefined where the handler checkpoints by itself. */
  readonly autoCheckpoint: AutoCheckpoint | undefined;
  /** Makes work of a batch. */
  readonly workOf: (batch: RecordBatch) => Work;
  /** C11: makes the children's leases and notes them; resolves with their ids. */
  readonly endShard: (children: readonly ChildShard[]) => Promise<readonly string[]>;
  /** The shard was trimmed away, or the whole stream is gone. */
  readonly onGone: (reason: 'shard-gone' | 'stream-gone', cause: unknown) => Promise<void>;
  /** Whether other shards wait for room to read (C7). */
  readonly roomIsWanted: () => boolean;
  readonly droppedRecords: () => number;
  /** What is wrong with reading, in words. */
  readonly readTrouble: () => string | undefined;
  readonly millisBehindLatest: () => number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly tell: (make: () => ConsumerEvent) => void;
  readonly onError: (error: unknown) => void;
  readonly onFailure: (task: CoordinationTask, error: unknown) => void;
}

/**
 * One held shard, from the gain of its lease to its end.
 *
 * ```
 * initializing ─▶ processing ─▶ ending ─▶ done (SHARD_END)
 *      │              │ ▲          │
 *      │       fails  ▼ │ again    │
 *      │          retrying         │
 *      └──────────────┼────────────┘
 *                     ├── stop, hand-off ─▶ draining: shutdownRequested, last checkpoint, lease given up ─▶ done
 *                     └── lease lost ─▶ leaseLost ─▶ done
 * ```
 * Nothing is skipped: a call that fails is made again after a growing pause, and only this shard waits (C10).
 */
export class ShardProcessor {
  readonly shardId: string;
  readonly #parts: ShardProcessorParts;
  readonly #forced = new AbortController();
  #state: ShardState = 'initializing';
  #trouble: { readonly reason: string; readonly processedRecords: number } | undefined;
  #leaving: LeaveReason | undefined;
  #attempts = 0;
  #attemptsAt = '';
  #stallToldSinceMs: number | undefined;
  #release: () => void = () => undefined;
  /** Resolves when the lease is given up or lost; a handler that does not settle may still run. */
  readonly released: Promise<void>;

  constructor(parts: ShardProcessorParts) {
    this.#parts = parts;
    this.shardId = parts.hold.shardId;
    this.released = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Lives through the shard; resolves when the last call of the handler has settled. Never rejects. */
  async run(): Promise<void> {
    const { hold, gate, source, autoCheckpoint, clock } = this.#parts;
    hold.handoffAsked.addEventListener(
      'abort',
      () => {
        this.leave('hand-off');
        clock.schedule(handoffTimeoutMs, () => void this.force(), { keepAlive: false });
      },
      { once: true },
    );
    hold.signal.addEventListener('abort', () => this.#atLoss(), { once: true });
    gate.ended.addEventListener('abort', () => source.close(), { once: true });
    try {
      await this.#live();
    } catch (error) {
      this.#parts.onError(error);
      if (hold.lost === undefined) await this.force();
    } finally {
      gate.close();
      void autoCheckpoint?.stop();
      this.#release();
    }
  }

  /** Finishes what is in hand, then gives the lease up. */
  leave(reason: LeaveReason): void {
    this.#leaving ??= reason;
    this.#state = 'draining';
    this.#parts.gate.close();
  }

  /** Gives the lease up now: what is done is checkpointed, the handler is told to stop and not waited for. */
  async force(): Promise<void> {
    const { hold, gate, onFailure } = this.#parts;
    const reason = this.#leaving ?? 'stop';
    const isOnItsWay = hold.lost !== undefined;
    gate.abort(new Error(`The shard ${this.shardId} is given up: ${reason}.`));
    this.#forced.abort();
    // The try under way is the last one.
    if (isOnItsWay) return this.released;
    const failed = (error: unknown) => onFailure('release-lease', error);
    await this.#tryToGiveUp().catch(failed);
    // A checkpoint that failed must not keep the lease.
    if (hold.lost === undefined) await hold.release(reason).catch(failed);
    this.#release();
  }

  /** Reports a call of the handler that has not settled for `stallMs`, once. */
  checkStall(nowMs: number, stallMs: number): void {
    const { runner, tell, onError } = this.#parts;
    const { underWay } = runner;
    if (underWay === undefined || nowMs - underWay.sinceMs < stallMs) return;
    if (this.#stallToldSinceMs === underWay.sinceMs) return;
    this.#stallToldSinceMs = underWay.sinceMs;
    const { call } = underWay;
    const forMs = nowMs - underWay.sinceMs;
    const { shardId } = this;
    tell(() => ({ type: 'handler-stalled', reason: 'no-progress', shardId, call, forMs }));
    onError(new HandlerStalledError(shardId, call, forMs));
  }

  health(nowMs: number, stallMs: number): ShardHealth {
    const { hold, runner, droppedRecords, millisBehindLatest, readTrouble } = this.#parts;
    const { underWay } = runner;
    const silentMs = underWay === undefined ? 0 : nowMs - underWay.sinceMs;
    const stalled =
      silentMs >= stallMs ? `${underWay?.call} has not settled for ${Math.round(silentMs)} ms` : undefined;
    const reason = this.#handlerTrouble ?? stalled ?? readTrouble();
    return {
      shardId: this.shardId,
      healthy: reason === undefined,
      state: this.#state,
      reason,
      millisBehindLatest: millisBehindLatest(),
      processedRecords: runner.processedRecords,
      droppedRecords: droppedRecords(),
      checkpoint: hold.lease.checkpoint,
      silentMs,
    };
  }

  /** It is over when the record is done, however much of its batch is left. */
  get #handlerTrouble(): string | undefined {
    const { processedRecords } = this.#parts.runner;
    return this.#trouble?.processedRecords === processedRecords ? this.#trouble.reason : undefined;
  }

  async #live(): Promise<void> {
    const { hold, runner, autoCheckpoint, source, progress } = this.#parts;
    const { checkpoint, pendingCheckpoint, startAtMs } = hold.lease;
    const start = { checkpoint, pendingCheckpoint };
    if (!(await this.#untilDone(() => runner.initialize(start)))) return this.#part();
    autoCheckpoint?.start();
    if (!this.#parts.gate.closed) source.open({ checkpoint: progress.done, startAtMs });
    const end = await this.#processAll();
    if (end === undefined || !(await this.#finish(end.childShards))) await this.#part();
  }

  /** Processes batch after batch; the last one of the shard, or undefined when the shard is left first. */
  async #processAll(): Promise<{ readonly childShards: readonly ChildShard[] } | undefined> {
    for (;;) {
      const batch = await this.#nextBatch();
      if (batch === undefined) return undefined;
      const work = this.#parts.workOf(batch);
      try {
        const processed = await this.#processBatch(work, batch);
        if (processed && batch.end !== undefined) return batch.end;
        if (!processed && this.#parts.gate.closed) return undefined;
      } finally {
        // Of a batch that is not finished it is told here what was left out.
        work.records.return();
        batch.release();
      }
    }
  }

  async #nextBatch(): Promise<RecordBatch | undefined> {
    const { gate, source } = this.#parts;
    if (gate.closed) return undefined;
    this.#enter('processing');
    try {
      return await source.next();
    } catch (error) {
      if (!(error instanceof SourceEndedError)) throw error;
      if (error.reason !== 'closed') await this.#vanish(error.reason, error.cause);
      return undefined;
    }
  }

  /** What the service has no more is neither finished nor read on. */
  async #vanish(reason: 'shard-gone' | 'stream-gone', cause: unknown): Promise<void> {
    const { onGone, gate } = this.#parts;
    const told = await this.#untilStored('sync-shards', () => onGone(reason, cause));
    if (!told) return;
    this.#leaving ??= reason;
    gate.close();
  }

  /** False when the shard is left first, or when the batch was given back while its handler failed: it is read again. */
  async #processBatch(work: Work, batch: RecordBatch): Promise<boolean> {
    const { runner, gate } = this.#parts;
    let givenBack = false;
    const done = await this.#untilDone(
      async () => {
        this.#enter('processing');
        return runner.process(work);
      },
      () => {
        givenBack = this.#giveBack(batch);
        return givenBack;
      },
    );
    if (givenBack && !gate.closed) this.#reopen();
    if (!done || givenBack || gate.closed) return false;
    // Past what was left out at the end of the batch, too.
    this.#parts.progress.finish(work.records.end);
    return true;
  }

  /** C7, C10: a shard whose handler fails does not keep others from reading. */
  #giveBack(batch: RecordBatch): boolean {
    if (!this.#parts.roomIsWanted()) return false;
    batch.release();
    this.#parts.source.close();
    return true;
  }

  #reopen(): void {
    const { source, progress, hold } = this.#parts;
    source.open({ checkpoint: progress.done, startAtMs: hold.lease.startAtMs });
  }

  /** At the end of a shard: children first, then the handler's word, then SHARD_END (C11, C3). False when the shard is left first. */
  async #finish(children: readonly ChildShard[]): Promise<boolean> {
    const { hold, endShard, runner, progress, autoCheckpoint, tell } = this.#parts;
    this.#enter('ending');
    let ids: readonly string[] = [];
    const made = await this.#untilStored('end-shard', async () => {
      ids = await endShard(children);
    });
    if (!made) return false;
    progress.reachEnd();
    if (!(await this.#untilDone(() => runner.shardEnded()))) return false;
    if (autoCheckpoint !== undefined) {
      const write = () => autoCheckpoint.flush('shard-end');
      if (!(await this.#untilStored('checkpoint', write))) return false;
    }
    const { shardId } = this;
    const reason = endReason(children);
    tell(() => ({ type: 'shard-ended', reason, shardId, childShardIds: ids }));
    hold.lose('shard-end');
    return true;
  }

  /** The last call of the handler's life, and the lease. */
  async #part(): Promise<void> {
    const { hold, runner } = this.#parts;
    if (hold.lost !== undefined) {
      const taken = hold.lost === 'taken' || hold.lost === 'deleted' || hold.lost === 'fenced';
      if (taken) await this.#lastCall(() => runner.leaseLost());
      return;
    }
    this.#state = 'draining';
    await this.#lastCall(() => runner.shutdownRequested());
    await this.#untilStored('release-lease', () => this.#tryToGiveUp(), true);
  }

  async #tryToGiveUp(): Promise<void> {
    const { hold, autoCheckpoint } = this.#parts;
    const reason = this.#leaving ?? 'stop';
    if (hold.lost === undefined) await autoCheckpoint?.flush(reason === 'hand-off' ? 'hand-off' : 'stop');
    if (reason === 'shard-gone') await hold.delete(reason);
    else await hold.release(reason);
  }

  /** Makes a handler's call until it succeeds. False when the shard is left first, or `giveUp` says so after a failure. */
  async #untilDone(task: () => Promise<unknown>, giveUp: () => boolean = () => false): Promise<boolean> {
    const { gate, clock } = this.#parts;
    while (!gate.closed) {
      try {
        const outcome = await task();
        this.#trouble = undefined;
        this.#attempts = 0;
        return outcome !== false;
      } catch (error) {
        const delayMs = this.#noteFailure(error);
        const stop = giveUp();
        await delay(clock, delayMs, gate.ended);
        if (stop) return false;
      }
    }
    return false;
  }

  #noteFailure(error: unknown): number {
    const { runner, random, tell, onError, gate } = this.#parts;
    const { shardId } = this;
    const { failedAt: at, lastCall: call } = runner;
    const where = `${call}/${at?.sequenceNumber}/${at?.subSequenceNumber}`;
    this.#attempts = where === this.#attemptsAt ? this.#attempts + 1 : 1;
    this.#attemptsAt = where;
    const attempts = this.#attempts;
    const delayMs = fullJitterMs(attempts, handlerBackoff, random);
    const again = !gate.closed;
    const failed = new HandlerFailedError({ shardId, call, at, attempts, again, cause: error });
    if (again) this.#enter('retrying');
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

  /** `shutdownRequested` and `leaseLost` are called once: there is no time for more. */
  async #lastCall(call: () => Promise<void>): Promise<void> {
    const { runner, onError } = this.#parts;
    try {
      await call();
    } catch (cause) {
      const { shardId } = this;
      const facts = { shardId, call: runner.lastCall, at: undefined, attempts: 1, again: false, cause };
      onError(new HandlerFailedError(facts));
    }
  }

  /** Makes a write until it is answered. False when the lease is lost first or, unless `leaving`, the shard is left. */
  async #untilStored(task: CoordinationTask, write: () => Promise<void>, leaving = false): Promise<boolean> {
    const { gate, clock, random, onFailure } = this.#parts;
    const { signal: over } = leaving ? this.#forced : { signal: gate.ended };
    for (let attempt = 1; leaving ? !over.aborted : !gate.closed; attempt += 1) {
      try {
        await write();
        return true;
      } catch (error) {
        if (leaving ? error instanceof LeaseLostError : gate.closed) return false;
        onFailure(task, error);
        await delay(clock, fullJitterMs(attempt, storeBackoff, random), over);
      }
    }
    return false;
  }

  #enter(state: ShardState): void {
    if (this.#state !== 'draining') this.#state = state;
  }

  #atLoss(): void {
    const { hold, tell } = this.#parts;
    const reason = hold.lost ?? 'taken';
    tell(() => ({ type: 'lease-released', reason, shardId: this.shardId }));
    // Of what is given up, the store is to know first.
    if (reason === 'taken' || reason === 'deleted' || reason === 'fenced') this.#release();
  }
}

function endReason(children: readonly ChildShard[]): 'split' | 'merge' | 'no-children' {
  if (children.length === 0) return 'no-children';
  return children.length === 1 ? 'merge' : 'split';
}
