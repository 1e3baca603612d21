/**
 * Calls the Lambda function of lambda/handler.ts as Lambda would, with a batch that fails half-way, so that what is repeated can be
 * seen. On AWS: deploy `handler` with an event source mapping that has FunctionResponseTypes: ['ReportBatchItemFailures'].
 */
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { createHandler } from './lambda/handler.js';

const kinesis = await startLocalKinesis({ streams: [{ name: 'orders', shards: 1 }] });
const producer = new Producer({ stream: 'orders', clientConfig: kinesis.clientConfig });
for (const ids of [[1, 2], [3, 4, 5], [6]]) {
  // Each call's records become one aggregate here, since they are flushed before the next call.
  await producer.putMany(ids.map((id) => ({ partitionKey: 'ana', data: JSON.stringify({ id }) })));
}
await producer.close();

const client = new KinesisClient(kinesis.clientConfig);
const { ShardIterator } = await client.send(
  new GetShardIteratorCommand({
    StreamName: 'orders',
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'TRIM_HORIZON',
  }),
);
const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
let batch = Records.map(({ Data = new Uint8Array(), PartitionKey, SequenceNumber = '' }) => ({
  eventID: `shardId-000000000000:${SequenceNumber}`,
  kinesis: {
    data: Buffer.from(Data).toString('base64'),
    partitionKey: PartitionKey,
    sequenceNumber: SequenceNumber,
  },
}));

const processed: number[] = [];
let busy = true;
const handler = createHandler(async ({ id }) => {
  if (id === 4 && busy) {
    busy = false;
    throw new Error('the database is busy');
  }
  processed.push(id);
});
while (batch.length > 0) {
  console.log(`invocation with ${batch.length} records`);
  const { batchItemFailures } = await handler({ Records: batch });
  const [failure] = batchItemFailures;
  const from = batch.findIndex(
    ({ kinesis: { sequenceNumber } }) => sequenceNumber === failure?.itemIdentifier,
  );
  batch = from === -1 ? [] : batch.slice(from);
}
console.log(
  `orders processed: ${processed.join(' ')} (3 twice: it shares its aggregate with 4, which failed)`,
);
client.destroy();
await kinesis.close();
