import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Outcomes, Producer } from '@shardline/producer';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';
import {
  bytesOf,
  grownBy,
  type Held,
  heldNow,
  lastingGrowth,
  mostGrowth,
} from '../workload/memory-growth.js';
import { type MemoryScenario, memoryScenarioOf } from '../workload/memory-scenario.js';
import { payloads } from '../workload/payloads.js';
import { Pressure } from '../workload/pressure.js';
import { benchmarkCredentials, benchmarkRegion } from '../workload/sdk-client.js';

/** The producer's defaults. */
const MAX_OUTSTANDING_BYTES = 33_554_432;
const MAX_OUTSTANDING_RECORDS = 200_000;
const SAMPLE_EVERY_MS = 250;
/** However slow this machine is. */
const LEAST_SAMPLES = 3;
/** Looks at growth beyond what is allowed, and what lies between them. */
const LOOKS = 5;
const LOOK_AGAIN_MS = 100;
/** Longest wait for the producer to be full; looked at every so often. */
const FILL_WITHIN_MS = 30_000;
const FILL_STEP_MS = 50;
/** Put and stored before anything is measured, so that code is compiled and tables have their size. */
const WARM_MS = 1_500;

/** The server that the case is told of, and how to change it. */
class Surroundings {
  readonly #parameters: CaseParameters;

  constructor(parameters: CaseParameters) {
    this.#parameters = parameters;
  }

  get endpoint(): string {
    return stringParameter(this.#parameters, 'httpsEndpoint');
  }

  async ask(path: string): Promise<void> {
    const response = await fetch(`${stringParameter(this.#parameters, 'httpEndpoint')}/${path}`);
    if (!response.ok) throw new Error(`the null server answered ${response.status} to ${path}`);
    await response.text();
  }
}

/** Most of what was found while the producer was pressed. */
interface Peaks {
  grown: Held;
  /** What was gone a moment later included. */
  momentaryBytes: number;
  residentBytes: number;
  /** By the producer's own account. */
  heldBytes: number;
  outstandingBytes: number;
  outstandingRecords: number;
  waitingPuts: number;
  inFlightRequests: number;
  samples: number;
}

class MemoryCase implements PreparedCase {
  readonly #scenario: MemoryScenario;
  readonly #pressureMs: number;
  readonly #server: Surroundings;
  readonly #payloads: readonly Uint8Array[];
  readonly #peaks: Peaks = {
    grown: { heapBytes: 0, bufferBytes: 0, nativeBytes: 0 },
    momentaryBytes: 0,
    residentBytes: 0,
    heldBytes: 0,
    outstandingBytes: 0,
    outstandingRecords: 0,
    waitingPuts: 0,
    inFlightRequests: 0,
    samples: 0,
  };
  #isWarm = false;
  #fullTurns = 0;
  #stored = 0;
  #failed = 0;
  #leftBytes = 0;

  constructor(parameters: CaseParameters) {
    this.#scenario = memoryScenarioOf(parameters);
    this.#pressureMs = numberParameter(parameters, 'pressureMs');
    this.#server = new Surroundings(parameters);
    this.#payloads = payloads(this.#scenario.recordBytes);
  }

  async prove(): Promise<void> {
    await this.#server.ask(`reshard/${this.#scenario.shards}`);
    await this.#server.ask('answer-puts-after/0');
    await this.#server.ask('break/none');
  }

  /** The first lap warms the process up; the other is the trial. */
  lap(): Promise<number> {
    if (this.#isWarm) return this.#press();
    this.#isWarm = true;
    return this.#warm();
  }

  facts(): Readonly<Record<string, number>> {
    const { grown, momentaryBytes, residentBytes, ...peaks } = this.#peaks;
    const grownBytes = bytesOf(grown);
    const boundBytes = this.#boundBytes;
    return {
      grownBytes,
      boundBytes,
      grownShare: grownBytes / boundBytes,
      grownHeapBytes: grown.heapBytes,
      grownBufferBytes: grown.bufferBytes,
      grownNativeBytes: grown.nativeBytes,
      momentarilyGrownBytes: momentaryBytes,
      residentGrownBytes: residentBytes,
      leftAfterCloseBytes: this.#leftBytes,
      ...peaks,
      fullTurns: this.#fullTurns,
      stored: this.#stored,
      failed: this.#failed,
    };
  }

  /** Puts that wait may hold as much again. */
  get #boundBytes(): number {
    return MAX_OUTSTANDING_BYTES * (this.#scenario.fillsWaiting ? 2 : 1);
  }

  /** The server may have others to serve. */
  async close(): Promise<void> {
    await this.#server.ask('answer-puts-after/0');
    await this.#server.ask('break/none');
  }

  async #warm(): Promise<number> {
    const [producer, pressure] = this.#application();
    await put(pressure, performance.now() + WARM_MS);
    await producer.close();
    return Math.max(1, pressure.stored);
  }

  async #press(): Promise<number> {
    const [producer, pressure] = this.#application();
    await producer.start();
    await this.#server.ask(`answer-puts-after/${this.#scenario.answerPutsAfter}`);
    if (this.#scenario.oneShardFails) await this.#server.ask('break/0');
    const idle = await heldNow();
    const idleResidentBytes = process.memoryUsage.rss();
    await fill(pressure);
    const endMs = performance.now() + this.#pressureMs;
    const reshards = this.#reshard(endMs);
    while (performance.now() < endMs || this.#peaks.samples < LEAST_SAMPLES) {
      await this.#sample(producer, idle, idleResidentBytes);
      await put(pressure, performance.now() + SAMPLE_EVERY_MS);
    }
    await reshards;
    // Whatever is left fails: what an unanswered producer gives up is not what is judged here.
    await producer.close({ deadlineMs: 0 }).catch(() => undefined);
    this.#fullTurns = pressure.fullTurns;
    this.#stored = pressure.stored;
    this.#failed = pressure.failed;
    this.#leftBytes = bytesOf(grownBy(await heldNow(), idle));
    return Math.max(1, pressure.stored);
  }

  async #sample(producer: Producer, idle: Held, idleResidentBytes: number): Promise<void> {
    const peaks = this.#peaks;
    const {
      heldBytes: held,
      outstandingBytes,
      outstandingRecords,
      waitingPuts,
      inFlightRequests,
    } = producer.stats();
    peaks.heldBytes = Math.max(peaks.heldBytes, held);
    peaks.outstandingBytes = Math.max(peaks.outstandingBytes, outstandingBytes);
    peaks.outstandingRecords = Math.max(peaks.outstandingRecords, outstandingRecords);
    peaks.waitingPuts = Math.max(peaks.waitingPuts, waitingPuts);
    peaks.inFlightRequests = Math.max(peaks.inFlightRequests, inFlightRequests);
    peaks.residentBytes = Math.max(peaks.residentBytes, process.memoryUsage.rss() - idleResidentBytes);
    const look = async () => {
      if (looks > 0) await setTimeout(LOOK_AGAIN_MS);
      looks += 1;
      const grown = grownBy(await heldNow(), idle);
      peaks.momentaryBytes = Math.max(peaks.momentaryBytes, bytesOf(grown));
      return grown;
    };
    let looks = 0;
    const grown = await lastingGrowth(look, LOOKS, mostGrowth(this.#boundBytes));
    if (bytesOf(grown) > bytesOf(peaks.grown)) peaks.grown = grown;
    peaks.samples += 1;
  }

  /** Doubles and halves the shards until `endMs`. */
  async #reshard(endMs: number): Promise<void> {
    const { reshardEveryMs, shards } = this.#scenario;
    if (reshardEveryMs === 0) return;
    for (let times = 1; performance.now() < endMs; times++) {
      await setTimeout(reshardEveryMs);
      await this.#server.ask(`reshard/${times % 2 === 1 ? shards * 2 : shards}`);
    }
  }

  #application(): [Producer, Pressure] {
    const { aggregate, whenFull } = this.#scenario;
    let pressure: Pressure | undefined;
    const producer = new Producer({
      stream: 'memory',
      clientConfig: {
        endpoint: this.#server.endpoint,
        region: benchmarkRegion,
        credentials: benchmarkCredentials,
      },
      aggregate,
      whenFull,
      maxOutstandingBytes: MAX_OUTSTANDING_BYTES,
      maxOutstandingRecords: MAX_OUTSTANDING_RECORDS,
      onOutcomes: (outcomes: Outcomes) => pressure?.onOutcomes(outcomes),
    });
    pressure = new Pressure(producer, this.#scenario, this.#payloads);
    return [producer, pressure];
  }
}

/** Puts until there is no room: from then on the producer is full, however fast this machine is. */
async function fill(pressure: Pressure): Promise<void> {
  const limitMs = performance.now() + FILL_WITHIN_MS;
  while (pressure.fullTurns === 0 && performance.now() < limitMs)
    await put(pressure, performance.now() + FILL_STEP_MS);
}

/** Puts what the producer takes. */
async function put(pressure: Pressure, untilMs: number): Promise<void> {
  while (performance.now() < untilMs) {
    pressure.put();
    await setImmediate();
    if (pressure.lookForRoom()) continue;
    await setTimeout(5);
  }
}

export function prepare(parameters: CaseParameters): PreparedCase {
  return new MemoryCase(parameters);
}
