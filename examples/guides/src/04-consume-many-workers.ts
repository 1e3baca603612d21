/**
 * Two workers of one application share a stream's shards through a lease table; when one stops, the other goes on where it was. Here both live in one
 * process; in production they are containers that know nothing of each other but the application's name.
 * On AWS: leave out both local services: `clientConfig: { region: 'eu-west-1' }`, `new DynamoDBLeaseStore()`. The table is made at the first start.
 */
import { DynamoDBLeaseStore } from '@shardline/checkpoint-dynamodb';
import { Consumer } from '@shardline/consumer';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { startLocalDynamoDB } from './local-dynamodb.js';

const kinesis = await startLocalKinesis({ streams: [{ name: 'events', shards: 4 }] });
const dynamodb = await startLocalDynamoDB();
const { clientConfig } = kinesis;
const producer = new Producer({ stream: 'events', clientConfig, lingerMs: 10 });
const done = new Map<string, number>();
const held = new Map<string, Set<string>>();
let wake = () => {};

function worker(name: string): Consumer {
  const shards = new Set<string>();
  held.set(name, shards);
  return new Consumer({
    stream: 'events',
    clientConfig,
    applicationName: 'many-workers', // also the table's name
    leaseStore: new DynamoDBLeaseStore({ clientConfig: dynamodb.clientConfig }),
    workerName: name,
    failoverMs: 3_000, // how long a dead worker's shards wait; all workers must agree
    onRecord(record) {
      done.set(record.text(), (done.get(record.text()) ?? 0) + 1);
      wake();
    },
    onEvent(event) {
      if (event.type === 'lease-gained') shards.add(event.shardId);
      if (event.type === 'lease-released') shards.delete(event.shardId);
      wake();
    },
    onError: (error) => console.log(`${name}: ${(error as Error).message}`),
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  while (!holds())
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  console.log(what);
}

const countOf = (name: string) => held.get(name)?.size ?? 0;
const [ana, bo] = [worker('ana'), worker('bo')];
await ana.start();
await until('ana has all 4 shards', () => countOf('ana') === 4);
await bo.start();
await until('ana and bo have 2 shards each', () => countOf('ana') === 2 && countOf('bo') === 2);
const records = Array.from({ length: 1_000 }, (_, at) => ({ partitionKey: `k${at}`, data: String(at) }));
await producer.putMany(records);
await until('1,000 records are processed', () => done.size === 1_000);

await ana.stop(); // its leases are free at once; after a crash bo would take them failoverMs later
await until('bo has all 4 shards', () => countOf('bo') === 4);
await bo.stop();
console.log(`${[...done.values()].filter((times) => times > 1).length} records were processed twice`);
await producer.close();
await Promise.all([kinesis.close(), dynamodb.close()]);
