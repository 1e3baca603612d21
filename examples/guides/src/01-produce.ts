/**
 * Puts single records and waits for each, then a list in one call: convenient ways, for up to some thousand records a second.
 * On AWS: leave out the local Kinesis, and give `clientConfig: { region: 'eu-west-1' }`, or nothing where the environment says.
 */
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';

const kinesis = await startLocalKinesis({ streams: [{ name: 'orders', shards: 2 }] });
const producer = new Producer({ stream: 'orders', clientConfig: kinesis.clientConfig });

// A promise for a record: it resolves once the record is stored, and rejects with a typed error if it cannot be.
const order = { id: 1, customer: 'ana', amount: 12.5 };
const { shardId, sequenceNumber } = await producer.put({
  partitionKey: order.customer, // records of one partition key keep their order
  data: JSON.stringify(order),
});
console.log(`order ${order.id} is stored in ${shardId} under ${sequenceNumber}`);

// A promise for many: it never rejects because of a bad record, and says what became of each.
const orders = ['ana', 'bo', 'cleo'].map((customer, at) => ({
  partitionKey: customer,
  data: JSON.stringify({ id: 2 + at, customer }),
}));
const outcomes = await producer.putMany([...orders, { partitionKey: '', data: 'nobody ordered this' }]);
for (const { index, error } of outcomes.failures()) console.log(`record ${index} failed: ${error.code}`);

// Everything accepted is settled before this resolves.
await producer.close();
console.log(`${producer.stats().storedRecords} orders stored`);
await kinesis.close();
