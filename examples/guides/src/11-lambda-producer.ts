/**
 * Calls the Lambda function of lambda/producing-handler.ts as Lambda would, twice, with one producer for both. Short options suit it:
 * an invocation that waits costs money, and must end before the function's own time-out.
 * On AWS: `export const handler = createHandler(new Producer({ stream: 'orders', lingerMs: 5, recordTtlMs: 10_000 }))`.
 */
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { createHandler } from './lambda/producing-handler.js';

const kinesis = await startLocalKinesis({ streams: [{ name: 'orders', shards: 1 }] });
const producer = new Producer({
  stream: 'orders',
  clientConfig: kinesis.clientConfig,
  lingerMs: 5,
  recordTtlMs: 10_000, // with requestTimeoutMs and a second below the time-out of the function
  requestTimeoutMs: 2_000,
});
const handler = createHandler(producer);

for (const invocation of [1, 2]) {
  const orders = [1, 2, 3].map((id) => ({ id: invocation * 10 + id, customer: 'ana' }));
  const { statusCode } = await handler({ body: JSON.stringify(orders) });
  const { outstandingRecords } = producer.stats();
  console.log(`invocation ${invocation}: ${statusCode}, ${outstandingRecords} records left for the freezer`);
}
console.log(`${producer.stats().storedRecords} orders stored`);
await producer.close(); // in Lambda nobody calls this: nothing is outstanding between invocations
await kinesis.close();
