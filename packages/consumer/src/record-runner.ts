import type { UserRecord } from '@shardline/aggregation';
import type { Clock } from '@shardline/core';
import { delay } from '@shardline/core/internal';
import type { Checkpoint } from './checkpoint.js';
import type { CallUnderWay, HandlerRunner, RunnerGate, Work } from './handler-runner.js';
import type { Progress } from './progress.js';
import type { FeedBatch } from './record-feed.js';
import type { RecordContext, ShardInfo } from './shard-handler.js';

/** Longest time for which handlers that wait for nothing may keep everything else of the process waiting, in milliseconds. */
const turnMs = 10;

/** What a {@link RecordRunner} is built from. */
export interface RecordRunnerParts {
  readonly onRecord: (record: UserRecord, context: RecordContext) => Promise<void> | void;
  readonly shard: ShardInfo;
  readonly progress: Progress;
  readonly gate: RunnerGate;
  readonly clock: Clock;
}

/** Drives `onRecord`: one record after another, each done before the next is handed over. */
export class RecordRunner implements HandlerRunner {
  readonly #parts: RecordRunnerParts;
  readonly #context: RecordContext;
  #work: Work | undefined;
  #current: UserRecord | undefined;
  #busySinceMs: number | undefined;
  readonly lastCall = 'onRecord';
  processedRecords = 0;

  constructor(parts: RecordRunnerParts) {
    this.#parts = parts;
    this.#context = Object.freeze({ shard: parts.shard, signal: parts.gate.signal });
  }

  get underWay(): CallUnderWay | undefined {
    return this.#busySinceMs === undefined ? undefined : { call: this.lastCall, sinceMs: this.#busySinceMs };
  }

  get failedAt(): Checkpoint | undefined {
    return this.#current && placeOf(this.#current);
  }

  async process(work: Work): Promise<boolean> {
    if (this.#work !== work) {
      this.#work = work;
      this.#current = undefined;
    }
    try {
      return await this.#processAll(work.records);
    } finally {
      this.#busySinceMs = undefined;
    }
  }

  /** Awaits only what is a promise: a handler that returns at once costs no turn of the event loop for each record. */
  async #processAll(records: FeedBatch): Promise<boolean> {
    const { onRecord, progress, gate, clock } = this.#parts;
    let turnStartMs = clock.monotonic();
    for (;;) {
      const record = this.#current ?? records.next().value;
      this.#current = record;
      if (record === undefined) return true;
      if (gate.closed) return false;
      const nowMs = clock.monotonic();
      this.#busySinceMs = nowMs;
      const returned = onRecord(record, this.#context);
      if (returned !== undefined) await returned;
      // Awaiting is no turn for others: what is settled already goes on before any timer.
      if (nowMs - turnStartMs > turnMs) {
        await delay(clock, 0);
        turnStartMs = clock.monotonic();
      }
      progress.finish(record);
      this.#current = undefined;
      this.processedRecords += 1;
    }
  }

  async initialize(): Promise<void> {}

  async shardEnded(): Promise<void> {}

  async leaseLost(): Promise<void> {}

  async shutdownRequested(): Promise<void> {}
}

function placeOf({ sequenceNumber, subSequenceNumber }: UserRecord): Checkpoint {
  return { sequenceNumber, subSequenceNumber };
}
