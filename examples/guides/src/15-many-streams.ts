/**
 * Puts into fifty streams in one process, over one connection: one set of sockets, TLS sessions and credentials for all, where
 * fifty producers of their own would open sockets each for itself.
 * On AWS: leave out the local Kinesis, and give `clientConfig: { region: 'eu-west-1' }`, or nothing where the environment says.
 */
import { startLocalKinesis } from '@shardline/local';
import { KinesisConnection, Producer } from '@shardline/producer';

const streams = Array.from({ length: 50 }, (_, at) => `tenant-${at + 1}`);
const kinesis = await startLocalKinesis({ streams: streams.map((name) => ({ name, shards: 2 })) });

// At most so many sockets at once; a request that finds none free waits for one, within the producer's requestTimeoutMs.
const connection = new KinesisConnection({ clientConfig: kinesis.clientConfig, maxSockets: 24 });
const producers = streams.map((stream) => new Producer({ stream, connection }));

for (let round = 1; round <= 5; round += 1) {
  const records = Array.from({ length: 20 }, (_, at) => ({
    partitionKey: `customer-${at}`,
    data: `order ${at}`,
  }));
  const each = await Promise.all(producers.map((producer) => producer.putMany(records)));
  const failed = each.flatMap((outcomes) => [...outcomes.failures()]);
  for (const { error } of failed) console.error(error.message);
}

const stored = producers.reduce((sum, producer) => sum + producer.stats().storedRecords, 0);
const { openSockets } = connection.stats();
console.log(`${stored} records stored in ${streams.length} streams, ${openSockets} sockets open`);

// The connection outlives its producers: they do not close it, and it is not closed under them.
await connection.close().catch((error: Error) => console.log(error.message));
await Promise.all(producers.map((producer) => producer.close()));
await connection.close();
await kinesis.close();
console.log('closed');
