import { type Checkpoint, compareCheckpoints, isInitial } from '../../src/checkpoint.js';
import { type Expected, fail, groupByShard } from './checks.js';
import { type Call, type DeliveryLog, type Life, placeOf } from './delivery-log.js';
import type { SeenCheckpoint } from './lease-audit.js';

/** A shard in its order, and where in it each place stands. */
interface Shard {
  readonly records: readonly Expected[];
  readonly indexes: ReadonlyMap<string, number>;
  readonly checkpoints: readonly SeenCheckpoint[];
}

/**
 * Order: each life of a shard is one run. It begins right after the checkpoint, goes on without gap or swap, and calls again with
 * what failed, from its first record on, before anything else. One call at a time. Only what a handler has checkpointed by itself is
 * passed over, though its call failed and a page that was cut otherwise brings it again.
 */
export function checkRuns(
  expected: readonly Expected[],
  log: DeliveryLog,
  checkpoints: readonly SeenCheckpoint[],
): void {
  const shards = new Map<string, Shard>();
  for (const [shardId, records] of groupByShard(expected)) {
    const indexes = new Map(records.map((record, index) => [placeOf(record), index]));
    const ofShard = checkpoints.filter((one) => one.shardId === shardId && !isInitial(one));
    shards.set(shardId, { records, indexes, checkpoints: ofShard });
  }
  const lastCalls = new Map<Life, Call>();
  for (const call of log.calls) {
    const shard = shards.get(call.life.shardId);
    if (shard) checkCall(shard, call, lastCalls.get(call.life), log);
    lastCalls.set(call.life, call);
  }
}

function checkCall(shard: Shard, call: Call, before: Call | undefined, log: DeliveryLog): void {
  const indexes = call.records.map(({ place }) => shard.indexes.get(place) ?? -1);
  const [first = -1] = indexes;
  const words = () =>
    `${call.life.workerId} was given ${call.life.shardId} from ${call.records[0]?.place} (${indexes})`;
  indexes.forEach((index, at) => {
    if (index !== first + at) fail('order', `${words()}, with a gap or a swap`);
  });
  if (before === undefined) {
    if (!mayBegin(shard, first, call, log)) {
      fail('order', `${words()} with the checkpoint ${JSON.stringify(call.life.checkpoint)}`);
    }
    return;
  }
  const firstBefore = shard.indexes.get(before.records[0]?.place ?? '') ?? -1;
  const next = before.outcome === 'failed' ? firstBefore : firstBefore + before.records.length;
  if (before.outcome === undefined) fail('order', `${words()} while the call before was under way`);
  if (first === next || (first > next && isAfterCheckpoint(shard, first, call))) return;
  fail('order', `${words()}, ${before.outcome} was ${firstBefore}, due was ${next}`);
}

/** Right after the checkpoint; where there is none, what comes before may be missed, or is done. */
function mayBegin({ records }: Shard, first: number, { life, startedStep }: Call, log: DeliveryLog): boolean {
  const { checkpoint } = life;
  if (!isInitial(checkpoint)) return first === indexAfter(records, checkpoint);
  const { shardId, readSinceMs = Number.POSITIVE_INFINITY } = life;
  return records
    .slice(0, first)
    .every(
      (record) =>
        (record.mayMiss && record.putMs < readSinceMs) ||
        log.doneStep(shardId, placeOf(record)) < startedStep,
    );
}

function isAfterCheckpoint({ records, checkpoints }: Shard, first: number, { startedStep }: Call): boolean {
  return checkpoints.some(
    (checkpoint) => checkpoint.atStep < startedStep && indexAfter(records, checkpoint) === first,
  );
}

function indexAfter(records: readonly Expected[], checkpoint: Checkpoint): number {
  return records.findIndex((record) => compareCheckpoints(record, checkpoint) > 0);
}
