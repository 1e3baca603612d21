import type { HashKey } from '@shardline/aggregation';
import { serviceLimits } from '@shardline/core/internal';
import { Dispatcher } from './dispatcher.js';
import type { Edges } from './edges.js';
import type { Entry } from './entry.js';
import { Epochs } from './epochs.js';
import { RecordExpiredError } from './errors.js';
import type { SealReason } from './events.js';
import { takeExpired } from './expiry.js';
import { ExpirySweep } from './expiry-sweep.js';
import { finishEntry } from './finish-entry.js';
import { Gate } from './gate.js';
import { keptShapes } from './kept-shapes.js';
import { Lane } from './lane.js';
import { LaneSink, lanesOf } from './lane-sink.js';
import { memoryShares } from './memory-shares.js';
import type { AcceptedRecord } from './open-aggregate.js';
import type { ResolvedProducerOptions } from './options.js';
import { Placement } from './placement.js';
import { rateCeilingOf } from './rate-ceiling.js';
import { RateLimiter } from './rate-limiter.js';
import { RecordMemory } from './record-memory.js';
import { Reporter } from './reporter.js';
import { Router } from './router.js';
import { Sender } from './sender.js';
import type { FailureOf, Landing } from './settled-entry.js';
import { Settler } from './settler.js';
import type { ShardRange } from './shard-map.js';
import type { Sink } from './sink.js';
import { type SizeLimits, sizeLimits } from './size-limits.js';

/** Longest wait of a full aggregate for company; never more than a quarter of the linger. */
const collectAtMostMs = 25;

/**
 * `put → gate → route → lane(aggregate → limit) → collect → send → settle | retry`
 *
 * Wires the stages of one stream; each is given the next step, none knows this class. From acceptance to settling an entry is
 * in exactly one place: a lane, a request in flight, or the wait for a map.
 */
export class Pipeline {
  readonly gate: Gate;
  readonly epochs = new Epochs();
  readonly reporter: Reporter;
  readonly placement: Placement;
  /** Nobody looks at them: they are there. */
  readonly kept = keptShapes();
  readonly #options: ResolvedProducerOptions;
  readonly #edges: Edges;
  readonly #router: Router;
  readonly #dispatcher: Dispatcher;
  readonly #sender: Sender;
  readonly #settler: Settler;
  readonly #memory: RecordMemory;
  readonly #sizes: SizeLimits;
  readonly #sweep: ExpirySweep;
  #giveUp: FailureOf | undefined;

  constructor(options: ResolvedProducerOptions, edges: Edges) {
    this.#options = options;
    this.#edges = edges;
    this.#sizes = sizeLimits(options);
    const { clock, api } = edges;
    this.reporter = new Reporter(options.stream, options);
    this.gate = new Gate(
      {
        maxRecords: options.maxOutstandingRecords,
        maxBytes: options.maxOutstandingBytes,
        maxWaiting: options.whenFull === 'wait' ? options.maxWaitingPuts : 0,
      },
      {
        onFull: () => this.hurry('buffer-full'),
        shrink: () => {
          this.#memory.shrink();
          api.shrink();
        },
        reclaim: () => {
          this.#memory.trim();
          api.trim();
        },
        setAsideBytes: () => this.#memory.setAsideBytes + api.setAsideBytes,
        afterTurn: (run) => clock.schedule(0, run),
      },
    );
    this.#memory = new RecordMemory({
      hold: (deltaBytes) => this.gate.hold(deltaBytes),
      ...memoryShares(options.maxOutstandingBytes),
      isContended: () => this.gate.isContended,
    });
    this.placement = new Placement({
      ...options,
      ...edges,
      replace: (map) => this.#router.replace(map),
      release: () => this.#release(),
      tell: (make) => this.reporter.tell(make),
    });
    this.#router = new Router({
      makeLane: (range) => this.#makeLane(range),
      onReady: (lanes) => this.#ready(lanes),
      onStopped: (lane, userRecords, error) => this.reporter.noMemory(lane.shardId, userRecords, error),
    });
    api.listen({
      held: (deltaBytes) => this.gate.hold(deltaBytes),
      fellBackToJson: (reason, message) =>
        this.reporter.tell(() => ({ type: 'json-fallback', reason, message })),
    });
    this.#sender = new Sender(api, clock, options.requestTimeoutMs);
    this.#settler = this.#makeSettler();
    this.#dispatcher = this.#makeDispatcher();
    this.#sweep = new ExpirySweep({
      clock,
      recordTtlMs: options.recordTtlMs,
      isIdle: () => this.gate.outstandingRecords === 0,
      onIdle: () => this.#dispatcher.cancel(),
      sweep: (nowMs) => this.#router.settle().forEach((lane) => void this.#expire(lane, nowMs)),
    });
    for (const lane of this.#router.lanes) lane.awaitingMap += 1;
  }

  /** The lanes that take new records. */
  get lanes(): readonly Lane[] {
    return this.#router.lanes;
  }

  get inFlightRequests(): number {
    return this.#dispatcher.inFlight;
  }

  /** Takes a record for which the gate has made room. */
  accept(accepted: AcceptedRecord, hash: HashKey): void {
    this.placement.start();
    const epoch = this.epochs.current;
    const lane = this.#router.laneFor(hash);
    if (accepted.sink instanceof LaneSink) accepted.sink.waitsIn(lane);
    epoch.outstanding += 1;
    let mayBeDue: boolean;
    try {
      mayBeDue = lane.add(accepted, hash, epoch);
    } catch (error) {
      this.epochs.settle(epoch, 1);
      throw error;
    }
    this.reporter.tally.accepted();
    if (this.gate.isContended) lane.makeDue('buffer-full');
    else if (!mayBeDue) return;
    this.#dispatcher.added(lane);
    this.#sweep.arm();
  }

  /** Settles everything accepted so far. */
  flush(reason: SealReason): Promise<void> {
    const done = this.epochs.end();
    this.hurry(reason);
    return done;
  }

  /** What lingers goes as soon as its lane may send. */
  hurry(reason: SealReason): void {
    this.#dispatcher.hurry(reason, this.#router.allLanes());
  }

  /** Fails the records of `sinks` that wait by themselves and were never sent; the others go on. */
  withdraw(sinks: ReadonlySet<Sink>, failure: FailureOf): void {
    for (const [lane, own] of lanesOf(sinks, () => this.#router.allLanes())) {
      for (const entry of lane.queue.takeLone(own)) this.#finish(lane, entry, failure);
    }
  }

  /** Fails everything that is left with `failure`, requests in flight included (P6). */
  giveUp(failure: FailureOf, why: Error): void {
    this.#giveUp = failure;
    this.#sender.abortAll(why);
    for (const lane of this.#router.allLanes()) {
      for (const entry of lane.drain('close')) this.#finish(lane, entry, failure);
    }
  }

  /** No timer, request or connection stays behind. */
  async close(): Promise<void> {
    this.#sweep.cancel();
    this.#dispatcher.cancel();
    this.gate.close();
    await this.placement.close();
    this.#memory.trim();
    this.#edges.api.close();
  }

  #makeLane(range: ShardRange | undefined): Lane {
    const options = this.#options;
    return new Lane(range, this.#makeLimiter(range), {
      aggregates: range !== undefined && options.aggregate !== 'never',
      aggregateBytes: this.#sizes.aggregateBytes,
      maxRecordBytes: () => this.placement.maxRecordBytes,
      memory: this.#memory,
      ordered: () => options.ordering === 'key' && !this.placement.hasNoOrder,
      onSealed: (lane, entry, reason) =>
        this.reporter.sealed(reason, lane.shardId, entry.members.count, entry.bytes),
    });
  }

  #makeLimiter(range: ShardRange | undefined): RateLimiter {
    const ceiling = rateCeilingOf(range, this.#options.rateLimitPercent, this.placement.openShardCount);
    return new RateLimiter(ceiling, this.#edges.clock.monotonic());
  }

  #makeDispatcher(): Dispatcher {
    const options = this.#options;
    return new Dispatcher({
      ...options,
      clock: this.#edges.clock,
      rules: {
        maxEntries: serviceLimits.putRecordsMaxRecords,
        maxBytes: this.#sizes.maxRequestBytes,
        collectMs: Math.min(collectAtMostMs, options.lingerMs / 4),
      },
      lanes: () => this.#router.lanes,
      expire: (lane, nowMs) => this.#expire(lane, nowMs),
      send: async (parts) => {
        this.reporter.tally.add('requests', 1);
        for (const { entries } of parts) this.reporter.tally.add('sentEntries', entries.length);
        // What waits for a map remembers how its request went, and must not hold the body (P2).
        const { release, ...sent } = await this.#sender.send(parts);
        try {
          this.#settler.settle(sent);
        } finally {
          release();
          // What the body was set aside for is there again.
          this.gate.lookAgain();
        }
      },
    });
  }

  #makeSettler(): Settler {
    return new Settler({
      ...this.#edges,
      maxAggregateBytes: this.#sizes.maxAggregateBytes,
      finish: (lane, entry, end) => this.#finish(lane, entry, end),
      putBack: (lane, entries) => this.#putBack(lane, entries),
      onRetry: (lane, entries, reason, error) => {
        const records = entries.reduce((sum, entry) => sum + entry.members.count, 0);
        this.reporter.retried(reason, lane.shardId, records, error);
        if (reason === 'throttled') this.reporter.tally.add('throttledEntries', entries.length);
      },
      locate: (...asked) => this.placement.locate(...asked),
      onUnknownShard: (shardId) => this.placement.met(shardId),
      onPlacedElsewhere: () => this.placement.stopAggregating('evidence'),
      isMapInDoubt: () => this.placement.isInDoubt,
      onStreamNotFound: () => this.placement.streamNotFound(),
      onOrderInverted: (shardId) => {
        this.reporter.tally.add('orderInverted', 1);
        this.reporter.tell(() => ({ type: 'order-inverted', reason: 'sequence-number', shardId }));
      },
      onLaneFree: (lane) => {
        this.#router.freed(lane);
        this.#dispatcher.ready(lane);
      },
    });
  }

  #putBack(lane: Lane, entries: readonly Entry[]): void {
    if (this.#giveUp) {
      for (const entry of entries) this.#finish(lane, entry, this.#giveUp);
      return;
    }
    lane.queue.unshift(entries);
    lane.urgent = true;
  }

  #finish(lane: Lane, entry: Entry, end: Landing | FailureOf): void {
    const { reporter, epochs, gate } = this;
    finishEntry({ stream: this.#options.stream, reporter, epochs, gate }, lane, entry, end);
    this.#sweep.rest();
  }

  /** The first fetch of a map is over, well or badly: records that waited for it may go. */
  #release(): void {
    const first = this.#router.allLanes().filter((lane) => lane.range === undefined);
    for (const lane of first) {
      lane.awaitingMap = Math.max(0, lane.awaitingMap - 1);
      // Made before the number of shards was known (P5).
      lane.limiter = this.#makeLimiter(undefined);
    }
    this.#router.settle();
    this.#ready(first);
    this.gate.lookAgain();
  }

  #ready(lanes: Iterable<Lane>): void {
    for (const lane of lanes) if (!lane.isEmpty) this.#dispatcher.added(lane);
  }

  #expire(lane: Lane, nowMs: number): void {
    for (const entry of takeExpired(lane, nowMs, this.#options.recordTtlMs)) {
      const ageMs = nowMs - entry.members.oldestPutAtMs;
      const { mapFailure } = this.placement;
      this.#finish(lane, entry, (facts) => new RecordExpiredError({ ...facts, mapFailure }, ageMs));
    }
  }
}
