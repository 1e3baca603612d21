import { loadavg } from 'node:os';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { Producer } from '@shardline/producer';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';
import { freshKeys } from '../workload/fresh-keys.js';
import { LoopDelay } from '../workload/loop-delay.js';
import { Pace } from '../workload/pace.js';
import { payloadOf, payloads } from '../workload/payloads.js';
import { benchmarkCredentials, benchmarkRegion } from '../workload/sdk-client.js';

/** The application puts what is due every so often. */
const SLICE_MS = 2;
/** Records paced beforehand, so that code is compiled. */
const WARM_MS = 2_000;
const US_PER_MS = 1_000;

/** An application that puts at a fixed rate and times how long an outcome takes to be known. */
class PacedCase implements PreparedCase {
  readonly #producer: Producer;
  readonly #perSecond: number;
  readonly #pacedMs: number;
  /** One record in so many is put with a promise and timed; the others cost no promise. */
  readonly #timedEvery: number;
  readonly #keyCharacters: number;
  readonly #payloads: readonly Uint8Array[];
  readonly #latencies: RecordableHistogram = createHistogram();
  readonly #loopDelay = new LoopDelay();
  #isWarm = false;
  #failure: unknown;
  #told = 0;
  #requests = 0;
  #puts = 0;
  #refused = 0;
  #seconds = 0;

  constructor(parameters: CaseParameters) {
    this.#perSecond = numberParameter(parameters, 'perSecond');
    this.#pacedMs = numberParameter(parameters, 'pacedMs');
    this.#timedEvery = numberParameter(parameters, 'timedEvery');
    this.#keyCharacters = numberParameter(parameters, 'keyCharacters');
    this.#payloads = payloads(numberParameter(parameters, 'recordBytes'));
    this.#producer = new Producer({
      stream: 'paced',
      clientConfig: {
        endpoint: stringParameter(parameters, 'httpsEndpoint'),
        region: benchmarkRegion,
        credentials: benchmarkCredentials,
      },
      lingerMs: numberParameter(parameters, 'lingerMs'),
      onOutcomes: (outcomes) => {
        this.#told += outcomes.length;
        for (const { error } of outcomes.failures()) this.#failure ??= error;
      },
    });
  }

  /** The first lap warms the process up; the other is the trial. */
  async lap(): Promise<number> {
    if (this.#isWarm) return this.#pace(this.#pacedMs);
    this.#isWarm = true;
    await this.#producer.start();
    const records = await this.#pace(WARM_MS);
    this.#latencies.reset();
    this.#loopDelay.reset();
    return records;
  }

  verify(): void {
    if (this.#failure !== undefined) throw this.#failure;
    const { storedRecords } = this.#producer.stats();
    if (this.#told !== storedRecords) throw new Error(`told of ${this.#told} of ${storedRecords} records`);
  }

  facts(): Readonly<Record<string, number>> {
    const at = (part: number) => this.#latencies.percentile(part) / US_PER_MS;
    return {
      latencyP50Ms: at(50),
      latencyP90Ms: at(90),
      latencyP99Ms: at(99),
      latencyMaxMs: this.#latencies.max / US_PER_MS,
      timedRecords: this.#latencies.count,
      perSecond: this.#puts / this.#seconds,
      requestsPerSecond: this.#requests / this.#seconds,
      loopDelayP99Ms: this.#loopDelay.p99Ms,
      loadAverage: loadavg()[0] ?? 0,
    };
  }

  close(): Promise<void> {
    return this.#producer.close();
  }

  async #pace(forMs: number): Promise<number> {
    const { requests } = this.#producer.stats();
    this.#refused = 0;
    this.#loopDelay.resume();
    const startedMs = performance.now();
    const pace = new Pace(this.#perSecond, startedMs);
    while (performance.now() - startedMs < forMs) {
      this.#put(pace.take(performance.now()));
      await setTimeout(SLICE_MS);
    }
    this.#loopDelay.pause();
    this.#seconds = (performance.now() - startedMs) / 1_000;
    this.#puts = pace.taken - this.#refused;
    await this.#producer.flush();
    this.#requests = this.#producer.stats().requests - requests;
    return pace.taken;
  }

  #put(records: number): void {
    if (records === 0) return;
    const keys = freshKeys(records, this.#keyCharacters);
    for (let index = 0; index < records; index++) {
      const record = { partitionKey: keys[index] as string, data: payloadOf(this.#payloads, index) };
      if (index % this.#timedEvery === 0) this.#putAndTime(record);
      else if (!this.#producer.tryPut(record)) this.#refused += 1;
    }
  }

  #putAndTime(record: { partitionKey: string; data: Uint8Array }): void {
    const putMs = performance.now();
    this.#producer.put(record).then(
      () => this.#latencies.record(Math.max(1, Math.round((performance.now() - putMs) * US_PER_MS))),
      (error: unknown) => {
        this.#failure ??= error;
      },
    );
  }
}

export function prepare(parameters: CaseParameters): PreparedCase {
  return new PacedCase(parameters);
}
