/**
 * Reads every record of a stream, in the order of its shards, at least once.
 * On AWS: leave out the local Kinesis and the producer, give `clientConfig: { region: 'eu-west-1' }`, and keep leases where they
 * outlive the process: `leaseStore: new DynamoDBLeaseStore()` of '@shardline/checkpoint-dynamodb'.
 */
import { Consumer, InMemoryLeaseStore } from '@shardline/consumer';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';

const kinesis = await startLocalKinesis({ streams: [{ name: 'orders', shards: 2 }] });
const { clientConfig } = kinesis;
const producer = new Producer({ stream: 'orders', clientConfig });
await producer.putMany(
  Array.from({ length: 10 }, (_, at) => ({ partitionKey: `customer-${at % 5}`, data: `{"order":${at}}` })),
);
await producer.close();

let failedOnce = false;
const seen = new Set<number>();
const consumer = new Consumer({
  stream: 'orders',
  clientConfig,
  applicationName: 'order-mail',
  leaseStore: new InMemoryLeaseStore(),
  initialPosition: 'trim-horizon',
  async onRecord(record, { shard, signal }) {
    signal.throwIfAborted(); // pass it on to what you await: fetch(url, { signal })
    const { order } = record.json<{ order: number }>();
    if (order === 5 && !failedOnce) {
      failedOnce = true;
      throw new Error('the mail server is busy'); // tried again until it succeeds; the shard waits, others go on
    }
    console.log(`${shard.shardId} ${record.partitionKey} order ${order}`);
    seen.add(order); // delivery is at least once: whatever you do must stand being done twice
    if (seen.size === 10) void consumer.stop(); // a service would stop on SIGTERM, see 06-graceful-shutdown.ts
  },
  onError: (error) => console.log(`trouble: ${(error as Error).message}`),
});
await consumer.start();
const { reason } = await consumer.finished;
console.log(`${seen.size} orders processed; ended because of ${reason}`);
await kinesis.close();
