import type { StoredUserRecord } from '@shardline/testing';
import { compareCheckpoints } from '../../src/checkpoint.js';
import { type Delivery, type DeliveryLog, placeOf } from './delivery-log.js';
import type { SeenCheckpoint } from './lease-audit.js';

/** A user record that a reader by C12 delivers, in the order of its shard. */
export type Expected = StoredUserRecord & { readonly parents: readonly string[] };

function fail(invariant: string, what: string): never {
  throw new Error(`${invariant}: ${what}`);
}

/** C1, C12: every record that a reader delivers is delivered, and nothing else is. */
export function checkComplete(
  expected: readonly Expected[],
  log: DeliveryLog,
  mayMiss: (text: string) => boolean,
): void {
  const places = new Map(expected.map((record) => [keyOf(record), record]));
  for (const record of expected) {
    const text = Buffer.from(record.data).toString();
    if (!log.isDone(record.shardId, placeOf(record)) && !mayMiss(text)) {
      fail('C1', `${text} at ${keyOf(record)} was never processed`);
    }
  }
  for (const { shardId, place, text } of log.deliveries) {
    const record = places.get(`${shardId}/${place}`);
    if (!record) fail('C12', `${text} at ${shardId}/${place} was delivered, a reader leaves it out`);
    if (Buffer.from(record.data).toString() !== text) fail('C1', `${text} is not what was put at ${place}`);
  }
}

/** Order of a shard: when a record is first handed over, the one before it is done, or is handed over with it in one batch. */
export function checkOrder(expected: readonly Expected[], log: DeliveryLog): void {
  const doneAt = firstDone(log);
  const begunAt = new Map<string, number>();
  const calls = new Set<string>();
  for (const { shardId, place, startedMs } of log.deliveries) {
    const key = `${shardId}/${place}`;
    if (!begunAt.has(key)) begunAt.set(key, startedMs);
    calls.add(`${key} ${startedMs}`);
  }
  const reached = new Map<string, Expected>();
  for (const record of expected) {
    const begunMs = begunAt.get(keyOf(record));
    if (begunMs === undefined) continue;
    const before = reached.get(record.shardId);
    reached.set(record.shardId, record);
    if (before === undefined || calls.has(`${keyOf(before)} ${begunMs}`)) continue;
    if ((doneAt.get(keyOf(before)) ?? Number.POSITIVE_INFINITY) > begunMs) {
      fail('order', `${keyOf(record)} was begun at ${begunMs}, ${keyOf(before)} done later`);
    }
  }
}

/** C1: when a checkpoint was written everything up to it was done. */
export function checkCheckpoints(
  expected: readonly Expected[],
  log: DeliveryLog,
  checkpoints: readonly SeenCheckpoint[],
  mayMiss: (text: string) => boolean,
): void {
  const doneAt = firstDone(log);
  const byShard = groupByShard(expected);
  for (const checkpoint of checkpoints) {
    for (const record of byShard.get(checkpoint.shardId) ?? []) {
      if (compareCheckpoints(record, checkpoint) > 0) break;
      if (mayMiss(Buffer.from(record.data).toString())) continue;
      if ((doneAt.get(keyOf(record)) ?? Number.POSITIVE_INFINITY) > checkpoint.atMs) {
        fail('C1', `${keyOf(record)} was not done when ${JSON.stringify(checkpoint)} was written`);
      }
    }
  }
}

/** C3: a child begins after all that its parents hold is done. */
export function checkParents(
  expected: readonly Expected[],
  log: DeliveryLog,
  mayMiss: (text: string) => boolean,
): void {
  const doneAt = firstDone(log);
  const lastDone = new Map<string, number>();
  for (const record of expected) {
    if (mayMiss(Buffer.from(record.data).toString())) continue;
    const done = doneAt.get(keyOf(record)) ?? Number.POSITIVE_INFINITY;
    lastDone.set(record.shardId, Math.max(lastDone.get(record.shardId) ?? 0, done));
  }
  const parents = new Map(expected.map((record) => [record.shardId, record.parents]));
  for (const { shardId, startedMs, place } of log.deliveries) {
    for (const parent of parents.get(shardId) ?? []) {
      if ((lastDone.get(parent) ?? 0) > startedMs) {
        fail('C3', `${shardId}/${place} was begun at ${startedMs}, before ${parent} was done`);
      }
    }
  }
}

function groupByShard(records: readonly Expected[]): Map<string, Expected[]> {
  const groups = new Map<string, Expected[]>();
  for (const record of records) {
    const group = groups.get(record.shardId);
    if (group) group.push(record);
    else groups.set(record.shardId, [record]);
  }
  return groups;
}

function firstDone(log: DeliveryLog): ReadonlyMap<string, number> {
  const done = new Map<string, number>();
  for (const delivery of log.deliveries) {
    const key = `${delivery.shardId}/${delivery.place}`;
    const before = done.get(key) ?? Number.POSITIVE_INFINITY;
    done.set(key, Math.min(before, doneMs(delivery)));
  }
  return done;
}

function doneMs({ doneMs: done }: Delivery): number {
  return done ?? Number.POSITIVE_INFINITY;
}

function keyOf(record: StoredUserRecord): string {
  return `${record.shardId}/${placeOf(record)}`;
}
