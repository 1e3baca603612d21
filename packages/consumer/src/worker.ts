import type { HashKeyRange } from '@shardline/aggregation';
import { callWithin, Loop, serviceFaultOf } from '@shardline/core/internal';
import { BufferBudget } from './buffer-budget.js';
import { canStart } from './can-start.js';
import type { Coordinator } from './coordinator.js';
import { CounterCoordinator } from './counter-coordinator.js';
import type { KinesisCallError } from './errors.js';
import type { ConsumerEvent, GainReason } from './events.js';
import type { ShardHealth } from './health.js';
import type { HeldLease } from './held-lease.js';
import { effectiveOwner, type Lease } from './lease.js';
import { LeasePlanner } from './lease-planner.js';
import type { ResolvedConsumerOptions } from './options.js';
import { isLastingFault, kinesisCallError } from './read-refusal.js';
import type { Reporter } from './reporter.js';
import type { ConsumerEdges } from './sdk-edges.js';
import { type RunningShard, ShardFactory } from './shard-factory.js';
import { ShardLister } from './shard-lister.js';
import type { ShardListing } from './shard-listing.js';
import { ShardSync } from './shard-sync.js';

/** Pause between looks at the service's shards; what matters sooner is noticed at the end of shards. KCL: shardSyncIntervalMillis. */
const syncEveryMs = 60_000;

/** Longest wait for a description of the stream, in milliseconds. */
const describeWithinMs = 10_000;

/** What a {@link Worker} is built from. */
export interface WorkerParts {
  readonly workerId: string;
  readonly options: ResolvedConsumerOptions;
  readonly edges: ConsumerEdges;
  readonly reporter: Reporter;
  /** The stream is gone: the consumer is to end. */
  readonly onStreamGone: (error: KinesisCallError) => void;
}

/** One life of a worker, from a start to a stop: it coordinates, keeps leases and shards in line, and runs a processor for each lease. */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #coordinator: Coordinator;
  readonly #sync: ShardSync;
  readonly #syncs: Loop;
  readonly #stallChecks: Loop;
  readonly #factory: ShardFactory;
  readonly #budget: BufferBudget;
  readonly #shards = new Map<string, RunningShard>();
  #listing: ShardListing | undefined;
  #leases: ReadonlyMap<string, Lease> = new Map();
  #distribution: 'AUTO' | 'USER_PARTITION_KEY' | undefined;
  readonly #over = new AbortController();
  #toldUnknown = false;
  #storeAnsweredMs: number | undefined;
  #syncing: Promise<unknown> = Promise.resolve();

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    const { options, edges, reporter } = parts;
    const { clock, random } = edges;
    this.#budget = new BufferBudget(options.maxBufferedBytes);
    const callTimeoutMs = options.failoverMs / 3;
    const { stream, initialPosition, applicationName, leaseStore: store } = options;
    const lister = new ShardLister({ reads: edges.reads, clock, random, stream });
    const planner = new LeasePlanner({ lister, clock, initialPosition });
    const tell = (event: ConsumerEvent) => reporter.tell(() => event);
    const shared = { store, planner, clock, callTimeoutMs, tell };
    const isHeld = (lease: Lease) =>
      effectiveOwner(lease) !== undefined && !this.#coordinator.isSilent(lease);
    this.#sync = new ShardSync({ ...shared, isHeld, applicationName, stream });
    this.#factory = new ShardFactory({
      options,
      reads: edges.reads,
      clock,
      random,
      budget: this.#budget,
      reporter,
      endOfShard: shared,
      rangeOf: (shardId) => this.#rangeOf(shardId),
      isAuto: () => this.#distribution === 'AUTO',
      onGone: (reason, cause) => this.#onGone(reason, cause),
    });
    this.#coordinator = new CounterCoordinator({
      store,
      clock,
      random,
      workerId: parts.workerId,
      failoverMs: options.failoverMs,
      callTimeoutMs,
      mayStart: canStart,
      onGain: (lease, reason) => this.#run(lease, reason),
      busy: () => this.#shards.keys(),
      throughputKBps: (key) => this.#shards.get(key)?.throughput.sample(clock.monotonic()),
      onHandoffAsked: (shardId, from) =>
        reporter.tell(() => ({ type: 'hand-off-asked', reason: 'balance', shardId, from })),
      onFailure: reporter.failure,
      onListed: (leases) => {
        this.#leases = new Map(leases.map((lease) => [lease.leaseKey, lease]));
        this.#storeAnsweredMs = clock.monotonic();
      },
    });
    const loop = { clock, random, jitter: 0.2 };
    this.#syncs = new Loop({
      ...loop,
      everyMs: syncEveryMs,
      run: (signal) => this.sync(signal),
      onError: (error) => reporter.failure('sync-shards', error),
    });
    this.#stallChecks = new Loop({
      ...loop,
      everyMs: options.handlerStallMs / 4,
      run: async () => this.#checkStalls(),
      onError: reporter.error,
    });
  }

  /** Reserved bytes of all shards (C7). */
  get bufferedBytes(): number {
    return this.#budget.usedBytes;
  }

  /** Time since the store last answered, in milliseconds. */
  get leaseStoreSilentMs(): number | undefined {
    const since = this.#storeAnsweredMs;
    return since === undefined ? undefined : this.#parts.edges.clock.monotonic() - since;
  }

  /** Makes the leases that are missing and reads how the stream places records; rejects with a {@link KinesisCallError} or as the store does. */
  async sync(signal: AbortSignal): Promise<void> {
    const run = this.#syncing.then(async () => {
      this.#listing = await this.#sync.run(signal);
    });
    this.#syncing = run.catch(() => undefined);
    await run;
    await this.#readDistribution(signal);
  }

  start(): void {
    this.#coordinator.start();
    this.#syncs.start('later');
    this.#stallChecks.start('later');
  }

  /** Gives every lease up; once `hurry` fires without waiting for handlers, nor for takes under way. */
  async stop(reason: 'stop' | 'stream-gone', hurry: AbortSignal): Promise<void> {
    this.#over.abort();
    const taking = this.#coordinator.stopTaking();
    const loops = [this.#syncs.stop(), this.#stallChecks.stop()];
    const running = [...this.#shards.values()].map(({ processor }) => processor);
    for (const processor of running) processor.leave(reason);
    const released = Promise.all(running.map((processor) => processor.released));
    const hurried = new Promise<void>((resolve) => {
      if (hurry.aborted) resolve();
      else hurry.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([Promise.all([released, taking]), hurried]);
    if (hurry.aborted) await this.#force(hurry.reason);
    await Promise.all([taking, ...loops]);
    await this.#coordinator.close();
  }

  health(): readonly ShardHealth[] {
    const { options, edges } = this.#parts;
    const nowMs = edges.clock.monotonic();
    const shards = [...this.#shards.values()].map(({ processor }) =>
      processor.health(nowMs, options.handlerStallMs),
    );
    return shards.sort((a, b) => (a.shardId < b.shardId ? -1 : 1));
  }

  async #force(reason: 'deadline' | 'aborted'): Promise<void> {
    this.#coordinator.hurry();
    const left = [...this.#shards.values()].map(({ processor }) => processor);
    const shardIds = left.map(({ shardId }) => shardId);
    if (left.length > 0) {
      this.#parts.reporter.tell(() => ({ type: 'stop-deadline', reason, shardIds }));
    }
    await Promise.all(left.map((processor) => processor.force()));
  }

  #run(lease: HeldLease, reason: GainReason): void {
    const { shardId } = lease;
    const { reporter } = this.#parts;
    const { checkpoint } = lease.lease;
    reporter.tell(() => ({ type: 'lease-gained', reason, shardId, checkpoint }));
    const running = this.#factory.make(lease);
    this.#shards.set(shardId, running);
    void running.processor.run().then(() => {
      this.#shards.delete(shardId);
      this.#coordinator.lookSoon();
    });
  }

  /** A forgotten shard's heirs get their leases before its own is deleted; a stream that is gone ends the consumer. */
  async #onGone(reason: 'shard-gone' | 'stream-gone', cause: unknown): Promise<void> {
    const { options, onStreamGone } = this.#parts;
    if (reason === 'shard-gone') return this.sync(this.#over.signal);
    const facts = { stream: options.stream, shardId: undefined, call: 'GetRecords' };
    onStreamGone(kinesisCallError(serviceFaultOf(cause), facts));
  }

  /** Where the stream does not say, or may not be asked, ranges are kept: streams place records by key unless they say otherwise (C12). */
  async #readDistribution(signal: AbortSignal): Promise<void> {
    const { options, edges, reporter } = this.#parts;
    const { clock, reads } = edges;
    try {
      const read = (inner: AbortSignal) => reads.recordDistribution(inner);
      this.#distribution = await callWithin(clock, describeWithinMs, read, signal);
    } catch (error) {
      signal.throwIfAborted();
      const fault = serviceFaultOf(error);
      const facts = { stream: options.stream, shardId: undefined, call: 'DescribeStreamSummary' };
      if (!isLastingFault(fault)) throw kinesisCallError(fault, facts);
      if (this.#toldUnknown) return;
      this.#toldUnknown = true;
      reporter.tell(() => ({ type: 'distribution-unknown', reason: fault.name }));
    }
  }

  #rangeOf(shardId: string): HashKeyRange | undefined {
    return this.#listing?.get(shardId)?.hashKeyRange ?? this.#leases.get(shardId)?.hashKeyRange;
  }

  #checkStalls(): void {
    const { options, edges } = this.#parts;
    const nowMs = edges.clock.monotonic();
    for (const { processor } of this.#shards.values()) processor.checkStall(nowMs, options.handlerStallMs);
  }
}
