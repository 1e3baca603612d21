import type { StoredUserRecord } from '@shardline/testing';
import { compareCheckpoints, isInitial } from '../../src/checkpoint.js';
import { type DeliveryLog, placeOf } from './delivery-log.js';
import type { SeenCheckpoint } from './lease-audit.js';

/** A user record that a reader by C12 delivers, in the order of its shard. */
export type Expected = StoredUserRecord & {
  readonly parents: readonly string[];
  /** When it was put. */
  readonly putMs: number;
  /** C6: whether the initial position may pass it over. May change while workers live. */
  readonly mayMiss: boolean;
};

/** A fault of the consumer that was seen. */
export function fail(invariant: string, what: string): never {
  throw new Error(`${invariant}: ${what}`);
}

/** C1, C12: every record that a reader delivers is delivered, and nothing else is. */
export function checkComplete(expected: readonly Expected[], log: DeliveryLog): void {
  const places = new Map(expected.map((record) => [keyOf(record), record]));
  for (const record of expected) {
    if (!isDone(log, record) && !record.mayMiss) {
      fail('C1', `${textOf(record)} at ${keyOf(record)} was never processed`);
    }
  }
  for (const { life, records } of log.calls) {
    for (const { place, text } of records) {
      const record = places.get(`${life.shardId}/${place}`);
      if (!record) fail('C12', `${text} at ${life.shardId}/${place} was delivered, a reader leaves it out`);
      if (textOf(record) !== text) fail('C1', `${text} is not what was put at ${place}`);
    }
  }
}

/** C1: when a checkpoint was written everything up to it was done. */
export function checkCheckpoints(
  expected: readonly Expected[],
  log: DeliveryLog,
  checkpoints: readonly SeenCheckpoint[],
): void {
  const byShard = groupByShard(expected);
  for (const checkpoint of checkpoints) {
    if (isInitial(checkpoint)) continue;
    for (const record of byShard.get(checkpoint.shardId) ?? []) {
      if (compareCheckpoints(record, checkpoint) > 0) break;
      if (record.mayMiss) continue;
      if (doneStep(log, record) > checkpoint.atStep) {
        fail('C1', `${keyOf(record)} was not done when ${JSON.stringify(checkpoint)} was written`);
      }
    }
  }
}

/** C3: a child begins after all that its parents hold is done. */
export function checkParents(expected: readonly Expected[], log: DeliveryLog): void {
  const lastDone = new Map<string, number>();
  for (const record of expected) {
    if (record.mayMiss) continue;
    const { shardId } = record;
    lastDone.set(shardId, Math.max(lastDone.get(shardId) ?? 0, doneStep(log, record)));
  }
  const parents = new Map(expected.map((record) => [record.shardId, record.parents]));
  for (const { life, startedStep } of log.calls) {
    for (const parent of parents.get(life.shardId) ?? []) {
      if ((lastDone.get(parent) ?? 0) > startedStep) {
        fail('C3', `${life.shardId} was begun at step ${startedStep}, before ${parent} was done`);
      }
    }
  }
}

/** Records of each shard, in its order. */
export function groupByShard(records: readonly Expected[]): ReadonlyMap<string, readonly Expected[]> {
  const groups = new Map<string, Expected[]>();
  for (const record of records) {
    const group = groups.get(record.shardId);
    if (group) group.push(record);
    else groups.set(record.shardId, [record]);
  }
  return groups;
}

/** Whether a handler was through with it. */
export function isDone(log: DeliveryLog, record: StoredUserRecord): boolean {
  return doneStep(log, record) < Number.POSITIVE_INFINITY;
}

function doneStep(log: DeliveryLog, record: StoredUserRecord): number {
  return log.doneStep(record.shardId, placeOf(record));
}

function keyOf(record: StoredUserRecord): string {
  return `${record.shardId}/${placeOf(record)}`;
}

function textOf(record: StoredUserRecord): string {
  return Buffer.from(record.data).toString();
}
