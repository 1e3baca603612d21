import { seededRandom } from '@shardline/core/internal';
import { type FaultCounts, LocalKinesis } from '@shardline/local';
import { readStream, type World } from '@shardline/testing';
import { checkRuns } from './check-runs.js';
import { checkCheckpoints, checkComplete, checkParents, type Expected, isDone } from './checks.js';
import { DeliveryLog } from './delivery-log.js';
import { Fleet } from './fleet.js';
import { LeaseAudit } from './lease-audit.js';
import { drawPlan, type Plan } from './plan.js';
import type { SharedStore, StoreMishaps } from './shaky-store.js';
import { type PutTimes, writeRecords } from './writer.js';

const stream = 's';

/** Longest time for everything to be processed once everything works again, in milliseconds. */
const healWithinMs = 180_000;

/** What a seed came to. */
export interface ScenarioReport {
  readonly plan: Plan;
  readonly faults: FaultCounts;
  readonly storeMishaps: StoreMishaps;
  readonly delivered: number;
  readonly deliveredAgain: number;
  readonly errors: ReadonlyMap<string, number>;
  /** How often each thing happened to workers. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Plays one seed: workers share a stream that is split and merged, over a table and a service that misbehave. */
export async function playConsumers(world: World): Promise<ScenarioReport> {
  const plan = drawPlan(world.random);
  world.trace(JSON.stringify(plan));
  const { clock } = world;
  const kinesis = new LocalKinesis({
    clock,
    random: seededRandom(world.seed),
    streams: [{ name: stream, shards: plan.shards }],
    faults: plan.kinesisFaults,
  });
  const counts = { throttled: 0, lost: 0, stalled: 0, late: 0 };
  const log = new DeliveryLog();
  const audit = new LeaseAudit(() => log.step);
  const store: SharedStore = { world, audit, plan: plan.store, counts, shaky: true };
  const violations: string[] = [];
  const fleet = new Fleet({ world, plan, kinesis, stream, store, log, violations });
  if (plan.initialPosition === 'bare-latest') await makeBareLeases(kinesis, audit);
  const writing = writeRecords(world, kinesis, stream, plan);
  await fleet.add();
  const readyAtMs = clock.now();
  for (let more = 1; more < plan.workers; more += 1) void fleet.add();
  await Promise.all([writing, reshard(world, kinesis, plan), mishaps(world, fleet, plan)]);
  const putTimes = await writing;
  await heal(world, kinesis, fleet, store);
  const mayMiss = missable(plan, readyAtMs, fleet);
  const expected = await expectedRecords(world, kinesis, putTimes, mayMiss);
  await drained(world, fleet, expected, log);
  await fleet.stopAll();
  if (violations.length > 0) throw new Error(violations[0]);
  checkComplete(expected, log);
  checkRuns(expected, log, audit.checkpoints);
  checkCheckpoints(expected, log, audit.checkpoints);
  checkParents(expected, log);
  checkErrors(fleet);
  const places = new Set(
    log.calls.flatMap(({ life, records }) => records.map(({ place }) => `${life.shardId}/${place}`)),
  );
  const deliveries = log.calls.reduce((sum, { records }) => sum + records.length, 0);
  return {
    plan,
    faults: kinesis.faults.counts(),
    storeMishaps: counts,
    delivered: places.size,
    deliveredAgain: deliveries - places.size,
    errors: fleet.errors,
    counts: fleet.counts,
  };
}

/**
 * C6: what was put before the leases were made may be passed over by LATEST and AT_TIMESTAMP, later records may not. Where leases stand
 * at LATEST without a time, what was put before the worker that has the shard read it first.
 */
function missable(
  { initialPosition }: Plan,
  readyAtMs: number,
  fleet: Fleet,
): (putMs: number, shardId: string, isFirst: boolean) => boolean {
  if (initialPosition === 'trim-horizon') return () => false;
  if (initialPosition !== 'bare-latest') return (putMs) => putMs < readyAtMs;
  return (putMs, shardId, isFirst) => isFirst && putMs < fleet.readSinceMs(shardId);
}

/** Leases as the KCL makes them. */
async function makeBareLeases(kinesis: LocalKinesis, audit: LeaseAudit): Promise<void> {
  const { Shards } = (await kinesis.call('ListShards', { StreamName: stream })) as {
    Shards: { ShardId: string; HashKeyRange: { StartingHashKey: string; EndingHashKey: string } }[];
  };
  for (const { ShardId, HashKeyRange } of Shards) {
    await audit.create({
      leaseKey: ShardId,
      checkpoint: { sequenceNumber: 'LATEST', subSequenceNumber: 0 },
      parentShardIds: [],
      hashKeyRange: {
        startingHashKey: HashKeyRange.StartingHashKey,
        endingHashKey: HashKeyRange.EndingHashKey,
      },
    });
  }
}

async function reshard(world: World, kinesis: LocalKinesis, plan: Plan): Promise<void> {
  for (let at = 0; at < plan.reshards; at += 1) {
    await world.delay(1_000 + world.random.next() * 8_000);
    const change = world.random.next() < 0.5 ? { split: {} } : { merge: {} };
    kinesis.faults.add({ kind: 'reshard', stream, change });
  }
}

async function mishaps(world: World, fleet: Fleet, plan: Plan): Promise<void> {
  const { random } = world;
  for (let at = 0; at < plan.mishaps; at += 1) {
    await world.delay(500 + random.next() * 6_000);
    fleet.checkBounds();
    const kind = Math.floor(random.next() * 4);
    if (kind === 0) fleet.kill();
    else if (kind === 1) fleet.pause(random.next() * 2 * plan.failoverMs);
    else if (kind === 2) void fleet.stop(random.next() < 0.3 ? 0 : 10_000);
    else void fleet.add();
    if (fleet.size === 0) void fleet.add();
  }
}

/** From here on everything works; somebody is there to finish. */
async function heal(world: World, kinesis: LocalKinesis, fleet: Fleet, store: SharedStore): Promise<void> {
  kinesis.faults.clear();
  store.shaky = false;
  if (fleet.size === 0) await fleet.add();
  await world.delay(1_000);
}

async function drained(
  world: World,
  fleet: Fleet,
  expected: readonly Expected[],
  log: DeliveryLog,
): Promise<void> {
  const endMs = world.clock.monotonic() + healWithinMs;
  const isLeft = (record: Expected) => !isDone(log, record) && !record.mayMiss;
  while (world.clock.monotonic() < endMs) {
    fleet.checkBounds();
    if (!expected.some(isLeft)) return;
    await world.delay(500);
  }
  const left = expected.filter(isLeft);
  const [first] = left;
  throw new Error(
    `C1: ${left.length} of ${expected.length} records are not processed ${healWithinMs} ms after everything works again, ` +
      `such as ${first?.shardId}/${first?.sequenceNumber}`,
  );
}

/** What a reader by C12 delivers, read by a codec that shares no code with ours. */
async function expectedRecords(
  world: World,
  kinesis: LocalKinesis,
  putTimes: PutTimes,
  mayMiss: ReturnType<typeof missable>,
): Promise<Expected[]> {
  const { clock, random } = world;
  const listed = (await kinesis.call('ListShards', { StreamName: stream })) as {
    Shards: { ShardId: string; ParentShardId?: string; AdjacentParentShardId?: string }[];
  };
  const parents = new Map(
    listed.Shards.map((shard) => [
      shard.ShardId,
      [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
    ]),
  );
  const records: Expected[] = [];
  for await (const page of readStream({ kinesis, stream, clock, random, readAs: 'shardline' })) {
    for (const record of page.userRecords) {
      const { shardId } = record;
      const parentIds = parents.get(shardId) ?? [];
      const putMs = putTimes.get(Buffer.from(record.data).toString()) ?? 0;
      const isFirst = parentIds.length === 0;
      records.push({
        ...record,
        parents: parentIds,
        putMs,
        get mayMiss() {
          return mayMiss(putMs, shardId, isFirst);
        },
      });
    }
  }
  return records;
}

/** Everything that workers report has a code: anything else is a defect. */
function checkErrors(fleet: Fleet): void {
  for (const code of fleet.errors.keys()) {
    if (!/^[A-Z_]+$/.test(code)) {
      throw new Error(`a worker reported what has no code: ${code}`);
    }
  }
}
