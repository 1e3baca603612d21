import type { UserRecord } from '@shardline/aggregation';
import type { Clock } from '@shardline/core';
import type { Checkpoint } from './checkpoint.js';
import type { CallUnderWay, HandlerRunner, RunnerGate, Work } from './handler-runner.js';
import type { Progress } from './progress.js';
import type { FeedBatch } from './record-feed.js';
import type { RecordContext, ShardInfo } from './shard-handler.js';
import { WorkTurn } from './work-turn.js';

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
  /** The record that is next of work which was not finished. Whoever lets go of the work frees its page (C7). */
  readonly #rests = new WeakMap<Work, UserRecord>();
  #current: UserRecord | undefined;
  #failedAt: Checkpoint | undefined;
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
    return this.#failedAt;
  }

  async process(work: Work): Promise<boolean> {
    this.#current = this.#rests.get(work);
    this.#failedAt = undefined;
    try {
      return await this.#processAll(work.records);
    } catch (error) {
      this.#failedAt = this.#current && placeOf(this.#current);
      throw error;
    } finally {
      if (this.#current !== undefined) this.#rests.set(work, this.#current);
      this.#current = undefined;
      this.#busySinceMs = undefined;
    }
  }

  /** Awaits only what is a promise: a handler that returns at once costs no turn of the event loop for each record. */
  async #processAll(records: FeedBatch): Promise<boolean> {
    const { onRecord, progress, gate, clock } = this.#parts;
    const turn = new WorkTurn(clock);
    for (;;) {
      const record = this.#current ?? records.next().value;
      this.#current = record;
      if (record === undefined) return true;
      if (gate.closed) return false;
      const nowMs = clock.monotonic();
      this.#busySinceMs = nowMs;
      const returned = onRecord(record, this.#context);
      if (returned !== undefined) await returned;
      if (turn.isOver(nowMs)) await turn.giveWay();
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
