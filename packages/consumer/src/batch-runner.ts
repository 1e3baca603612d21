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
import { WorkTurn } from './work-turn.js';

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

/** What is left of work: the batch in hand, and the record read ahead behind it. Whoever lets go of the work frees its page (C7). */
interface Rest {
  batch: readonly UserRecord[];
  next: UserRecord | undefined;
}

/** Drives a {@link ShardHandler}: the KCL's life cycle, batch by batch. A batch that fails is handed over again as it was. */
export class BatchRunner implements HandlerRunner {
  readonly #parts: BatchRunnerParts;
  #handler: ShardHandler | undefined;
  #initialized = false;
  readonly #rests = new WeakMap<Work, Rest>();
  #failedAt: Checkpoint | undefined;
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
    return this.#failedAt;
  }

  async initialize(start: WorkStart): Promise<void> {
    const { makeHandler, gate } = this.#parts;
    this.#handler ??= await this.#call('shardHandler', async () => makeHandler());
    const handler = this.#handler;
    await this.#call('initialize', () => handler.initialize?.({ ...start, signal: gate.signal }));
    this.#initialized = true;
  }

  async process(work: Work): Promise<boolean> {
    const { gate, clock } = this.#parts;
    const turn = new WorkTurn(clock);
    const rest = this.#restOf(work);
    this.#failedAt = undefined;
    for (;;) {
      if (rest.batch.length === 0) takeBatch(work.records, rest);
      if (rest.batch.length === 0) return true;
      if (turn.isOver(clock.monotonic())) await turn.giveWay();
      if (gate.closed) return false;
      await this.#processBatch(work, rest);
      this.processedRecords += rest.batch.length;
      rest.batch = [];
    }
  }

  #restOf(work: Work): Rest {
    const rest = this.#rests.get(work) ?? { batch: [], next: work.records.next().value };
    this.#rests.set(work, rest);
    return rest;
  }

  async #processBatch(work: Work, { batch: records, next }: Rest): Promise<void> {
    const { progress, gate, checkpointer } = this.#parts;
    const last = records[records.length - 1] as UserRecord;
    const input = {
      records,
      millisBehindLatest: work.millisBehindLatest,
      checkpointer,
      isAtShardEnd: work.childShards !== undefined && next === undefined,
      childShards: work.childShards ?? [],
      signal: gate.signal,
    };
    progress.handOver(last, records);
    try {
      await this.#call('processRecords', () => this.#handler?.processRecords(input));
    } catch (error) {
      const { sequenceNumber, subSequenceNumber } = records[0] as UserRecord;
      this.#failedAt = { sequenceNumber, subSequenceNumber };
      progress.fail();
      throw error;
    }
    progress.finish(last);
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

/** One record is read ahead: only then is it known whether a batch is the last. */
function takeBatch(records: FeedBatch, rest: Rest): void {
  const batch: UserRecord[] = [];
  while (rest.next !== undefined && batch.length < recordsAtOnce) {
    batch.push(rest.next);
    rest.next = records.next().value;
  }
  rest.batch = batch;
}
