/**
 * Ends on SIGTERM without losing or repeating anything: stop taking work, finish what is in hand, checkpoint, let go.
 * Kubernetes kills 30 s after SIGTERM (terminationGracePeriodSeconds): the deadlines together stay below.
 * On AWS: leave out the local Kinesis, give `clientConfig: { region: 'eu-west-1' }` and a DynamoDBLeaseStore.
 */
import { setTimeout } from 'node:timers/promises';
import { Consumer, InMemoryLeaseStore } from '@shardline/consumer';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';

const streams = ['orders', 'invoices'].map((name) => ({ name, shards: 1 }));
const kinesis = await startLocalKinesis({ streams });
const { clientConfig } = kinesis;
const orders = new Producer({ stream: 'orders', clientConfig });
await orders.putMany(Array.from({ length: 100 }, (_, at) => ({ partitionKey: 'a', data: `order ${at}` })));
await orders.close();

// Each record waits for its invoice to be stored, so what the producer waits for more records is kept short: at the default of 100 ms a
// shard would come to ten records a second. Where that is not enough, a shardHandler gives each batch to `putMany`.
const invoices = new Producer({ stream: 'invoices', clientConfig, lingerMs: 5 });
let handled = 0;
const consumer = new Consumer({
  stream: 'orders',
  clientConfig,
  applicationName: 'invoicing',
  leaseStore: new InMemoryLeaseStore(),
  async onRecord(record) {
    await setTimeout(5); // work
    await invoices.put({ partitionKey: 'a', data: `invoice for ${record.text()}` });
    handled += 1;
    if (handled === 3) process.kill(process.pid, 'SIGTERM'); // what Kubernetes would send
  },
  onError: (error) => console.log(`trouble: ${(error as Error).message}`),
});

const shutDown = async (signal: string) => {
  console.log(`${signal}: stopping`);
  // First the source, so that no new work comes; records in hand are finished and checkpointed, leases given back.
  await consumer.stop({ deadlineMs: 15_000 });
  // Then what the work goes to: everything accepted is settled, or fails with SHUTDOWN_TIMEOUT at the deadline.
  await invoices.close({ deadlineMs: 10_000 });
};
let ending: Promise<void> | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    ending ??= shutDown(signal);
  });
}

await consumer.start();
const { reason } = await consumer.finished; // no process.exit(): nothing is left that keeps Node running
await ending;
console.log(
  `ended because of ${reason}: ${handled} orders handled, ${invoices.stats().storedRecords} invoices stored`,
);
await kinesis.close();
