import { decodeAggregate } from '@shardline/aggregation';
import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import type { ProducerEvent } from '../../src/events.js';
import { Producer } from '../../src/producer.js';
import type { ProducerOptions } from '../../src/producer-options.js';
import type { UserRecord } from '../../src/user-record.js';
import { FakeKinesisApi, type ReceivedEntry } from './fake-kinesis-api.js';
import { evenShards } from './shards.js';

/** A producer in virtual time, and everything that a test may look at or turn. */
export interface ProducerUnderTest {
  readonly producer: Producer;
  readonly api: FakeKinesisApi;
  readonly clock: ManualClock;
  readonly events: readonly ProducerEvent[];
}

/** A producer of a fake stream with `shards` shards, one unless told otherwise. No request is made yet. */
export function makeProducer(options: Partial<ProducerOptions> = {}, shards = 1): ProducerUnderTest {
  const clock = new ManualClock();
  const api = new FakeKinesisApi(clock, evenShards(shards));
  const events: ProducerEvent[] = [];
  const onEvent = (event: ProducerEvent) => void events.push(event);
  const edges = { api, clock, random: seededRandom(1) };
  return { producer: new Producer({ stream: 'tweets', onEvent, ...options }, edges), api, clock, events };
}

/** The same, with the shard map already there. */
export async function startProducer(
  options: Partial<ProducerOptions> = {},
  shards = 1,
): Promise<ProducerUnderTest> {
  const made = makeProducer(options, shards);
  await made.producer.start();
  return made;
}

/** Closes the producer while time passes. */
export async function closeInTime({ producer, clock }: ProducerUnderTest, ms = 1_000): Promise<void> {
  const closed = producer.close();
  await clock.advance(ms);
  await closed;
}

/** The user records in what was sent or stored, in order, as text. */
export function textsIn(entries: readonly ReceivedEntry[]): readonly string[] {
  return entries.flatMap((entry) => membersOf(entry).map((record) => textOf(record.data)));
}

/** The user records of one entry. */
export function membersOf(entry: ReceivedEntry): readonly UserRecord[] {
  return decodeAggregate(entry.data) ?? [{ partitionKey: entry.partitionKey, data: entry.data }];
}

export function textOf(data: string | Uint8Array): string {
  return Buffer.from(data).toString();
}

/** What a promise came to; `'pending'` until it is settled. */
export function watch<Value>(promise: Promise<Value>): { state: 'pending' | 'stored' | Error } {
  const watched: { state: 'pending' | 'stored' | Error } = { state: 'pending' };
  promise.then(
    () => {
      watched.state = 'stored';
    },
    (error) => {
      watched.state = error as Error;
    },
  );
  return watched;
}

/** What a promise came to that has to be settled by now: waiting on, where time stands still, would only end in a time-out. */
export function settledNow<Value>(promise: Promise<Value>): Promise<Value> {
  const late = new Promise<never>((_resolve, reject) => {
    setImmediate(() => reject(new Error('It is not settled.')));
  });
  return Promise.race([promise, late]);
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('It should have been rejected.');
}
