import type {
  DeregisterStreamConsumerInput,
  DescribeStreamConsumerInput,
  ListStreamConsumersInput,
  RegisterStreamConsumerInput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.js';
import { structure } from '../input-shape.js';
import { consumerArn, consumerName, nextToken, streamArn, streamId, tagMap } from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { refuseExpiredToken } from '../page-token.js';
import { KinesisServiceError } from '../service-error.js';
import type { Stream } from '../stream.js';
import { StreamConsumer } from '../stream-consumer.js';
import { notActive } from '../stream-guards.js';

const pageMaxConsumers = 100;

/** RegisterStreamConsumer. The consumer is CREATING until the transition time has passed. */
export const registerStreamConsumer = operation<RegisterStreamConsumerInput>(
  structure(
    {
      StreamARN: streamArn,
      StreamId: streamId,
      ConsumerName: consumerName,
      Tags: tagMap,
    },
    ['StreamARN', 'ConsumerName'],
  ),
  ({ account, now }, input) => {
    const stream = account.stream({ StreamARN: input.StreamARN }, now);
    if (stream.status !== 'ACTIVE' && stream.status !== 'UPDATING') throw notActive(account, stream);
    const name = input.ConsumerName ?? '';
    if (stream.consumers.byName(name, now)) {
      throw new KinesisServiceError(
        'ResourceInUseException',
        `Consumer ${name} of stream ${stream.name} under account ${account.id} already exists.`,
      );
    }
    checkQuotas(account, stream, now);
    const createdAtMs = account.consumerCreations.next(`${stream.arn}/${name}`, now);
    const activeAtMs = now + account.transitionMs;
    const consumer = new StreamConsumer({ name, streamArn: stream.arn, createdAtMs, activeAtMs });
    consumer.tags.add(input.Tags ?? {}, account.limits.maxTags);
    stream.consumers.add(consumer);
    return { Consumer: describe(consumer, now) };
  },
);

function checkQuotas(account: Account, stream: Stream, now: number): void {
  const { maxConsumers: usual, maxConsumersOnDemandAdvantage, maxCreatingConsumers } = account.limits;
  const isAdvantage = account.onDemandAdvantage && stream.mode === 'ON_DEMAND';
  const maxConsumers = isAdvantage ? maxConsumersOnDemandAdvantage : usual;
  const consumers = stream.consumers.list(now);
  if (consumers.length >= maxConsumers) {
    throw new KinesisServiceError(
      'LimitExceededException',
      `Stream ${stream.name} under account ${account.id} has ${consumers.length} registered consumers; ` +
        `the limit is ${maxConsumers}.`,
    );
  }
  const creating = consumers.filter((consumer) => consumer.statusAt(now) === 'CREATING').length;
  if (creating >= maxCreatingConsumers) {
    throw new KinesisServiceError(
      'LimitExceededException',
      `No more than ${maxCreatingConsumers} consumers of stream ${stream.name} may be CREATING at once.`,
    );
  }
}

const consumerReference = Object.freeze({
  StreamARN: streamArn,
  StreamId: streamId,
  ConsumerName: consumerName,
  ConsumerARN: consumerArn,
});

/** DescribeStreamConsumer, by the consumer's ARN or by its stream and name. */
export const describeStreamConsumer = operation<DescribeStreamConsumerInput>(
  structure(consumerReference),
  (context, input) => {
    const { stream, consumer } = find(context, input);
    return { ConsumerDescription: { ...describe(consumer, context.now), StreamARN: stream.arn } };
  },
);

/** DeregisterStreamConsumer. Its subscriptions end at once; it is listed as DELETING until the transition time has passed. */
export const deregisterStreamConsumer = operation<DeregisterStreamConsumerInput>(
  structure(consumerReference),
  (context, input) => {
    const { account, now } = context;
    const { consumer } = find(context, input);
    if (consumer.statusAt(now) === 'DELETING') {
      throw new KinesisServiceError(
        'ResourceInUseException',
        `Consumer ${consumer.name} under account ${account.id} is already in state DELETING.`,
      );
    }
    consumer.deregister(now + account.transitionMs);
    return {};
  },
);

/** ListStreamConsumers, in pages by name; a page token lives for 300 seconds. */
export const listStreamConsumers = operation<ListStreamConsumersInput>(
  structure(
    {
      StreamARN: streamArn,
      StreamId: streamId,
      NextToken: nextToken,
      MaxResults: { type: 'integer', min: 1, max: 10_000 },
      StreamCreationTimestamp: { type: 'timestamp' },
    },
    ['StreamARN'],
  ),
  ({ account, now }, input) => {
    const stream = account.stream({ StreamARN: input.StreamARN }, now);
    const created = input.StreamCreationTimestamp?.getTime();
    if (input.NextToken !== undefined && created !== undefined) {
      throw invalid('NextToken and StreamCreationTimestamp cannot be provided together.');
    }
    if (created !== undefined && created !== stream.createdAtMs) {
      throw new KinesisServiceError(
        'ResourceNotFoundException',
        `Stream ${stream.name} under account ${account.id} with this creation time not found.`,
      );
    }
    const after = input.NextToken === undefined ? '' : openToken(account, stream, input.NextToken, now);
    const left = stream.consumers.list(now).filter((consumer) => consumer.name > after);
    const page = left.slice(0, Math.min(input.MaxResults ?? pageMaxConsumers, pageMaxConsumers));
    const last = page.at(-1);
    return {
      Consumers: page.map((consumer) => describe(consumer, now)),
      ...(left.length > page.length && last
        ? {
            NextToken: account.tokens.seal('consumers', [
              stream.name,
              stream.createdAtMs,
              Math.floor(now),
              last.name,
            ]),
          }
        : {}),
    };
  },
);

/** The name after which the page of a token begins. */
function openToken(account: Account, stream: Stream, token: string, now: number): string {
  const content = account.tokens.open('consumers', token);
  const [name, createdAtMs, madeAtMs, after] = content ?? [];
  if (name !== stream.name || createdAtMs !== stream.createdAtMs) {
    throw invalid(`NextToken is not a token of ListStreamConsumers for stream ${stream.name}.`);
  }
  refuseExpiredToken(Number(madeAtMs), now);
  return String(after);
}

/** The consumer that a call names, or the service's error. */
function find(
  { account, now }: OperationContext,
  input: DescribeStreamConsumerInput,
): { readonly stream: Stream; readonly consumer: StreamConsumer } {
  const { StreamARN, ConsumerName, ConsumerARN } = input;
  if (ConsumerARN === undefined && (StreamARN === undefined || ConsumerName === undefined)) {
    throw invalid('Either ConsumerARN, or StreamARN and ConsumerName, must be provided.');
  }
  const found = ConsumerARN === undefined ? undefined : account.consumer(ConsumerARN, now);
  const stream = found?.stream ?? account.stream({ StreamARN }, now);
  const consumer = found?.consumer ?? stream.consumers.byName(ConsumerName ?? '', now);
  if (!consumer) {
    throw new KinesisServiceError(
      'ResourceNotFoundException',
      `Consumer ${ConsumerName} of stream ${stream.name} under account ${account.id} not found.`,
    );
  }
  const disagree =
    (StreamARN !== undefined && StreamARN !== stream.arn) ||
    (ConsumerName !== undefined && ConsumerName !== consumer.name);
  if (disagree) throw invalid('ConsumerARN, StreamARN and ConsumerName do not name the same consumer.');
  return { stream, consumer };
}

function describe(consumer: StreamConsumer, now: number): object {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: consumer.statusAt(now),
    ConsumerCreationTimestamp: new Date(consumer.createdAtMs),
  };
}

function invalid(message: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', message);
}
