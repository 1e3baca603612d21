import type { UserRecord } from '@shardline/aggregation';
import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { AutoCheckpoint } from '../../src/auto-checkpoint.js';
import { BatchRunner } from '../../src/batch-runner.js';
import type { Checkpoint } from '../../src/checkpoint.js';
import { CheckpointWriter } from '../../src/checkpoint-writer.js';
import type { ConsumerEvent, CoordinationTask } from '../../src/events.js';
import { HeldLease } from '../../src/held-lease.js';
import { InMemoryLeaseStore } from '../../src/in-memory-lease-store.js';
import type { ChildShard } from '../../src/kinesis-reads.js';
import type { Lease } from '../../src/lease.js';
import { momentOf } from '../../src/lifetime.js';
import { Progress } from '../../src/progress.js';
import { RecordFeed } from '../../src/record-feed.js';
import { RecordRunner } from '../../src/record-runner.js';
import { ShardCheckpointer } from '../../src/shard-checkpointer.js';
import { ShardGate } from '../../src/shard-gate.js';
import type { RecordContext, ShardHandler } from '../../src/shard-handler.js';
import { ShardProcessor } from '../../src/shard-processor.js';
import { StoreTrouble } from '../../src/store-trouble.js';
import { newLease } from './held-leases.js';
import { ScriptedSource } from './scripted-source.js';
import { shardId } from './shard-tree.js';
import { StoreLine } from './store-line.js';
import { shortOf } from './stored-records.js';

export interface ProcessorOptions {
  readonly onRecord?: (record: UserRecord, context: RecordContext) => Promise<void> | void;
  /** Gets the world's log. */
  readonly shardHandler?: (log: string[]) => ShardHandler;
  readonly manual?: boolean;
  readonly checkpoint?: Checkpoint;
  readonly failoverMs?: number;
}

/** Long enough that no test comes to the fence by chance: nobody renews here. */
const longFailoverMs = 600_000;

export const twoChildren: readonly ChildShard[] = [1, 2].map((index) => ({
  shardId: shardId(index),
  parentShardIds: [shardId(0)],
  hashKeyRange: { startingHashKey: String(index), endingHashKey: String(index) },
}));

/** One shard under a lease that worker `w1` has just taken, and everything that a test may look at or turn. */
export class ProcessorWorld {
  readonly clock = new ManualClock();
  readonly memory = new InMemoryLeaseStore();
  readonly line = new StoreLine(this.memory);
  readonly source = new ScriptedSource();
  /** Handler calls, events and the children, in the order in which they came. */
  readonly log: string[] = [];
  readonly events: ConsumerEvent[] = [];
  readonly errors: unknown[] = [];
  readonly failures: { readonly task: CoordinationTask; readonly error: unknown }[] = [];
  /** Whether other shards wait for room. */
  roomIsWanted = false;
  /** Makes the children's leases. */
  endShard: () => Promise<void> = async () => undefined;
  onGone: (reason: string) => Promise<void> = async () => undefined;
  /** What became of `run` and `released`. */
  readonly over = { run: false, released: false };
  hold!: HeldLease;
  progress!: Progress;
  processor!: ShardProcessor;

  /** With its lease taken and its processor running. */
  static async begin(options: ProcessorOptions): Promise<ProcessorWorld> {
    const world = new ProcessorWorld();
    await world.#hold(options);
    world.processor = world.#processor(options);
    void world.processor.released.then(() => {
      world.over.released = true;
    });
    void world.processor.run().then(() => {
      world.over.run = true;
    });
    await world.clock.advance(0);
    return world;
  }

  /** The lease as the store has it. */
  async stored(): Promise<Lease> {
    return (await this.memory.get(shardId(0))) as Lease;
  }

  /** Another worker takes the lease, as if it had expired, and this one notices. */
  async takenByOther(): Promise<void> {
    await this.memory.take(await this.stored(), 'w2');
    this.hold.observe(await this.stored());
    await this.clock.advance(0);
  }

  /** Another worker asks for the lease, and this one notices. */
  async askedByOther(): Promise<void> {
    await this.memory.startHandoff(await this.stored(), 'w2');
    this.hold.observe(await this.stored());
    await this.clock.advance(0);
  }

  eventsOf<Type extends ConsumerEvent['type']>(type: Type): Extract<ConsumerEvent, { type: Type }>[] {
    return this.events.filter((event) => event.type === type) as Extract<ConsumerEvent, { type: Type }>[];
  }

  health() {
    return this.processor.health(this.clock.monotonic(), 60_000);
  }

  async #hold({ checkpoint, failoverMs = longFailoverMs }: ProcessorOptions): Promise<void> {
    await this.memory.open({ applicationName: 'counts' });
    const begin = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
    const { lease: created } = await this.memory.create(newLease(shardId(0), { checkpoint: begin }));
    if (checkpoint) await this.memory.checkpoint(created as Lease, checkpoint);
    const takenAt = momentOf(this.clock);
    const { lease } = await this.memory.take(await this.stored(), 'w1');
    const { clock, line } = this;
    const callTimeoutMs = failoverMs / 3;
    const timing = { failoverMs, callTimeoutMs, takenAt };
    this.hold = new HeldLease({
      store: line.store,
      clock,
      workerId: 'w1',
      lease: lease as Lease,
      ...timing,
    });
  }

  #processor(options: ProcessorOptions): ShardProcessor {
    const { hold, clock, source, log } = this;
    const random = seededRandom(1);
    const gate = new ShardGate(hold);
    const progress = new Progress(hold.lease.checkpoint);
    this.progress = progress;
    const tell = (make: () => ConsumerEvent) => {
      const event = make();
      this.events.push(event);
      log.push(event.type === 'checkpointed' ? `checkpointed ${placeOf(event.checkpoint)}` : event.type);
    };
    const onFailure = (task: CoordinationTask, error: unknown) => void this.failures.push({ task, error });
    const writer = new CheckpointWriter({ hold, progress, tell });
    const range = undefined;
    const feed = new RecordFeed({ shardId: hold.shardId, range, parentRanges: [], outOfRange: 'auto', tell });
    const timing = { clock, random, everyMs: 5_000 };
    const onError = (error: unknown) => onFailure('checkpoint', error);
    return new ShardProcessor({
      hold,
      gate,
      source,
      runner: this.#runner(options, gate, writer),
      progress,
      autoCheckpoint: options.manual
        ? undefined
        : new AutoCheckpoint({ ...timing, hold, progress, writer, onError }),
      workOf: ({ records, millisBehindLatest, end }) => ({
        records: feed.read(records, progress.done),
        millisBehindLatest,
        childShards: end?.childShards,
      }),
      endShard: async (children) => {
        await this.endShard();
        log.push('children');
        return children.map((child) => child.shardId);
      },
      onGone: (reason) => this.onGone(reason),
      roomIsWanted: () => this.roomIsWanted,
      reading: () => ({ reason: undefined, millisBehindLatest: 7, droppedRecords: feed.droppedRecords }),
      storeTrouble: new StoreTrouble(progress),
      clock,
      random,
      tell,
      onError: (error) => void this.errors.push(error),
      onFailure,
    });
  }

  #runner(
    { onRecord, shardHandler, manual = false }: ProcessorOptions,
    gate: ShardGate,
    writer: CheckpointWriter,
  ) {
    const { hold, clock, progress } = this;
    const shard = { shardId: hold.shardId, hashKeyRange: undefined };
    if (onRecord) return new RecordRunner({ onRecord, shard, progress, gate, clock });
    const makeHandler = () => shardHandler?.(this.log) ?? { processRecords: () => undefined };
    const checkpointer = new ShardCheckpointer({ shardId: hold.shardId, progress, writer });
    return new BatchRunner({ makeHandler, hold, progress, checkpointer, manual, gate, clock });
  }
}

/** A place in short: the number of its stored record, or its sentinel. */
export function placeOf({ sequenceNumber, subSequenceNumber }: Checkpoint): string {
  const number = Number(sequenceNumber.slice(4));
  if (Number.isNaN(number)) return sequenceNumber;
  return subSequenceNumber === 0 ? `${number}` : `${number}/${subSequenceNumber}`;
}

/** A handler with every method, which notes each call in `log` and does before it what `before` says. */
export function notingHandler(
  log: string[],
  before: Partial<Record<keyof ShardHandler, () => Promise<void> | void>> = {},
): ShardHandler {
  const note = async (call: keyof ShardHandler, what: string) => {
    log.push(what);
    await before[call]?.();
  };
  return {
    initialize: ({ checkpoint }) => note('initialize', `initialize ${placeOf(checkpoint)}`),
    processRecords: ({ records }) =>
      note('processRecords', `processRecords ${records.map(shortOf).join(', ')}`),
    leaseLost: () => note('leaseLost', 'leaseLost'),
    shardEnded: () => note('shardEnded', 'shardEnded'),
    shutdownRequested: () => note('shutdownRequested', 'shutdownRequested'),
  };
}

/** Throws the first `times` calls, then does nothing. */
export function failing(times: number, what = 'no'): () => void {
  let left = times;
  return () => {
    left -= 1;
    if (left >= 0) throw new Error(what);
  };
}

/** A promise that the test settles. */
export function pending(): { readonly promise: Promise<void>; readonly settle: () => void } {
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle: () => settle() };
}
