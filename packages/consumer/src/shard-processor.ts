import type { Clock, Random, Timer } from '@shardline/core';
import type { AutoCheckpoint } from './auto-checkpoint.js';
import type { ConsumerEvent, CoordinationTask } from './events.js';
import { HandlerCalls } from './handler-calls.js';
import type { HandlerRunner, Work } from './handler-runner.js';
import type { ShardHealth, ShardState } from './health.js';
import type { HeldLease } from './held-lease.js';
import type { ChildShard } from './kinesis-reads.js';
import { wasTaken } from './lease-hold.js';
import { LeaseParting, type LeaveReason } from './lease-parting.js';
import type { Progress } from './progress.js';
import { type RecordBatch, type RecordSource, SourceEndedError } from './record-source.js';
import type { ShardGate } from './shard-gate.js';
import type { StoreTrouble } from './store-trouble.js';
import { untilStored } from './until-stored.js';

/** Longest time for a handler to finish when another worker asks for the lease. KCL: gracefulLeaseHandoffTimeoutMillis. */
const handoffTimeoutMs = 30_000;

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
  /** What health tells of reading. */
  readonly reading: () => Pick<ShardHealth, 'reason' | 'millisBehindLatest' | 'droppedRecords'>;
  readonly storeTrouble: StoreTrouble;
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
  readonly #calls: HandlerCalls;
  readonly #parting: LeaseParting;
  #state: ShardState = 'initializing';
  #release: () => void = () => undefined;
  /** Resolves when the lease is given up or lost; a handler that does not settle may still run. */
  readonly released: Promise<void>;

  constructor(parts: ShardProcessorParts) {
    this.#parts = parts;
    this.shardId = parts.hold.shardId;
    this.#calls = new HandlerCalls({
      ...parts,
      shardId: this.shardId,
      onRetry: () => this.#enter('retrying'),
    });
    this.#parting = new LeaseParting(parts);
    this.released = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Lives through the shard; resolves when the last call of the handler has settled. Never rejects. */
  async run(): Promise<void> {
    const { hold, gate, source, autoCheckpoint, clock } = this.#parts;
    let timer: Timer | undefined;
    const handOff = () => {
      this.leave('hand-off');
      timer = clock.schedule(handoffTimeoutMs, () => void this.force(), { keepAlive: false });
    };
    hold.handoffAsked.addEventListener('abort', handOff, { once: true });
    hold.signal.addEventListener('abort', () => this.#atLoss(), { once: true });
    gate.ended.addEventListener('abort', () => source.close(), { once: true });
    try {
      await this.#live();
    } catch (error) {
      this.#parts.onError(error);
      if (hold.lost === undefined) await this.force();
    } finally {
      timer?.cancel();
      gate.close();
      void autoCheckpoint?.stop();
      this.#release();
    }
  }

  /** Finishes what is in hand, then gives the lease up. */
  leave(reason: LeaveReason): void {
    this.#state = 'draining';
    this.#parting.begin(reason);
  }

  /** Gives the lease up without waiting for the handler; resolves when that is done, or has failed. */
  async force(): Promise<void> {
    if (!(await this.#parting.force())) return this.released;
    this.#release();
  }

  /** See {@link HandlerCalls.checkStall}. */
  checkStall(nowMs: number, stallMs: number): void {
    this.#calls.checkStall(nowMs, stallMs);
  }

  health(nowMs: number, stallMs: number): ShardHealth {
    const { hold, runner, reading, storeTrouble } = this.#parts;
    const { reason: readTrouble, ...read } = reading();
    const reason = this.#calls.troubleAt(nowMs, stallMs) ?? storeTrouble.words ?? readTrouble;
    return {
      ...read,
      shardId: this.shardId,
      healthy: reason === undefined,
      state: this.#state,
      reason,
      processedRecords: runner.processedRecords,
      checkpoint: hold.lease.checkpoint,
      silentMs: this.#calls.silentMs(nowMs),
    };
  }

  async #live(): Promise<void> {
    const { hold, runner, autoCheckpoint } = this.#parts;
    const { checkpoint, pendingCheckpoint } = hold.lease;
    const start = { checkpoint, pendingCheckpoint };
    if (!(await this.#calls.untilDone(() => runner.initialize(start)))) return this.#part();
    autoCheckpoint?.start();
    this.#open();
    const end = await this.#processAll();
    if (end === undefined || !(await this.#finish(end.childShards))) await this.#part();
  }

  /** Processes batch after batch; the end of the shard, or undefined when it is left first. */
  async #processAll(): Promise<RecordBatch['end']> {
    for (;;) {
      const turn = await this.#processNext();
      if (turn !== 'next') return turn;
    }
  }

  /** One batch: a method of its own, so that nothing holds on to a page whose room was given back (C7). */
  async #processNext(): Promise<RecordBatch['end'] | 'next'> {
    const batch = await this.#nextBatch();
    if (batch === undefined) return undefined;
    let work: Work | undefined;
    try {
      work = this.#parts.workOf(batch);
      const processed = await this.#processBatch(work, batch);
      if (processed) return batch.end ?? 'next';
      return this.#parts.gate.closed ? undefined : 'next';
    } finally {
      // Of a batch that is not finished it is told here what was left out.
      work?.records.return();
      batch.release();
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
    const { onGone } = this.#parts;
    const told = await this.#untilStored('sync-shards', () => onGone(reason, cause));
    if (!told) return;
    this.#parting.begin(reason);
  }

  /** False when the shard is left first, or when the batch was given back while its handler failed: it is read again. */
  async #processBatch(work: Work, batch: RecordBatch): Promise<boolean> {
    const { runner, gate } = this.#parts;
    let givenBack = false;
    const done = await this.#calls.untilDone(
      async () => {
        this.#enter('processing');
        return runner.process(work);
      },
      () => {
        givenBack = this.#giveBack(batch);
        return givenBack;
      },
    );
    if (givenBack) this.#open();
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

  #open(): void {
    const { source, progress, hold, gate } = this.#parts;
    if (!gate.closed) source.open({ checkpoint: progress.done, startAtMs: hold.lease.startAtMs });
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
    if (!(await this.#calls.untilDone(() => runner.shardEnded()))) return false;
    if (autoCheckpoint !== undefined) {
      const write = () => autoCheckpoint.flush('shard-end');
      if (!(await this.#untilStored('checkpoint', write))) return false;
    }
    const { shardId } = this;
    const reason = children.length === 0 ? 'no-children' : children.length === 1 ? 'merge' : 'split';
    tell(() => ({ type: 'shard-ended', reason, shardId, childShardIds: ids }));
    hold.lose('shard-end');
    return true;
  }

  /** The last call of the handler's life, and the lease. */
  async #part(): Promise<void> {
    const { hold, runner } = this.#parts;
    // By force, too, the handler was not asked.
    if (hold.lost !== undefined) {
      if (hold.lost !== 'shard-end') await this.#calls.lastCall(() => runner.leaseLost());
      return;
    }
    this.#state = 'draining';
    await this.#calls.lastCall(() => runner.shutdownRequested());
    await this.#parting.giveUp();
  }

  /** False when the shard is left first. */
  async #untilStored(task: CoordinationTask, write: () => Promise<void>): Promise<boolean> {
    const { gate, storeTrouble } = this.#parts;
    const stored = await untilStored(this.#parts, task, write, gate.ended, () => gate.closed);
    if (stored) storeTrouble.mended();
    return stored;
  }

  #enter(state: ShardState): void {
    if (this.#state !== 'draining') this.#state = state;
  }

  #atLoss(): void {
    const { hold, tell } = this.#parts;
    const reason = hold.lost ?? 'taken';
    tell(() => ({ type: 'lease-released', reason, shardId: this.shardId }));
    // Of what is given up, the store is to know first.
    if (wasTaken(reason)) this.#release();
  }
}
