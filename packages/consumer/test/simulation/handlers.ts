import type { UserRecord } from '@shardline/aggregation';
import type { Random } from '@shardline/core';
import { delay } from '@shardline/core/internal';
import type { SimulatedProcess, World } from '@shardline/testing';
import type { ConsumerOptions } from '../../src/options.js';
import type { ShardHandler } from '../../src/shard-handler.js';
import type { DeliveryLog } from './delivery-log.js';
import type { LeaseAudit } from './lease-audit.js';
import type { Plan } from './plan.js';

/** What the handlers of one worker share. */
export interface HandlerParts {
  readonly world: World;
  readonly plan: Plan;
  readonly process: SimulatedProcess;
  readonly audit: LeaseAudit;
  readonly log: DeliveryLog;
  readonly workerId: () => string;
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
      await handle(parts, shardId, records, signal);
      if (manual && random.next() < 0.5) await checkpointer.checkpoint();
    },
    async shardEnded({ checkpointer }) {
      if (manual) await checkpointer.checkpoint();
    },
    async shutdownRequested({ checkpointer }) {
      if (manual && random.next() < 0.5) await checkpointer.checkpoint();
    },
  };
}

/** C2: a handler is given a record only while the store says that the shard is its worker's. */
function begin(parts: HandlerParts, shardId: string, record: UserRecord) {
  const { audit, log, world, workerId } = parts;
  const owner = audit.ownerOf(shardId);
  if (owner !== workerId()) {
    parts.violations.push(`C2: ${workerId()} was given a record of ${shardId}, which is ${owner}'s`);
  }
  return log.begin(shardId, workerId(), record, world.clock.monotonic());
}

function handleNow(parts: HandlerParts, shardId: string, record: UserRecord): void {
  const delivery = begin(parts, shardId, record);
  failFirst(parts, parts.process.random, record);
  parts.log.finish(delivery, parts.world.clock.monotonic());
}

async function handle(
  parts: HandlerParts,
  shardId: string,
  records: readonly UserRecord[],
  signal: AbortSignal,
): Promise<void> {
  const { process, plan, log, world } = parts;
  const { random, clock } = process;
  const deliveries = records.map((record) => begin(parts, shardId, record));
  await delay(clock, random.next() * plan.workMs, random.next() < 0.5 ? signal : undefined);
  if (signal.aborted && random.next() < 0.5) throw new Error('told to stop');
  for (const [at, record] of records.entries()) {
    failFirst(parts, random, record);
    const delivery = deliveries[at];
    if (delivery) log.finish(delivery, world.clock.monotonic());
  }
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
