import { seededRandom } from '@shardline/core/internal';
import { type FaultCounts, KinesisServiceError, LocalKinesis, type WriteModel } from '@shardline/local';
import type { SimulatedProcess, World } from '@shardline/testing';
import type { Outcomes, PutResult } from '../../src/outcomes.js';
import { Producer } from '../../src/producer.js';
import { localKinesisApi } from '../support/local-kinesis-api.js';
import {
  checkFailures,
  checkOrder,
  checkReasons,
  checkSettledOnce,
  checkStored,
  checkThrottling,
} from './checks.js';
import { poisonMark, putEverything } from './doors.js';
import { drawPlan, type Plan, storesLate } from './plan.js';
import { PutLog } from './put-log.js';
import { readStream } from './read-stream.js';

const stream = 's';

/** What a seed came to. */
export interface ScenarioReport {
  readonly writeModel: WriteModel;
  readonly faults: FaultCounts;
  readonly stored: number;
  readonly failed: number;
}

/** Plays one seed: a producer puts through all its doors into a local Kinesis that misbehaves, then everything is checked. */
export async function playProducer(world: World): Promise<ScenarioReport> {
  const plan = drawPlan(world.random);
  world.trace(JSON.stringify(plan));
  const kinesis = new LocalKinesis({
    clock: world.clock,
    random: seededRandom(world.seed),
    streams: [streamOf(plan)],
    faults: plan.faults,
    limits: { writeModel: plan.writeModel },
  });
  const log = new PutLog();
  const reported = { stored: [] as PutResult[], failed: 0 };
  const process = world.process('producer');
  const producer = startProducer(plan, process, kinesis, (outcomes) => {
    for (const outcome of outcomes) {
      if (outcome.stored) reported.stored.push(outcome.result);
      else reported.failed += 1;
      log.report(outcome);
    }
  });
  const reshards = reshardNowAndThen(world, kinesis, plan);
  await process.spawn(() => putEverything({ plan, process, producer, log }));
  await reshards;
  await process.spawn(() => closeProducer(plan, producer));
  await world.delay(5_000);
  kinesis.faults.clear();
  const read = await readStream(world, kinesis, stream, !plan.auto);
  checkSettledOnce(log, reported);
  checkStored(log, reported, read);
  checkFailures(log, read);
  checkReasons(log, plan);
  checkThrottling(plan, producer.stats());
  if (!storesLate(plan.faults) && !plan.auto && plan.options.ordering === 'key')
    checkOrder(log, reported, read);
  const { outstandingRecords, outstandingBytes, waitingPuts, orderInverted } = producer.stats();
  if (orderInverted > 0 && !storesLate(plan.faults))
    throw new Error('P3: an inversion was reported where there is none');
  if (outstandingRecords + outstandingBytes + waitingPuts > 0)
    throw new Error('P2: a closed producer holds records');
  return {
    writeModel: plan.writeModel,
    faults: kinesis.faults.counts(),
    stored: reported.stored.length,
    failed: reported.failed,
  };
}

function streamOf(plan: Plan) {
  if (plan.auto) return { name: stream, mode: 'on-demand', recordDistribution: 'auto' } as const;
  return { name: stream, shards: plan.shards };
}

function startProducer(
  plan: Plan,
  process: SimulatedProcess,
  kinesis: LocalKinesis,
  onOutcomes: (outcomes: Outcomes) => void,
): Producer {
  const call = process.remote(
    async (operation: string, input: object, options?: { signal?: AbortSignal }) => {
      refusePoison(operation, input);
      return kinesis.call(operation, input, options);
    },
  );
  const { clock, random } = process;
  const edges = { api: localKinesisApi((...args) => call(...args), stream), clock, random };
  return new Producer({ stream, ...plan.options, onOutcomes }, edges);
}

/** The service refuses a whole request for one record that it cannot take (P7). */
function refusePoison(operation: string, input: object): void {
  if (operation !== 'PutRecords') return;
  const { Records } = input as { Records: { Data: Uint8Array }[] };
  if (!Records.some(({ Data }) => Buffer.from(Data).includes(poisonMark))) return;
  throw new KinesisServiceError('ValidationException', 'One record is poison.', 400);
}

/** Splits and merges as an operator would, through the API. */
async function reshardNowAndThen(world: World, kinesis: LocalKinesis, plan: Plan): Promise<void> {
  for (let at = 0; at < plan.reshards; at += 1) {
    await world.delay(200 + Math.floor(world.random.next() * 2_000));
    const kind = world.random.next() < 0.5 ? 'split' : 'merge';
    kinesis.faults.add({ kind: 'reshard', stream, change: kind === 'split' ? { split: {} } : { merge: {} } });
  }
}

/** P6: close settles everything within its deadline, or fails it. */
async function closeProducer(plan: Plan, producer: Producer): Promise<void> {
  try {
    await producer.close({ deadlineMs: plan.closeDeadlineMs });
  } catch (error) {
    if ((error as { code?: string }).code !== 'CLOSE_TIMEOUT') throw error;
  }
}
