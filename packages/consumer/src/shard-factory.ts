import { type HashKeyRange, HashRange } from '@shardline/aggregation';
import { type Clock, InvalidOptionError, type Random } from '@shardline/core';
import { AutoCheckpoint } from './auto-checkpoint.js';
import { BatchRunner } from './batch-runner.js';
import type { BufferBudget } from './buffer-budget.js';
import { CheckpointWriter } from './checkpoint-writer.js';
import { createChildren, type EndOfShardParts } from './end-of-shard.js';
import type { CoordinationTask } from './events.js';
import type { HandlerRunner } from './handler-runner.js';
import type { HeldLease } from './held-lease.js';
import type { KinesisReads } from './kinesis-reads.js';
import type { ResolvedConsumerOptions } from './options.js';
import { PollingSource } from './polling-source.js';
import { Progress } from './progress.js';
import { RecordFeed } from './record-feed.js';
import { RecordRunner } from './record-runner.js';
import type { Reporter } from './reporter.js';
import { ShardCheckpointer } from './shard-checkpointer.js';
import { ShardGate } from './shard-gate.js';
import type { ShardHandler, ShardInfo } from './shard-handler.js';
import { ShardProcessor, type ShardProcessorParts } from './shard-processor.js';
import { StoreTrouble } from './store-trouble.js';
import { Throughput } from './throughput.js';

/** What a {@link ShardFactory} is built from. */
export interface ShardFactoryParts {
  readonly options: ResolvedConsumerOptions;
  readonly reads: KinesisReads;
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: BufferBudget;
  readonly reporter: Reporter;
  readonly endOfShard: EndOfShardParts;
  /** A shard's range by the newest listing; undefined: it is not listed. */
  readonly rangeOf: (shardId: string) => HashKeyRange | undefined;
  /** Whether the stream places records itself: ranges mean nothing then (C12). */
  readonly isAuto: () => boolean;
  readonly onGone: ShardProcessorParts['onGone'];
}

/** A shard at work and what it gives. */
export interface RunningShard {
  readonly processor: ShardProcessor;
  readonly throughput: Throughput;
}

/** Puts together what processes one shard. */
export class ShardFactory {
  readonly #parts: ShardFactoryParts;

  constructor(parts: ShardFactoryParts) {
    this.#parts = parts;
  }

  /** Everything for a lease that was just gained; not running yet. */
  make(hold: HeldLease): RunningShard {
    const { clock, random, budget, reporter, options, endOfShard, onGone } = this.#parts;
    const { shardId } = hold;
    const gate = new ShardGate(hold);
    const progress = new Progress(hold.lease.checkpoint);
    const writer = new CheckpointWriter({ hold, progress, tell: reporter.tell });
    const throughput = new Throughput(hold.lease.throughputKBps, clock.monotonic());
    const source = this.#source(shardId);
    const feed = this.#feed(hold);
    const storeTrouble = new StoreTrouble(progress);
    const onFailure = (task: CoordinationTask, error: unknown) => {
      storeTrouble.failed(task, error);
      reporter.failure(task, error);
    };
    const processor = new ShardProcessor({
      hold,
      gate,
      source,
      runner: this.#runner(hold, gate, progress, writer),
      progress,
      autoCheckpoint:
        options.checkpoint === 'manual'
          ? undefined
          : new AutoCheckpoint({
              clock,
              random,
              everyMs: options.checkpoint.everyMs,
              hold,
              progress,
              writer,
              onError: (error) => onFailure('checkpoint', error),
            }),
      workOf: ({ records, millisBehindLatest, end }) => {
        for (const { Data } of records) throughput.add(Data?.length ?? 0);
        return {
          records: feed.read(records, progress.done),
          millisBehindLatest,
          childShards: end?.childShards,
        };
      },
      endShard: (children) => createChildren(endOfShard, shardId, children, gate.ended),
      onGone,
      roomIsWanted: () => budget.waiting,
      reading: () => ({
        reason: source.trouble,
        millisBehindLatest: source.millisBehindLatest,
        droppedRecords: feed.droppedRecords,
      }),
      storeTrouble,
      clock,
      random,
      tell: reporter.tell,
      onError: reporter.error,
      onFailure,
    });
    return { processor, throughput };
  }

  #source(shardId: string): PollingSource {
    const { reads, options, budget, clock, random, reporter } = this.#parts;
    const { stream, pollIntervalMs } = options;
    return new PollingSource({
      reads,
      stream,
      shardId,
      pollIntervalMs,
      budget,
      clock,
      random,
      onEvent: (event) => reporter.tell(() => event),
      onError: reporter.error,
    });
  }

  /** By C12: without a range, or where the stream places records itself, everything is delivered. */
  #feed({ shardId, lease }: HeldLease): RecordFeed {
    const { options, reporter, rangeOf, isAuto } = this.#parts;
    const range = lease.hashKeyRange ?? rangeOf(shardId);
    return new RecordFeed({
      shardId,
      range: range && !isAuto() ? new HashRange(range) : undefined,
      parentRanges: lease.parentShardIds.flatMap((id) => {
        const parent = rangeOf(id);
        return parent ? [new HashRange(parent)] : [];
      }),
      outOfRange: options.outOfRange,
      tell: reporter.tell,
    });
  }

  #runner(hold: HeldLease, gate: ShardGate, progress: Progress, writer: CheckpointWriter): HandlerRunner {
    const { options, clock, rangeOf } = this.#parts;
    const { onRecord, shardHandler } = options;
    const { shardId, lease } = hold;
    const shard: ShardInfo = Object.freeze({ shardId, hashKeyRange: lease.hashKeyRange ?? rangeOf(shardId) });
    if (onRecord) return new RecordRunner({ onRecord, shard, progress, gate, clock });
    return new BatchRunner({
      makeHandler: () => handlerOf(shardHandler?.(shard)),
      hold,
      progress,
      checkpointer: new ShardCheckpointer({ shardId, progress, writer }),
      manual: options.checkpoint === 'manual',
      gate,
      clock,
    });
  }
}

/** What a `shardHandler` made, if it is a handler. */
function handlerOf(made: unknown): ShardHandler {
  const handler = made as Partial<ShardHandler> | null | undefined;
  if (typeof handler?.processRecords === 'function') return handler as ShardHandler;
  throw new InvalidOptionError({
    owner: 'Consumer',
    option: 'shardHandler',
    received: made,
    expected:
      'a function that returns an object with processRecords, such as (shard) => new MyHandler(shard)',
  });
}
