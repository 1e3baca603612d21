// What a Node program does with Kinesis, each step checked. Its one argument is the name of a stream that is not there yet;
// endpoint, credentials and trust come from the environment.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import {
  CreateStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  ProvisionedThroughputExceededException,
  PutRecordCommand,
  PutRecordsCommand,
  paginateListStreamConsumers,
  RegisterStreamConsumerCommand,
  ResourceNotFoundException,
  SubscribeToShardCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';

const [, , StreamName = ''] = process.argv;
const client = new KinesisClient({ maxAttempts: 1 });

await assert.rejects(
  client.send(new DescribeStreamSummaryCommand({ StreamName })),
  ResourceNotFoundException,
);
await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
await waitUntilStreamExists({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { StreamName });
const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
assert.ok(StreamDescriptionSummary?.StreamCreationTimestamp instanceof Date);
const { StreamARN = '' } = StreamDescriptionSummary;

const ConsumerName = 'reader';
const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));
for (let status = ''; status !== 'ACTIVE'; ) {
  const { ConsumerDescription } = await client.send(
    new DescribeStreamConsumerCommand({ StreamARN, ConsumerName }),
  );
  status = ConsumerDescription?.ConsumerStatus ?? '';
  await setTimeout(200); // twenty calls a second
}
const names = [];
for await (const { Consumers = [] } of paginateListStreamConsumers({ client }, { StreamARN })) {
  names.push(...Consumers.map((each) => each.ConsumerName));
}
assert.deepEqual(names, [ConsumerName]);

const { EventStream } = await client.send(
  new SubscribeToShardCommand({
    ConsumerARN: Consumer?.ConsumerARN,
    ShardId: 'shardId-000000000000',
    StartingPosition: { Type: 'TRIM_HORIZON' },
  }),
);
const data = Array.from({ length: 40 }, (_, at) => Buffer.from(`record ${at}`));
const Records = data.map((Data, at) => ({ Data, PartitionKey: `ключ ${at}` }));
const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName, Records }));
assert.equal(FailedRecordCount, 0);
const got = [];
for await (const { SubscribeToShardEvent } of EventStream ?? []) {
  got.push(...(SubscribeToShardEvent?.Records ?? []).map((record) => Buffer.from(record.Data ?? [])));
  if (got.length >= data.length) break;
}
assert.deepEqual(got, data);

const large = { StreamName, PartitionKey: 'k', Data: new Uint8Array(1_000_000) };
const putForEver = async () => {
  for (;;) await client.send(new PutRecordCommand(large));
};
await assert.rejects(putForEver, ProvisionedThroughputExceededException);
// The subscription is still open.
process.exit(0);
