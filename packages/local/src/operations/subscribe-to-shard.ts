import type { SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { consumerArn, sequenceNumber, shardId, streamId } from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { refuseDryRun } from '../refuse.js';
import { KinesisServiceError } from '../service-error.js';
import { existingShard } from '../shard-position.js';
import { startOf } from '../starting-position.js';
import type { StreamConsumer } from '../stream-consumer.js';
import { Subscription } from '../subscription.js';
import { Tank } from '../tank.js';

/**
 * SubscribeToShard: a stream of events, for five minutes. Soon after one began another of the same consumer on the same
 * shard is refused; later it takes over, and the first one ends with an error inside its stream.
 */
export const subscribeToShard = operation<SubscribeToShardInput>(
  structure(
    {
      ConsumerARN: consumerArn,
      StreamId: streamId,
      ShardId: shardId,
      StartingPosition: structure(
        {
          Type: {
            type: 'choice',
            choices: [
              'AFTER_SEQUENCE_NUMBER',
              'LATEST',
              'AT_TIMESTAMP',
              'AT_SEQUENCE_NUMBER',
              'TRIM_HORIZON',
            ],
          },
          SequenceNumber: sequenceNumber,
          Timestamp: { type: 'timestamp' },
        },
        ['Type'],
      ),
      DryRun: { type: 'boolean' },
    },
    ['ConsumerARN', 'ShardId', 'StartingPosition'],
  ),
  (context, input) => {
    const { account, now, faults } = context;
    const { stream, consumer } = account.consumer(input.ConsumerARN ?? '', now);
    requireActive(consumer, now);
    const shard = existingShard(account, stream, input.ShardId ?? '');
    shard.log.trimBefore(stream.trimHorizonMs(now));
    const {
      Type: type,
      SequenceNumber,
      Timestamp: timestamp,
    } = input.StartingPosition ?? { Type: undefined };
    const position = { type, sequenceNumber: SequenceNumber, timestamp };
    const start = startOf(account, stream, shard, position, now);
    countCall(context, consumer, shard.id);
    const before = consumer.subscriptions.get(shard.id);
    if (before && now - before.startedAtMs < account.limits.subscriptionGuardMs) {
      throw new KinesisServiceError(
        'ResourceInUseException',
        `Consumer ${consumer.name} has subscribed to shard ${shard.id} of stream ${stream.name} less than ` +
          `${account.limits.subscriptionGuardMs} milliseconds ago.`,
      );
    }
    refuseDryRun(input.DryRun);
    before?.takeOver();
    const subscription = new Subscription({
      stream,
      shard,
      consumerName: consumer.name,
      start,
      rules: {
        bytesPerSecond: account.limits.consumerReadBytesPerSecond,
        idleEventMs: account.idleEventMs,
        emptyPageGapMs: account.emptyPageGapMs,
        expiresAtMs: now + account.limits.subscriptionLifeMs,
      },
      faults: faults.subscription(stream, shard.id, consumer.name),
      clock: context.clock,
      onOver: (over) => context.subscriptions.delete(over),
    });
    context.subscriptions.add(subscription);
    consumer.subscriptions.set(shard.id, subscription);
    return { EventStream: subscription };
  },
);

function requireActive(consumer: StreamConsumer, now: number): void {
  const status = consumer.statusAt(now);
  if (status === 'ACTIVE') return;
  throw new KinesisServiceError(
    'ResourceInUseException',
    `Consumer ${consumer.name} not ACTIVE, instead in state ${status}`,
  );
}

function countCall({ account, now }: OperationContext, consumer: StreamConsumer, shardId: string): void {
  const { subscribeCallsPerSecond: perSecond } = account.limits;
  const calls = consumer.subscribeCalls.get(shardId) ?? new Tank(perSecond, perSecond, now);
  consumer.subscribeCalls.set(shardId, calls);
  if (calls.tryTake(1, now)) return;
  throw new KinesisServiceError(
    'LimitExceededException',
    `Rate exceeded for SubscribeToShard of consumer ${consumer.name} on shard ${shardId}.`,
  );
}
