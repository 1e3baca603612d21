import { AggregateEncoder, hashKeyOf } from '@shardline/aggregation';
import { delay } from '@shardline/core/internal';
import type { LocalKinesis } from '@shardline/local';
import type { World } from '@shardline/testing';
import type { Plan } from './plan.js';

/** When a record was put, by its text. */
export type PutTimes = Map<string, number>;

/** Puts records for the plan's time: some alone, some in aggregates of an aggregator that does not care about shards (C12). */
export async function writeRecords(
  world: World,
  kinesis: LocalKinesis,
  stream: string,
  plan: Plan,
): Promise<PutTimes> {
  const { random, clock } = world;
  const times: PutTimes = new Map();
  const endMs = clock.monotonic() + plan.loadMs;
  let id = 0;
  const text = () => {
    id += 1;
    times.set(`r${id}`, clock.now());
    return `r${id}`;
  };
  while (clock.monotonic() < endMs) {
    const key = () => `key-${Math.floor(random.next() * plan.keys)}`;
    const partitionKey = key();
    const data =
      random.next() < plan.aggregateShare
        ? aggregateOf(1 + Math.floor(random.next() * 6), key, text)
        : Buffer.from(text());
    await kinesis.call('PutRecord', { StreamName: stream, PartitionKey: partitionKey, Data: data });
    await delay(clock, random.next() * 150);
  }
  return times;
}

function aggregateOf(members: number, key: () => string, text: () => string): Uint8Array {
  const encoder = new AggregateEncoder();
  for (let at = 0; at < members; at += 1) {
    const partitionKey = key();
    encoder.tryAdd(partitionKey, undefined, text(), hashKeyOf(partitionKey), 1_048_576);
  }
  return encoder.seal();
}
