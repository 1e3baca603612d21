import type { ProducerStats } from '@shardline/producer';
import type { LatencyQuantiles } from '../latency-histogram.js';
import type { ShardDelivery } from './delivery-board.js';
import type { ShardSnapshot, Snapshot } from './snapshot.js';

/** The part of the producer's statistics that the demo shows. */
export type MeteredStats = Pick<
  ProducerStats,
  | 'storedRecords'
  | 'storedEntries'
  | 'throttledEntries'
  | 'outstandingRecords'
  | 'outstandingBytes'
  | 'shards'
>;

/** What is measured at one moment. */
export interface Measurement {
  readonly atMs: number;
  /** Tweets offered so far. */
  readonly offered: number;
  readonly stats: MeteredStats;
  readonly deliveries: readonly ShardDelivery[];
}

/** Rates are taken over this long, so that one aggregate more or less does not make them jump. */
const windowMs = 1_000;

/** Turns counters that only grow into what the live view shows. Pure: time comes with each measurement. */
export class DemoMeter {
  readonly #measurements: Measurement[] = [];
  readonly #notes = new Map<string, string>();
  readonly #shardIds = new Set<string>();
  /** Shards that the producer has written to, or does. */
  readonly #written = new Set<string>();

  /** Takes a measurement. */
  add(measurement: Measurement): void {
    this.#measurements.push(measurement);
    while ((this.#measurements[1]?.atMs ?? Number.POSITIVE_INFINITY) <= measurement.atMs - windowMs) {
      this.#measurements.shift();
    }
    for (const { shardId } of measurement.stats.shards) {
      if (shardId !== undefined) this.#written.add(shardId);
    }
    for (const { shardId } of [...measurement.stats.shards, ...measurement.deliveries]) {
      if (shardId !== undefined) this.#shardIds.add(shardId);
    }
  }

  /** Shows `text` beside a shard. */
  note(shardId: string, text: string): void {
    this.#notes.set(shardId, text);
  }

  /** The open shard that takes the most bytes just now. */
  get hottest(): ShardSnapshot | undefined {
    const open = this.#shards().filter(({ state }) => state === 'open');
    return open.reduce<ShardSnapshot | undefined>(
      (hottest, shard) => (shard.bytesPerSecond > (hottest?.bytesPerSecond ?? -1) ? shard : hottest),
      undefined,
    );
  }

  /** What to show now. */
  snapshot(facts: {
    readonly elapsedMs: number;
    readonly loadMs: number;
    readonly activity: string;
    readonly latency: LatencyQuantiles | undefined;
  }): Snapshot {
    const { stats } = this.#latest;
    const shards = this.#shards();
    return {
      ...facts,
      offeredPerSecond: this.#rate(({ offered }) => offered),
      storedPerSecond: this.#rate((at) => at.stats.storedRecords),
      recordsPerSecond: this.#rate((at) => at.stats.storedEntries),
      tweetsPerRecord: stats.storedEntries === 0 ? 0 : stats.storedRecords / stats.storedEntries,
      throttledRecords: stats.throttledEntries,
      outstandingRecords: stats.outstandingRecords,
      outstandingBytes: stats.outstandingBytes,
      deliveredPerSecond: shards.reduce((total, shard) => total + shard.deliveredPerSecond, 0),
      behindMs: furthest(shards),
      shards,
    };
  }

  #shards(): ShardSnapshot[] {
    const open = new Set(this.#latest.stats.shards.map(({ shardId }) => shardId));
    return [...this.#shardIds].sort().map((shardId) => {
      const delivery = deliveryOf(this.#latest, shardId);
      return {
        shardId,
        bytesPerSecond: this.#rate((at) => shardOf(at, shardId)?.storedBytes ?? 0),
        recordsPerSecond: this.#rate((at) => shardOf(at, shardId)?.storedEntries ?? 0),
        // A worker may know a new shard before the producer does.
        state: open.has(shardId) || !this.#written.has(shardId) ? 'open' : 'closed',
        note: this.#notes.get(shardId) ?? '',
        worker: delivery?.worker,
        deliveredPerSecond: this.#rate((at) => deliveryOf(at, shardId)?.delivered ?? 0),
        behindMs: delivery?.behindMs,
        finished: delivery?.finished ?? false,
      };
    });
  }

  #rate(counter: (measurement: Measurement) => number): number {
    const first = this.#measurements[0] ?? this.#latest;
    const spanMs = this.#latest.atMs - first.atMs;
    return spanMs > 0 ? Math.max(0, ((counter(this.#latest) - counter(first)) * 1_000) / spanMs) : 0;
  }

  get #latest(): Measurement {
    const latest = this.#measurements.at(-1);
    if (!latest) throw new RangeError('DemoMeter: nothing was measured yet.');
    return latest;
  }
}

function shardOf({ stats }: Measurement, shardId: string) {
  return stats.shards.find((shard) => shard.shardId === shardId);
}

function deliveryOf({ deliveries }: Measurement, shardId: string): ShardDelivery | undefined {
  return deliveries.find((delivery) => delivery.shardId === shardId);
}

function furthest(shards: readonly ShardSnapshot[]): number | undefined {
  const known = shards.flatMap(({ behindMs }) => (behindMs === undefined ? [] : [behindMs]));
  return known.length > 0 ? Math.max(...known) : undefined;
}
