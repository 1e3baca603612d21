import type { UserRecord } from '@shardline/aggregation';
import type { Clock } from '@shardline/core';
import { type Checkpoint, isShardEnd } from './checkpoint.js';
import { ShardEndNotCheckpointedError } from './errors.js';
import type { HandlerCall } from './events.js';
import type { CallUnderWay, HandlerRunner, RunnerGate, Work, WorkStart } from './handler-runner.js';
import type { LeaseHold } from './lease-hold.js';
import type { Progress } from './progress.js';
import type { FeedBatch } from './record-feed.js';
import type { Checkpointer, ShardHandler } from './shard-handler.js';

/** User records in one call of processRecords. An answer of the service has 10,000 stored ones at most, but aggregates multiply. */
const recordsAtOnce = 10_000;

/** What a {@link BatchRunner} is built from. */
export interface BatchRunnerParts {
  /** Makes the handler; called again when it throws. */
  readonly makeHandler: () => ShardHandler;
  readonly hold: LeaseHold;
  readonly progress: Progress;
  readonly checkpointer: Checkpointer;
  /** Whether the handler alone checkpoints. */
  readonly manual: boolean;
  readonly gate: RunnerGate;
  readonly clock: Clock;
}

/** Drives a {@link ShardHandler}: the KCL's life cycle, batch by batch. A batch that fails is handed over again as it was. */
export class BatchRunner implements HandlerRunner {
  readonly #parts: BatchRunnerParts;
  #handler: ShardHandler | undefined;
  #initialized = false;
  #work: Work | undefined;
  #batch: readonly UserRecord[] = [];
  #next: UserRecord | undefined;
  #underWay: CallUnderWay | undefined;
  lastCall: HandlerCall = 'shardHandler';
  processedRecords = 0;

  constructor(parts: BatchRunnerParts) {
    this.#parts = parts;
  }

  get underWay(): CallUnderWay | undefined {
    return this.#underWay;
  }

  get failedAt(): Checkpoint | undefined {
    const [first] = this.#batch;
    return first && { sequenceNumber: first.sequenceNumber, subSequenceNumber: first.subSequenceNumber };
  }

  async initialize(start: WorkStart): Promise<void> {
    const { makeHandler, gate } = this.#parts;
    this.#handler ??= await this.#call('shardHandler', async () => makeHandler());
    const handler = this.#handler;
    await this.#call('initialize', () => handler.initialize?.({ ...start, signal: gate.signal }));
    this.#initialized = true;
  }

  async process(work: Work): Promise<boolean> {
    if (this.#work !== work) {
      this.#work = work;
      this.#next = work.records.next().value;
      this.#batch = [];
    }
    for (;;) {
      if (this.#batch.length === 0) this.#batch = this.#takeBatch(work.records);
      if (this.#batch.length === 0) return true;
      if (this.#parts.gate.closed) return false;
      await this.#processBatch(work, this.#batch);
      this.processedRecords += this.#batch.length;
      this.#batch = [];
    }
  }

  async #processBatch(work: Work, records: readonly UserRecord[]): Promise<void> {
    const { progress, gate, checkpointer } = this.#parts;
    const last = records[records.length - 1] as UserRecord;
    const input = {
      records,
      millisBehindLatest: work.millisBehindLatest,
      checkpointer,
      isAtShardEnd: work.childShards !== undefined && this.#next === undefined,
      childShards: work.childShards ?? [],
      signal: gate.signal,
    };
    progress.handOver(last, records);
    try {
      await this.#call('processRecords', () => this.#handler?.processRecords(input));
    } catch (error) {
      progress.fail();
      throw error;
    }
    progress.finish(last);
  }

  /** One record is read ahead: only then is it known whether a batch is the last. */
  #takeBatch(records: FeedBatch): readonly UserRecord[] {
    const batch: UserRecord[] = [];
    while (this.#next !== undefined && batch.length < recordsAtOnce) {
      batch.push(this.#next);
      this.#next = records.next().value;
    }
    return batch;
  }

  async shardEnded(): Promise<void> {
    const { checkpointer, gate, manual, hold } = this.#parts;
    await this.#call('shardEnded', () => this.#handler?.shardEnded?.({ checkpointer, signal: gate.signal }));
    if (manual && !isShardEnd(hold.lease.checkpoint)) throw new ShardEndNotCheckpointedError(hold.shardId);
  }

  /** A handler that was never initialised is told neither of this nor of a stop. */
  async leaseLost(): Promise<void> {
    if (!this.#initialized) return;
    await this.#call('leaseLost', () => this.#handler?.leaseLost?.());
  }

  async shutdownRequested(): Promise<void> {
    if (!this.#initialized) return;
    const { checkpointer, gate } = this.#parts;
    await this.#call('shutdownRequested', () =>
      this.#handler?.shutdownRequested?.({ checkpointer, signal: gate.signal }),
    );
  }

  async #call<Result>(call: HandlerCall, run: () => Promise<Result> | Result): Promise<Result> {
    this.lastCall = call;
    this.#underWay = { call, sinceMs: this.#parts.clock.monotonic() };
    try {
      return await run();
    } finally {
      this.#underWay = undefined;
    }
  }
}
