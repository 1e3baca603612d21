import { decodeAggregate, HashRangeIndex, hashKeyOf } from '@shardline/aggregation';
import type { Clock } from '@shardline/core';
import type { ProducerEvent } from '../../src/events.js';
import type { StreamSummary } from '../../src/kinesis-api.js';
import type { Producer } from '../../src/producer.js';
import { evenShards } from '../support/shards.js';
import type { Plan } from './plan.js';
import { orderKeyOf, type PutLog } from './put-log.js';

/** One call may wait with more records than may wait by the bound. */
export const largestBurst = 40;

/** A record of a request on its way. */
export interface SentRecord {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

interface Sending {
  readonly atMs: number;
  readonly bytes: number;
}

const capRecords = 1_000;
const capBytes = 1_048_576;

/**
 * Looks at the producer at every step: whatever it tells, sends or is answered. Notes the first thing that is wrong, for
 * {@link Watch.raise}: what its callbacks throw the producer survives (P1).
 */
export class Watch {
  readonly #plan: Plan;
  readonly #clock: Clock;
  readonly #log: PutLog;
  /** The producer, once it is there. */
  producer: Producer | undefined;
  #wrong: Error | undefined;
  #bytesInFlight = 0;
  /** In how many requests each is. */
  readonly #keysInFlight = new Map<string, number>();
  #saysAuto = false;
  readonly #shards: HashRangeIndex;
  /** What was sent within the last second, by shard; only where the limits of each are known to the producer. */
  readonly #sent: Sending[][];

  constructor(plan: Plan, clock: Clock, log: PutLog) {
    this.#plan = plan;
    this.#clock = clock;
    this.#log = log;
    this.#shards = new HashRangeIndex(evenShards(plan.shards));
    this.#sent = Array.from({ length: knowsItsShards(plan) ? plan.shards : 0 }, () => []);
  }

  /** Throws what was wrong. */
  raise(): void {
    if (this.#wrong) throw this.#wrong;
  }

  fail(invariant: string, what: string): void {
    this.#wrong ??= new Error(`${invariant}: ${what}`);
  }

  /** P2: never more than the bounds say. */
  look(): void {
    const { options } = this.#plan;
    const {
      maxOutstandingRecords = 0,
      maxOutstandingBytes = 0,
      maxWaitingPuts = 0,
      maxInFlightRequests = 0,
    } = options;
    const stats = this.producer?.stats();
    if (!stats) return;
    if (stats.outstandingRecords > maxOutstandingRecords) this.fail('P2', 'too many records outstanding');
    if (stats.outstandingBytes > maxOutstandingBytes) this.fail('P2', 'too many bytes outstanding');
    // What is let in is judged by the bound; the buffers that it goes into next may be larger.
    if (stats.heldBytes > maxOutstandingBytes * 1.2)
      this.fail('P2', `holds ${stats.heldBytes} of ${maxOutstandingBytes} bytes`);
    if (stats.waitingPuts > maxWaitingPuts + largestBurst) this.fail('P2', 'too many puts wait');
    if (stats.inFlightRequests > maxInFlightRequests) this.fail('P2', 'too many requests in flight');
    if (this.#bytesInFlight > maxOutstandingBytes)
      this.fail('P2', 'more bytes in flight than may be outstanding');
  }

  /** P7: no request leaves with a record beyond its time to live. `preparedMs` is when its body was made, on the process's clock. */
  checkAges(records: readonly SentRecord[], preparedMs: number): void {
    const { recordTtlMs = Number.POSITIVE_INFINITY } = this.#plan.options;
    for (const { Data } of records) {
      for (const { data } of decodeAggregate(Data) ?? [{ data: Data }]) {
        const put = this.#log.find(Buffer.from(data).toString());
        if (!put) this.fail('P1', 'a record is sent that nobody put');
        else if (preparedMs - put.readAtMs >= recordTtlMs)
          this.fail('P7', `record ${put.id} is sent ${preparedMs - put.readAtMs} ms after it was accepted`);
      }
    }
  }

  /** Whether order is to be kept now: not where the stream has told the producer that it places records itself (P3). */
  get keepsOrder(): boolean {
    return this.#plan.options.ordering === 'key' && !this.#saysAuto;
  }

  /** The producer is about to read this of the stream. */
  described({ recordDistribution }: StreamSummary): void {
    this.#saysAuto ||= recordDistribution === 'AUTO';
  }

  /** The producer has told this. */
  heard({ type }: ProducerEvent): void {
    if (type === 'aggregation-resumed') this.#saysAuto = false;
  }

  /** A request leaves; it is over when its answer is there or it is given up. */
  async during<Answer>(
    records: readonly SentRecord[],
    { signal, keepsOrder }: { readonly signal?: AbortSignal | undefined; readonly keepsOrder: boolean },
    run: () => Promise<Answer>,
  ): Promise<Answer> {
    const bytes = records.reduce((sum, { Data }) => sum + Data.length, 0);
    const keys = keysIn(records);
    this.#bytesInFlight += bytes;
    for (const key of keys) this.#enter(key, keepsOrder);
    this.#meter(records);
    this.look();
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      this.#bytesInFlight -= bytes;
      for (const key of keys) this.#leave(key);
    };
    signal?.addEventListener('abort', over, { once: true });
    try {
      return await run();
    } finally {
      over();
      signal?.removeEventListener('abort', over);
    }
  }

  /** P3: while a record of a key is in flight no other one of that key is. */
  #enter(key: string, keepsOrder: boolean): void {
    const requests = this.#keysInFlight.get(key) ?? 0;
    if (requests > 0 && keepsOrder) this.fail('P3', `two requests with key "${key}" are in flight`);
    this.#keysInFlight.set(key, requests + 1);
  }

  #leave(key: string): void {
    const requests = this.#keysInFlight.get(key) ?? 0;
    if (requests > 1) this.#keysInFlight.set(key, requests - 1);
    else this.#keysInFlight.delete(key);
  }

  /** P5: a shard is never sent more within a second than half a second's worth at once and the rate. */
  #meter(records: readonly SentRecord[]): void {
    if (this.#sent.length === 0) return;
    const nowMs = this.#clock.monotonic();
    const share = (1.5 * (this.#plan.options.rateLimitPercent ?? 100)) / 100;
    for (const { Data, PartitionKey, ExplicitHashKey } of records) {
      const bytes = Data.length + Buffer.byteLength(PartitionKey);
      this.#sent[this.#shards.find(hashKeyOf(PartitionKey, ExplicitHashKey))]?.push({ atMs: nowMs, bytes });
    }
    for (const sent of this.#sent) {
      while ((sent[0]?.atMs ?? nowMs) <= nowMs - 1_000) sent.shift();
      const total = sent.reduce((sum, { bytes }) => sum + bytes, 0);
      const largest = sent.reduce((most, { bytes }) => Math.max(most, bytes), 0);
      if (sent.length > share * capRecords + 1)
        this.fail('P5', `${sent.length} records within a second to one shard`);
      if (total > share * capBytes + largest + 1)
        this.fail('P5', `${total} bytes within a second to one shard`);
    }
  }
}

/** Whether the producer gets a map at once and the shards stay as they are. */
function knowsItsShards({ onDemand, happenings, faults }: Plan): boolean {
  const reshards = happenings.some(({ kind }) => kind === 'split' || kind === 'merge' || kind === 'recreate');
  const unlisted = faults.some(
    ({ kind, ...rest }) =>
      kind === 'reshard' ||
      kind === 'staleListShards' ||
      (kind !== 'latency' && 'operation' in rest && typeof rest.operation === 'object'),
  );
  return !onDemand && !reshards && !unlisted;
}

function keysIn(records: readonly SentRecord[]): readonly string[] {
  const keys = records.flatMap(({ Data, PartitionKey, ExplicitHashKey }) => {
    const members = decodeAggregate(Data) ?? [
      { partitionKey: PartitionKey, explicitHashKey: ExplicitHashKey },
    ];
    return members.map(orderKeyOf);
  });
  return [...new Set(keys)];
}
