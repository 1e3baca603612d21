/**
 * Keeps leases and checkpoints in a storage of your own. key-value-lease-store.ts is the store, over anything that can compare and
 * set; its test holds it to the contract with `describeLeaseStore`. Here the storage is a file, so a second run goes on where the first one stopped.
 * On AWS: leave out the local Kinesis, and give `clientConfig: { region: 'eu-west-1' }`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Consumer } from '@shardline/consumer';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { JsonFile } from './json-file.js';
import { KeyValueLeaseStore } from './key-value-lease-store.js';

const kinesis = await startLocalKinesis({ streams: [{ name: 'events', shards: 2 }] });
const { clientConfig } = kinesis;
const folder = await mkdtemp(join(tmpdir(), 'leases-'));
const path = join(folder, 'leases.json');

async function put(from: number, to: number): Promise<void> {
  const producer = new Producer({ stream: 'events', clientConfig });
  const numbers = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  await producer.putMany(numbers.map((number) => ({ partitionKey: `k${number}`, data: String(number) })));
  await producer.close();
}

/** Consumes until `enough` records are processed, as a process of its own would. */
async function run(name: string, enough: number): Promise<void> {
  const numbers: number[] = [];
  const consumer = new Consumer({
    stream: 'events',
    clientConfig,
    applicationName: 'custom',
    leaseStore: new KeyValueLeaseStore(new JsonFile(path)),
    onRecord(record) {
      numbers.push(Number(record.text()));
      if (numbers.length === enough) void consumer.stop();
    },
    onError: (error) => console.log(`trouble: ${(error as Error).message}`),
  });
  await consumer.start();
  await consumer.finished;
  console.log(`${name} run: ${numbers.sort((a, b) => a - b).join(' ')}`);
}

await put(1, 6);
await run('first', 6);
await put(7, 10);
await run('second', 4);

for (const lease of await new KeyValueLeaseStore(new JsonFile(path)).list()) {
  console.log(`${lease.leaseKey}: ${lease.leaseOwner ?? 'free'}, counter ${lease.leaseCounter}`);
}
await rm(folder, { recursive: true });
await kinesis.close();
