import { setTimeout } from 'node:timers/promises';
import { type Outcomes, Producer, type ProducerStats } from '@shardline/producer';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';
import { limitedStream, shardLimits } from '../workload/limit-scenario.js';
import { payloadOf, payloads } from '../workload/payloads.js';
import { benchmarkCredentials, benchmarkRegion } from '../workload/sdk-client.js';

/** How much more is offered than the stream takes. */
const OFFERED = 3;
const TURN_MS = 10;
const KEYS = 10_000;
/** A little more than a shard takes in the longest wait for its turn. */
const MAX_OUTSTANDING_BYTES = 8_388_608;

/** Offers records at a steady rate, and waits where there is no room. */
class Offering {
  readonly #producer: Producer;
  readonly #payloads: readonly Uint8Array[];
  readonly #perMs: number;
  #put = 0;

  constructor(producer: Producer, parameters: CaseParameters) {
    const recordBytes = numberParameter(parameters, 'recordBytes');
    const bytes = shardLimits.bytes / recordBytes;
    const perSecond = parameters.aggregate === 'never' ? Math.min(bytes, shardLimits.records) : bytes;
    this.#producer = producer;
    this.#payloads = payloads(recordBytes);
    this.#perMs = (OFFERED * perSecond * numberParameter(parameters, 'shards')) / 1_000;
  }

  async until(endMs: number): Promise<void> {
    let dueMs = performance.now();
    while (dueMs < endMs) {
      const nowMs = performance.now();
      while (dueMs <= nowMs) {
        if (!(await this.#putOne())) dueMs = performance.now();
        dueMs += 1 / this.#perMs;
      }
      await setTimeout(TURN_MS);
    }
  }

  /** False where it had to wait: what was not offered meanwhile is not made up for. */
  async #putOne(): Promise<boolean> {
    const index = this.#put;
    this.#put += 1;
    const record = { partitionKey: `key-${index % KEYS}`, data: payloadOf(this.#payloads, index) };
    if (this.#producer.tryPut(record)) return true;
    do await this.#producer.waitForRoom();
    while (!this.#producer.tryPut(record));
    return false;
  }
}

class LimitsCase implements PreparedCase {
  readonly #parameters: CaseParameters;
  readonly #producer: Producer;
  readonly #offering: Offering;
  #before: ProducerStats | undefined;
  #facts: Readonly<Record<string, number>> = {};

  constructor(parameters: CaseParameters) {
    this.#parameters = parameters;
    this.#producer = new Producer({
      stream: limitedStream,
      clientConfig: {
        endpoint: stringParameter(parameters, 'endpoint'),
        region: benchmarkRegion,
        credentials: benchmarkCredentials,
      },
      aggregate: parameters.aggregate === 'never' ? 'never' : 'auto',
      maxOutstandingBytes: MAX_OUTSTANDING_BYTES,
      onOutcomes: (_outcomes: Outcomes) => undefined,
    });
    this.#offering = new Offering(this.#producer, parameters);
  }

  /** The first lap settles the rates, the other counts. */
  async lap(): Promise<number> {
    const before = this.#before;
    const fromMs = Date.now();
    const startedMs = performance.now();
    await this.#offering.until(startedMs + (before === undefined ? this.#settleMs() : this.#countMs()));
    const after = this.#producer.stats();
    this.#before = after;
    if (before !== undefined) {
      this.#facts = { countedFromMs: fromMs, ...gained(before, after, performance.now() - startedMs) };
    }
    return Math.max(1, after.storedRecords - (before?.storedRecords ?? 0));
  }

  #settleMs(): number {
    return numberParameter(this.#parameters, 'countFromMs') - Date.now();
  }

  #countMs(): number {
    return numberParameter(this.#parameters, 'countMs');
  }

  facts(): Readonly<Record<string, number>> {
    return this.#facts;
  }

  /** What is left has no part in it. */
  async close(): Promise<void> {
    await this.#producer.close({ deadlineMs: 0 }).catch(() => undefined);
  }
}

function gained(before: ProducerStats, after: ProducerStats, countedMs: number) {
  const failed = (stats: ProducerStats) =>
    Object.values(stats.failedRecords).reduce((total, count) => total + count, 0);
  const more = (name: 'storedBytes' | 'storedEntries' | 'sentEntries' | 'throttledEntries') =>
    after[name] - before[name];
  return {
    countedMs,
    storedBytes: more('storedBytes'),
    storedEntries: more('storedEntries'),
    sentEntries: more('sentEntries'),
    throttledEntries: more('throttledEntries'),
    failedRecords: failed(after),
  };
}

export function prepare(parameters: CaseParameters): PreparedCase {
  return new LimitsCase(parameters);
}
