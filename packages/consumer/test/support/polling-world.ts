import type { Random } from '@shardline/core';
import { LocalKinesis, type LocalKinesisOptions } from '@shardline/local';
import { ManualClock, seededRandom } from '@shardline/testing';
import { BufferBudget } from '../../src/buffer-budget.js';
import type { KinesisCallError } from '../../src/errors.js';
import type { ConsumerEvent } from '../../src/events.js';
import type { KinesisReads } from '../../src/kinesis-reads.js';
import { PollingSource } from '../../src/polling-source.js';
import type { RecordBatch, SourceEndedError, SourceStart } from '../../src/record-source.js';
import { localKinesisReads } from './local-kinesis-reads.js';

export const firstShard = 'shardId-000000000000';

export const fromHorizon: SourceStart = {
  checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
  startAtMs: undefined,
};

/** A call as the local Kinesis got it. */
export interface SeenCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

export interface PollingOptions {
  readonly pollIntervalMs?: number;
  readonly maxBufferedBytes?: number;
  readonly limits?: LocalKinesisOptions['limits'];
  readonly faults?: LocalKinesisOptions['faults'];
  readonly seed?: number;
  /** Stands before the calls of the local Kinesis. */
  readonly wrap?: (reads: KinesisReads) => Partial<KinesisReads>;
}

/** A stream with one shard in virtual time, a source of that shard, and everything that a test may look at or turn. */
export class PollingWorld {
  readonly clock = new ManualClock();
  readonly kinesis: LocalKinesis;
  readonly reads: KinesisReads;
  readonly budget: BufferBudget;
  readonly source: PollingSource;
  readonly calls: SeenCall[] = [];
  readonly events: ConsumerEvent[] = [];
  readonly errors: KinesisCallError[] = [];
  /** Most bytes ever reserved when a call came in or an event was told. */
  mostReserved = 0;

  constructor(options: PollingOptions = {}) {
    const { clock } = this;
    const { pollIntervalMs = 1_000, maxBufferedBytes = 64 * 1_048_576, seed = 1, wrap } = options;
    const { limits = {}, faults = [] } = options;
    const random = seededRandom(seed);
    const streams = [{ name: 'tweets', shards: 1 }];
    this.kinesis = new LocalKinesis({ clock, random, streams, limits, faults });
    this.budget = new BufferBudget(maxBufferedBytes);
    const call: LocalKinesis['call'] = (operation, input, settings) => {
      this.mostReserved = Math.max(this.mostReserved, this.budget.usedBytes);
      this.calls.push({ operation, input: { ...input }, atMs: clock.monotonic() });
      return this.kinesis.call(operation, input, settings);
    };
    this.reads = localKinesisReads(call, 'tweets', () => clock.now());
    this.source = this.makeSource(random, { ...this.reads, ...wrap?.(this.reads) }, pollIntervalMs);
  }

  /** A source of the same shard. */
  makeSource(random: Random, reads: KinesisReads, pollIntervalMs: number): PollingSource {
    return new PollingSource({
      reads,
      stream: 'tweets',
      shardId: firstShard,
      pollIntervalMs,
      budget: this.budget,
      clock: this.clock,
      random,
      onEvent: (event) => void this.events.push(event),
      onError: (error) => void this.errors.push(error),
    });
  }

  /** Puts records; returns their sequence numbers. */
  async put(texts: readonly string[], partitionKey = 'a'): Promise<readonly string[]> {
    const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: partitionKey }));
    const answer = await this.kinesis.call('PutRecords', { StreamName: 'tweets', Records });
    const { Records: stored } = answer as { Records: readonly { SequenceNumber?: string }[] };
    return stored.map(({ SequenceNumber }) => SequenceNumber ?? '');
  }

  /** The input of every call of one operation. */
  inputs(operation: string): readonly SeenCall['input'][] {
    return this.calls.filter((call) => call.operation === operation).map(({ input }) => input);
  }

  /** Calls of GetRecords, as the time that passed before each. */
  readGapsMs(): readonly number[] {
    const times = this.calls.filter(({ operation }) => operation === 'GetRecords').map(({ atMs }) => atMs);
    return times.slice(1).map((atMs, at) => atMs - (times[at] ?? 0));
  }

  /** Takes batches and gives each back at once, until the source ends. */
  consume(source = this.source): Consumed {
    return new Consumed(source);
  }
}

/** What came out of a source. */
export class Consumed {
  readonly texts: string[] = [];
  readonly batches: RecordBatch[] = [];
  end: RecordBatch['end'];
  reason: SourceEndedError['reason'] | undefined;
  readonly #source: PollingSource;

  constructor(source: PollingSource) {
    this.#source = source;
    void this.#run();
  }

  async #run(): Promise<void> {
    while (this.reason === undefined) {
      try {
        const batch = await this.#source.next();
        this.batches.push(batch);
        this.texts.push(...textsOf(batch));
        this.end ??= batch.end;
        batch.release();
      } catch (error) {
        this.reason = (error as SourceEndedError).reason;
      }
    }
  }
}

/** The records of a batch as text. */
export function textsOf(batch: RecordBatch): string[] {
  return batch.records.map(({ Data }) => Buffer.from(Data ?? []).toString());
}

/** `count` different texts. */
export function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, at) => `${from + at}`);
}
