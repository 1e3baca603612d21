import { seededRandom } from '@shardline/core/internal';
import { LocalKinesis, type WriteModel } from '@shardline/local';
import type { SimulatedProcess, World } from '@shardline/testing';
import type { ProducerEvent } from '../../src/events.js';
import type { Outcomes, PutResult } from '../../src/outcomes.js';
import { Producer } from '../../src/producer.js';
import { bodyKinesisApi, type EdgeCallOptions } from './body-edge.js';
import {
  checkFailures,
  checkOrder,
  checkReasons,
  checkSettledOnce,
  checkStored,
  checkThrottling,
} from './checks.js';
import { putAgain, putEverything } from './doors.js';
import { ShakyEdge } from './edge-faults.js';
import { type Incarnation, operate } from './happenings.js';
import { drawPlan, type Plan } from './plan.js';
import { hitsOf, storesLate, stream } from './plan-faults.js';
import { PutLog } from './put-log.js';
import { type ReadRecord, readStream } from './read-stream.js';
import { type SentRecord, Watch } from './watch.js';

/** What a seed came to. */
export interface ScenarioReport {
  readonly writeModel: WriteModel;
  /** How often each thing that can go wrong did. */
  readonly hits: ReadonlyMap<string, number>;
  readonly stored: number;
  readonly failed: number;
}

/** Plays one seed: a producer puts through all its doors into a local Kinesis that misbehaves, then everything is checked. */
export async function playProducer(world: World): Promise<ScenarioReport> {
  const plan = drawPlan(world.random);
  world.trace(JSON.stringify(plan));
  const random = seededRandom(world.seed);
  const kinesis = new LocalKinesis({
    clock: world.clock,
    random,
    streams: [streamOf(plan)],
    faults: plan.faults,
    limits: { writeModel: plan.writeModel },
  });
  const edge = new ShakyEdge((...call) => kinesis.call(...call), stream, plan.edgeFaults, random);
  const incarnations: Incarnation[] = [{ name: stream, seen: true }];
  const reported = { stored: [] as PutResult[], failed: 0 };
  const process = world.process('producer');
  const log = new PutLog(process.clock);
  const watch = new Watch(plan, process.clock, log);
  const producer = startProducer(plan, process, edge, watch, (outcomes) => {
    for (const outcome of outcomes) {
      if (outcome.stored) reported.stored.push(outcome.result);
      else reported.failed += 1;
      log.report(outcome);
    }
  });
  const freeze = (ms: number) => {
    edge.hit('freeze');
    process.pause(ms);
  };
  const putting = { plan, process, producer, log, watch, freeze };
  const operated = operate({ world, kinesis, edge, plan, incarnations });
  await process.spawn(() => putEverything(putting));
  await operated;
  for (const [name, hits] of hitsOf(kinesis.faults.list())) edge.hit(name, hits);
  if (plan.mended && (plan.options.recordTtlMs ?? 0) > 10_000) {
    kinesis.faults.clear();
    edge.clear();
    await process.spawn(() => putAgain(putting));
  }
  await process.spawn(() => closeProducer(plan, producer, process));
  await world.delay(5_000);
  kinesis.faults.clear();
  const read: ReadRecord[] = [];
  // A stream made anew under the eyes of nobody looks like the old one as long as no listing is due.
  for (const { name, seen } of incarnations)
    read.push(...(await readStream(world, kinesis, name, seen ? 'kcl' : 'everything')));
  watch.raise();
  checkSettledOnce(log, reported);
  checkStored(log, reported, read);
  checkFailures(log, read);
  checkReasons(log, plan);
  checkThrottling(plan, producer.stats());
  if (keepsOrder(plan) && incarnations.every(({ seen }) => seen)) checkOrder(log, reported, read);
  const { outstandingRecords, outstandingBytes, waitingPuts, orderInverted } = producer.stats();
  if (orderInverted > 0 && !storesLate(plan.faults))
    throw new Error('P3: an inversion was reported where there is none');
  if (outstandingRecords + outstandingBytes + waitingPuts > 0)
    throw new Error('P2: a closed producer holds records');
  const { hits } = edge;
  return { writeModel: plan.writeModel, hits, stored: reported.stored.length, failed: reported.failed };
}

function keepsOrder({ faults, auto, happenings, options }: Plan): boolean {
  const placesItself = auto || happenings.some(({ kind }) => kind === 'toggleAuto');
  return !storesLate(faults) && !placesItself && options.ordering === 'key';
}

function streamOf({ onDemand, auto, shards }: Plan) {
  if (!onDemand) return { name: stream, shards };
  return {
    name: stream,
    mode: 'on-demand',
    recordDistribution: auto ? 'auto' : 'user-partition-key',
  } as const;
}

function startProducer(
  plan: Plan,
  process: SimulatedProcess,
  edge: ShakyEdge,
  watch: Watch,
  note: (outcomes: Outcomes) => void,
): Producer {
  const { clock, random } = process;
  type Call = [keepsOrder: boolean, operation: string, input: object, options?: EdgeCallOptions];
  const call = process.remote((...[keepsOrder, operation, input, options]: Call) => {
    const run = () => edge.call(operation, input, options);
    if (operation !== 'PutRecords') return run();
    const { Records } = input as { Records: readonly SentRecord[] };
    watch.checkAges(Records, options?.preparedMs ?? clock.monotonic());
    return watch.during(Records, { signal: options?.signal, keepsOrder }, run);
  });
  const told = () => {
    watch.look();
    if (!plan.throwingCallbacks || random.next() > 0.05) return;
    edge.hit('throwingCallback');
    throw new Error('thrown by a callback');
  };
  const onOutcomes = (outcomes: Outcomes) => {
    note(outcomes);
    told();
  };
  const api = bodyKinesisApi(
    (...args) => call(watch.keepsOrder, ...args),
    stream,
    clock,
    (plan.options.maxOutstandingBytes ?? 0) / 8,
  );
  const onEvent = (event: ProducerEvent) => {
    watch.heard(event);
    told();
  };
  const describe = api.describeStreamSummary;
  api.describeStreamSummary = async (signal) => {
    const summary = await describe(signal);
    watch.described(summary);
    return summary;
  };
  const edges = { api, clock, random };
  const producer = new Producer({ stream, ...plan.options, onOutcomes, onEvent }, edges);
  watch.producer = producer;
  return producer;
}

/** P6: close settles everything within its deadline, or fails it; nothing comes in after it. */
async function closeProducer(
  plan: Plan,
  producer: Producer,
  { clock, random }: SimulatedProcess,
): Promise<void> {
  const { closeDeadlineMs: deadlineMs } = plan;
  const startedMs = clock.monotonic();
  const abort = new AbortController();
  const bySignal = deadlineMs < 10_000 && random.next() < 0.4;
  if (bySignal) clock.schedule(deadlineMs, () => abort.abort(new Error('enough')));
  const closed = producer.close(bySignal ? { signal: abort.signal } : { deadlineMs });
  if (closed !== producer.close()) throw new Error('P6: a second close is not the first');
  try {
    await closed;
  } catch (error) {
    if ((error as { code?: string }).code !== 'CLOSE_TIMEOUT') throw error;
  }
  const tookMs = clock.monotonic() - startedMs;
  if (tookMs > deadlineMs + 2_000)
    throw new Error(`P6: close took ${tookMs} ms, its deadline was ${deadlineMs} ms`);
  const late = await producer.put({ partitionKey: 'late', data: 'late' }).catch(({ code }) => code);
  if (late !== 'PRODUCER_CLOSED') throw new Error('P6: a closed producer took a record');
}
