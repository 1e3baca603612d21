// Compiled from tarballs installed in an empty folder, with skipLibCheck off, under every module resolution.
import { KinesisClient } from '@aws-sdk/client-kinesis';
import {
  type AggregatedUserRecord,
  AggregateEncoder,
  deaggregate,
  decodeAggregate,
  hashKeyOf,
} from '@shardline/aggregation';
import { Consumer, InMemoryLeaseStore } from '@shardline/consumer';
import { type Clock, InvalidOptionError, ShardlineError } from '@shardline/core';
import { startLocalKinesis } from '@shardline/local';
import { KinesisConnection, Producer, type ProducerOptions, type PutResult } from '@shardline/producer';
import { ManualClock } from '@shardline/testing';

const encoder = new AggregateEncoder();
const fits: boolean = encoder.tryAdd('tweet-1', undefined, 'hola', hashKeyOf('tweet-1'), 1_000);
const members: readonly AggregatedUserRecord[] | undefined = decodeAggregate(encoder.seal());
const clock: Clock = new ManualClock();
const options: ProducerOptions = { stream: 'tweets', lingerMs: 50, clientConfig: { region: 'eu-west-1' } };
const ownClient: ProducerOptions = { stream: 'tweets', client: new KinesisClient({ region: 'eu-west-1' }) };
// @ts-expect-error an unknown option is refused by the types too
const misspelled: ProducerOptions = { stream: 'tweets', lingerMS: 50 };
// @ts-expect-error so is one of a class that comes from another package
const misspelledThere = new KinesisConnection({ maxSocket: 5 });

/** A connection of the producer's package is one of the consumer's. */
export function consume(connection: KinesisConnection): Consumer {
  const leaseStore = new InMemoryLeaseStore();
  const onError = (error: unknown): void => console.error(error);
  const onRecord = (): void => {};
  return new Consumer({ stream: 's', applicationName: 'a', leaseStore, connection, onRecord, onError });
}

export async function run(): Promise<PutResult> {
  const local = await startLocalKinesis({ streams: [{ name: 'tweets', shards: 1 }] });
  const producer = new Producer({ ...options, clientConfig: local.clientConfig });
  try {
    const result = await producer.put({ partitionKey: 'tweet-1', data: new Uint8Array(3) });
    const shardId: string = result.shardId;
    const outcomes = await producer.putMany([{ partitionKey: 'tweet-2', data: 'text' }]);
    for (const { index, error } of outcomes.failures()) console.log(index, error.code, shardId);
    return result;
  } catch (error) {
    if (error instanceof ShardlineError && error.retryable) console.log(error.code);
    if (error instanceof InvalidOptionError) console.log(error.option);
    throw error;
  } finally {
    await producer.close({ deadlineMs: 1_000 });
    await local.close();
  }
}

for (const record of deaggregate({ Records: [] }))
  console.log(record.json<{ id: string }>().id, fits, members, clock);
console.log(ownClient, misspelled, misspelledThere);
