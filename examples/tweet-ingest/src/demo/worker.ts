import type { Consumer, ConsumerEvent, ConsumerOptions } from '@shardline/consumer';
import type { RecordLedger } from '@shardline/testing';
import { tweetIdIn } from '../tweet-ledger.js';
import type { WorkerMessage } from './worker-message.js';

/** What the worker does with its consumer. */
export type WorkerConsumer = Pick<Consumer, 'start' | 'stop' | 'health' | 'finished'>;

/** The part of the consumer's options that the worker sets. */
export type WorkerCallbacks = Required<Pick<ConsumerOptions, 'onRecord' | 'onEvent'>>;

type UserRecord = Parameters<WorkerCallbacks['onRecord']>[0];

/** What a {@link DemoWorker} needs. */
export interface DemoWorkerOptions {
  readonly makeConsumer: (callbacks: WorkerCallbacks) => WorkerConsumer;
  readonly ledger: Pick<RecordLedger, 'delivered'>;
  readonly tell: (message: WorkerMessage) => void;
  /** The time of day, which arrival times of records are told in. */
  readonly nowMs: () => number;
}

/** For how long the age of the tweet that was delivered last says how far a shard is behind. */
const recentMs = 1_000;

/** One of the demo's workers: notes every tweet that is delivered to it, and says how it is doing. */
export class DemoWorker {
  readonly #options: DemoWorkerOptions;
  readonly #consumer: WorkerConsumer;
  readonly #delivered: Record<string, number> = {};
  /** Of the tweet of each shard that was delivered last: when, and how old it was. */
  readonly #latest = new Map<string, { readonly atMs: number; readonly ageMs: number }>();
  /** Shards of which a tweet was delivered since their leases were gained. */
  readonly #delivering = new Set<string>();
  /** Rejects when the consumer has come to its end, asked or not. */
  readonly ended: Promise<never>;

  constructor(options: DemoWorkerOptions) {
    this.#options = options;
    this.#consumer = options.makeConsumer({
      onRecord: (record, { shard }) => this.#onRecord(record, shard.shardId),
      onEvent: (event) => this.#onEvent(event),
    });
    this.ended = this.#consumer.finished.then(({ reason, error }) => {
      throw error ?? new Error(`The consumer has ended: ${reason}`);
    });
    this.ended.catch(() => undefined); // whoever awaits it still sees the rejection
  }

  async start(): Promise<void> {
    await this.#consumer.start();
    this.#options.tell({ type: 'started' });
  }

  /** Says what is held and how much was delivered. */
  report(): void {
    const { state, shards } = this.#consumer.health();
    if (state !== 'running') return;
    const held = shards
      .filter((shard) => shard.state !== 'draining')
      .map(({ shardId, millisBehindLatest }) => ({
        shardId,
        behindMs: this.#behindMs(shardId, millisBehindLatest),
      }));
    this.#options.tell({ type: 'report', held, delivered: { ...this.#delivered } });
  }

  /** Finishes what is in hand and gives the leases back. */
  async stop(): Promise<void> {
    await this.#consumer.stop();
  }

  #onRecord(record: UserRecord, shardId: string): void {
    const { partitionKey: key = '', data, sequenceNumber, subSequenceNumber } = record;
    const id = tweetIdIn(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
    if (id === undefined) throw new Error(`Not a tweet: record ${sequenceNumber} of ${shardId}.`);
    this.#options.ledger.delivered({ key, id, shardId, sequenceNumber, subSequenceNumber });
    const nowMs = this.#options.nowMs();
    const arrivedMs = record.approximateArrivalTimestamp?.getTime() ?? nowMs;
    this.#latest.set(shardId, { atMs: nowMs, ageMs: Math.max(0, nowMs - arrivedMs) });
    this.#delivered[shardId] = (this.#delivered[shardId] ?? 0) + 1;
    if (this.#delivering.has(shardId)) return;
    this.#delivering.add(shardId);
    this.#options.tell({ type: 'delivering', shardId });
  }

  /** Of what was read, the service says it; what was read may still wait to be delivered. */
  #behindMs(shardId: string, readMs: number | undefined): number | undefined {
    const latest = this.#latest.get(shardId);
    const isRecent = latest !== undefined && this.#options.nowMs() - latest.atMs < recentMs;
    return isRecent ? Math.max(readMs ?? 0, latest.ageMs) : readMs;
  }

  #onEvent(event: ConsumerEvent): void {
    if (event.type === 'lease-released') this.#delivering.delete(event.shardId);
    if (event.type === 'shard-ended') {
      this.#options.tell({ type: 'finished', shardId: event.shardId });
    }
  }
}
