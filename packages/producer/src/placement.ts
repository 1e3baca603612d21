import type { Clock, Random } from '@shardline/core';
import { type ServiceFault, serviceLimits } from '@shardline/core/internal';
import type { ProducerEvent } from './events.js';
import type { KinesisApi, StreamSummary } from './kinesis-api.js';
import { isLasting } from './refusal.js';
import type { ShardMap } from './shard-map.js';
import { type ShardMapFailure, ShardMapFailures } from './shard-map-failures.js';
import { type Located, type ShardMapCall, ShardMaps } from './shard-maps.js';
import type { ShardMapStats } from './stats.js';

/** What a {@link Placement} needs from outside. */
export interface PlacementParts {
  readonly api: KinesisApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly aggregate: 'auto' | 'always' | 'never';
  readonly requestTimeoutMs: number;
  readonly recordTtlMs: number;
  /** Places records by this map from now on, or in one lane without aggregation. */
  readonly replace: (map: ShardMap | undefined) => void;
  /** The first fetch is over. */
  readonly release: () => void;
  readonly tell: (make: () => ProducerEvent) => void;
}

/** Longest wait for one call that tells of the stream, where requests may take longer. */
const callAtMostMs = 5_000;

/**
 * Knows how the stream places records: by key and shard map, or by itself (AUTO), where aggregates must not be sent (P4).
 */
export class Placement {
  readonly #parts: PlacementParts;
  readonly #maps: ShardMaps;
  readonly #failures = new ShardMapFailures();
  #summary: StreamSummary | undefined;
  /** The last description failed, and may pass another time. */
  #isDescriptionLate = false;
  #map: ShardMap | undefined;
  #placesItself = false;
  /** The stream said so since aggregation stopped: its word that this is over is good then. */
  #saidAuto = false;
  /** The stream was not found since the map was fetched: it may be another one when it is found again. */
  #isInDoubt = false;
  #toldUnknown = false;
  #released = false;
  #tellDescribed = () => {};
  readonly #described = new Promise<void>((resolve) => {
    this.#tellDescribed = resolve;
  });

  constructor(parts: PlacementParts) {
    this.#parts = parts;
    this.#maps = new ShardMaps({
      api: parts.api,
      clock: parts.clock,
      random: parts.random,
      callWithinMs: Math.min(callAtMostMs, parts.requestTimeoutMs),
      onMap: (map) => this.#onMap(map),
      onSummary: (summary) => this.#onSummary(summary),
      onFault: (call, fault) => this.#onFault(call, fault),
      onDefect: raise,
    });
  }

  /**
   * Largest record of the stream, in bytes. Where a passing fault leaves it unknown, the most that a stream can take, for the
   * service to judge; where the right to describe the stream is missing, and before the first fetch, the service's default.
   */
  get maxRecordBytes(): number {
    if (this.#summary) return this.#summary.maxRecordBytes;
    const { highestMaxRecordBytes, defaultMaxRecordBytes } = serviceLimits;
    return this.#isDescriptionLate ? highestMaxRecordBytes : defaultMaxRecordBytes;
  }

  /** Whether the first fetch is over: records need not wait any more for the stream's own limits. */
  get isDescribed(): boolean {
    return this.#released;
  }

  /**
   * The stream has no order (P3): it says itself that it is AUTO. Evidence is not enough for that, nor is not knowing: where either
   * is wrong the order would be lost.
   */
  get hasNoOrder(): boolean {
    return this.#placesItself && this.#saidAuto;
  }

  /** Resolves once that is so; begins to fetch. */
  described(): Promise<void> {
    this.start();
    return this.#described;
  }

  get openShardCount(): number {
    return this.#map?.shards.length ?? this.#summary?.openShardCount ?? 1;
  }

  /** What made the first fetch late, while records wait for it; once it is over they go, with a map or without. */
  get mapFailure(): ShardMapFailure | undefined {
    return this.#released || !this.#isDescriptionLate ? undefined : this.#failures.last;
  }

  get mapStats(): ShardMapStats {
    const lastFailure = this.#failures.last;
    return { isKnown: this.#map !== undefined, ...(lastFailure && { lastFailure }) };
  }

  /** Begins to fetch maps, once. */
  start(): void {
    if (!this.#maps.isStarted) void this.refresh();
  }

  /** Fetches anew; resolves with what went wrong, if anything did. */
  refresh(): Promise<ServiceFault | undefined> {
    return this.#maps.refresh().then((fault) => {
      this.#release();
      return fault;
    });
  }

  /** A shard took a record; if no map shows it, a newer one is fetched. */
  met(shardId: string): void {
    if (this.#map && !this.#map.has(shardId)) this.#maps.lookSoon();
  }

  /** Whether the map may be that of an earlier stream of this name. */
  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  /** The stream was not found: a newer map is fetched as soon as it is there again. */
  streamNotFound(): void {
    if (this.#isInDoubt) return;
    this.#isInDoubt = true;
    this.#maps.lookSoon();
  }

  /** No longer than until the outcome of a record that was put at `putAtMs` is due. */
  async locate(shardId: string, earlierId: string, putAtMs = Number.POSITIVE_INFINITY): Promise<Located> {
    const { clock, recordTtlMs, requestTimeoutMs } = this.#parts;
    const leftMs = putAtMs + recordTtlMs + requestTimeoutMs - clock.monotonic();
    const located = await this.#maps.locate(shardId, earlierId, leftMs);
    // A description tells of no shard: its failure is no reason.
    return { ...located, failure: this.#failures.of('ListShards') };
  }

  /** The stream places records itself. `aggregate: 'always'` says that this cannot be. */
  stopAggregating(reason: 'summary' | 'evidence'): void {
    if (this.#placesItself || this.#parts.aggregate === 'always') return;
    this.#placesItself = true;
    this.#parts.tell(() => ({ type: 'aggregation-stopped', reason }));
    this.#parts.replace(undefined);
    // Only its own word says that there is no order to keep.
    if (reason === 'evidence') this.#maps.describeSoon();
  }

  async close(): Promise<void> {
    await this.#maps.close();
  }

  #onMap(map: ShardMap): void {
    const before = this.#map;
    this.#map = map;
    this.#failures.succeeded('ListShards');
    this.#isInDoubt = false;
    if (before?.equals(map)) return;
    const reason = before ? 'changed' : 'first';
    this.#parts.tell(() => ({ type: 'shard-map', reason, openShards: map.shards.length }));
    if (!this.#placesItself) this.#parts.replace(map);
  }

  #onSummary(summary: StreamSummary): void {
    this.#summary = summary;
    this.#failures.succeeded('DescribeStreamSummary');
    if (summary.recordDistribution === 'AUTO') {
      this.#saidAuto = true;
      this.stopAggregating('summary');
    } else if (summary.recordDistribution === 'USER_PARTITION_KEY') this.#resumeAggregating();
    else if (summary.recordDistribution === undefined) this.#unknown('not-said');
  }

  /** The stream places records by key again. Evidence against it is not taken back by a stream that never said otherwise. */
  #resumeAggregating(): void {
    if (!this.#placesItself || !this.#saidAuto) return;
    this.#placesItself = false;
    this.#saidAuto = false;
    this.#parts.tell(() => ({ type: 'aggregation-resumed', reason: 'summary' }));
    if (this.#map) this.#parts.replace(this.#map);
  }

  #onFault(call: ShardMapCall, fault: ServiceFault): void {
    const { kind, name, message } = fault;
    const failure = { call, reason: name, message };
    this.#failures.failed(failure);
    if (kind === 'not-found') this.#isInDoubt = true;
    if (call === 'DescribeStreamSummary') {
      this.#isDescriptionLate = !isLasting(kind);
      if (isLasting(kind)) this.#unknown(name);
    }
    this.#parts.tell(() => ({ type: 'shard-map-failed', ...failure }));
  }

  /** Said once: aggregation goes on, since nearly all streams place records by key. */
  #unknown(reason: string): void {
    if (this.#toldUnknown || this.#parts.aggregate !== 'auto') return;
    this.#toldUnknown = true;
    this.#parts.tell(() => ({ type: 'distribution-unknown', reason }));
  }

  #release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#tellDescribed();
    this.#parts.release();
  }
}

/** As an uncaught error: a defect of ours must come to light, and whoever fetches goes on. */
function raise(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
