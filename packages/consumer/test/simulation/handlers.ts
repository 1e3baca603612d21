import type { UserRecord } from '@shardline/aggregation';
import type { Random } from '@shardline/core';
import { delay } from '@shardline/core/internal';
import type { SimulatedProcess } from '@shardline/testing';
import type { ConsumerOptions } from '../../src/options.js';
import type { ShardHandler } from '../../src/shard-handler.js';
import type { Call, DeliveryLog, Life } from './delivery-log.js';
import type { LeaseAudit } from './lease-audit.js';
import type { Plan } from './plan.js';
import type { ReadsWatch } from './reads-watch.js';

/** What the handlers of one worker share. */
export interface HandlerParts {
  readonly plan: Plan;
  readonly process: SimulatedProcess;
  readonly audit: LeaseAudit;
  readonly log: DeliveryLog;
  readonly workerId: () => string;
  /** The time for which the worker has the shard's lease now. */
  readonly lifeOf: (shardId: string) => Life;
  /** The handler has the records in hand until what is returned is called. */
  readonly hold: ReadsWatch['hold'];
  /** How often the handler of a record still fails, by its text; shared by all workers. */
  readonly failures: Map<string, number>;
  /** What a handler saw that must not be; thrown there it would only be retried. */
  readonly violations: string[];
  /** False once everything is to work. */
  readonly shaky: () => boolean;
}

/** The handler options of a worker, in the form that the plan says. */
export function handlersOf(
  parts: HandlerParts,
): Pick<ConsumerOptions, 'onRecord' | 'shardHandler' | 'checkpoint'> {
  const { plan } = parts;
  const everyMs = plan.checkpointEveryMs;
  if (plan.form === 'sync')
    return {
      onRecord: (record, { shard }) => handleNow(parts, shard.shardId, record),
      checkpoint: { everyMs },
    };
  if (plan.form === 'onRecord') {
    return {
      onRecord: (record, { shard, signal }) => handle(parts, shard.shardId, [record], signal),
      checkpoint: { everyMs },
    };
  }
  const manual = plan.form === 'manual';
  return {
    shardHandler: ({ shardId }) => batchHandler(parts, shardId, manual),
    checkpoint: manual ? 'manual' : { everyMs },
  };
}

function batchHandler(parts: HandlerParts, shardId: string, manual: boolean): ShardHandler {
  const { random } = parts.process;
  return {
    initialize() {
      if (parts.shaky() && random.next() < parts.plan.failingShare) throw new Error('not ready');
    },
    async processRecords({ records, checkpointer, signal }) {
      await handle(parts, shardId, records, signal, async () => {
        if (manual && random.next() < 0.5) await checkpointer.checkpoint();
      });
    },
    async shardEnded({ checkpointer }) {
      if (manual) await checkpointer.checkpoint();
    },
    async shutdownRequested({ checkpointer }) {
      if (manual && random.next() < 0.5) await checkpointer.checkpoint();
    },
  };
}

/** C2: a handler is given records only while the store says that the shard is its worker's. */
function begin(parts: HandlerParts, shardId: string, records: readonly UserRecord[]): Call {
  const { audit, log, workerId, lifeOf } = parts;
  const owner = audit.ownerOf(shardId);
  if (owner !== workerId()) {
    parts.violations.push(`C2: ${workerId()} was given a record of ${shardId}, which is ${owner}'s`);
  }
  return log.begin(lifeOf(shardId), records);
}

function handleNow(parts: HandlerParts, shardId: string, record: UserRecord): void {
  const { log, process } = parts;
  const call = begin(parts, shardId, [record]);
  try {
    failFirst(parts, process.random, record);
    log.finish(call);
    log.settle(call, 'succeeded');
  } catch (error) {
    log.settle(call, 'failed');
    throw error;
  }
}

/** A batch is done when all of it is; `andThen` is still part of the call. */
async function handle(
  parts: HandlerParts,
  shardId: string,
  records: readonly UserRecord[],
  signal: AbortSignal,
  andThen: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { log, hold } = parts;
  const call = begin(parts, shardId, records);
  const letGo = hold(
    shardId,
    records.map(({ sequenceNumber }) => sequenceNumber),
  );
  try {
    await work(parts, records, signal);
    log.finish(call);
    await andThen();
    log.settle(call, 'succeeded');
  } catch (error) {
    log.settle(call, 'failed');
    throw error;
  } finally {
    letGo();
  }
}

async function work(parts: HandlerParts, records: readonly UserRecord[], signal: AbortSignal): Promise<void> {
  const { random, clock } = parts.process;
  await delay(clock, random.next() * parts.plan.workMs, random.next() < 0.5 ? signal : undefined);
  if (signal.aborted && random.next() < 0.5) throw new Error('told to stop');
  for (const record of records) failFirst(parts, random, record);
}

/** Some records fail a few times, while things are shaky. */
function failFirst(parts: HandlerParts, random: Random, record: UserRecord): void {
  const text = record.text();
  const left =
    parts.failures.get(text) ??
    (random.next() < parts.plan.failingShare ? 1 + Math.floor(random.next() * 3) : 0);
  parts.failures.set(text, Math.max(left - 1, 0));
  if (left > 0 && parts.shaky()) throw new Error(`${text} fails`);
}
