/**
 * Reads a shard by enhanced fan-out, with the SDK's SubscribeToShard: records are pushed, each consumer has 2 MB/s of its own. A
 * subscription ends after five minutes at the latest; here one is cut and one fails on purpose. On AWS: `clientConfig` with your region,
 * a stream that exists, and a registered consumer for as long as the application lives, since each costs money.
 */
import {
  DescribeStreamConsumerCommand,
  type DescribeStreamConsumerOutput,
  KinesisClient,
  RegisterStreamConsumerCommand,
  type StartingPosition,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { deaggregate } from '@shardline/aggregation';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';

/** The service wants five seconds from one subscription of a consumer to a shard to its next. */
const guardMs = 1_000;
const kinesis = await startLocalKinesis({
  streams: [{ name: 'orders', shards: 1 }],
  limits: { subscriptionGuardMs: guardMs },
  faults: [
    { kind: 'cutSubscription', how: 'fin', afterEvents: 1, times: 1 },
    { kind: 'failSubscription', errorCode: 'InternalFailureException', afterEvents: 1, times: 1 },
  ],
});
const client = new KinesisClient(kinesis.clientConfig);
const StreamARN = kinesis.kinesis.snapshot().streams[0]?.arn;

/** Registers a consumer and waits until it may subscribe. */
async function activeConsumer(ConsumerName: string): Promise<string | undefined> {
  await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));
  for (;;) {
    const { ConsumerDescription }: DescribeStreamConsumerOutput = await client.send(
      new DescribeStreamConsumerCommand({ StreamARN, ConsumerName }),
    );
    if (ConsumerDescription?.ConsumerStatus === 'ACTIVE') return ConsumerDescription.ConsumerARN;
    await pause(100);
  }
}

/** The user records of a shard to its end, over as many subscriptions as it takes. */
async function* follow(ConsumerARN: string | undefined, ShardId: string) {
  let StartingPosition: StartingPosition = { Type: 'TRIM_HORIZON' };
  for (;;) {
    const subscribe = new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition });
    // Leaving the loop does not end a subscription: without this it goes on at the service.
    const end = new AbortController();
    const { EventStream = [] } = await client.send(subscribe, { abortSignal: end.signal });
    console.log(`subscribed: ${StartingPosition.Type}`);
    try {
      for await (const { SubscribeToShardEvent: event } of EventStream) {
        yield* deaggregate(event?.Records ?? []);
        // Only an event that has been worked on counts: what follows it comes next.
        if (event?.ContinuationSequenceNumber === undefined) return;
        StartingPosition = {
          Type: 'AFTER_SEQUENCE_NUMBER',
          SequenceNumber: event.ContinuationSequenceNumber,
        };
      }
      // Its five minutes are over, or its connection is gone: the SDK tells no difference.
      console.log('the subscription ended');
    } catch (error) {
      console.log(`the subscription failed: ${error instanceof Error ? error.name : error}`);
    } finally {
      end.abort();
    }
    await pause(guardMs);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

const producer = new Producer({ stream: 'orders', clientConfig: kinesis.clientConfig });
const put = (id: number) => producer.put({ partitionKey: 'ana', data: JSON.stringify({ id }) });

const consumerArn = await activeConsumer('order-mail');
const read: number[] = [];
await put(1);
for await (const record of follow(consumerArn, 'shardId-000000000000')) {
  read.push(record.json<{ id: number }>().id);
  if (read.length === 5) break;
  await put(read.length + 1);
}
console.log(`orders read: ${read.join(' ')}`);
await producer.close();
client.destroy();
await kinesis.close();
