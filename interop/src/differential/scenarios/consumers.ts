import {
  type Ask,
  ask,
  askEach,
  type Json,
  type Scenario,
  type Seen,
  type Step,
  type Subscribe,
  scenario,
  settle,
  settleConsumer,
} from '../scenario.js';

const stream = 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/s';
const nobody = 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/nobody';
const first = 'shardId-000000000000';
const middle = '170141183460469231731687303715884105728';
const arnOf = (request: string) => (seen: Seen) => seen(request, 'Consumer.ConsumerARN');
const register = (name: string): Ask =>
  ask(`register ${name}`, 'RegisterStreamConsumer', { StreamARN: stream, ConsumerName: name });
const registered = (name: string): Step[] => [register(name), settleConsumer(arnOf(`register ${name}`))];
const put = (name: string, text: string): Ask =>
  ask(name, 'PutRecord', {
    StreamName: 's',
    Data: Buffer.from(text).toString('base64'),
    PartitionKey: text,
  });

/** Of the consumer named c, from the given position of the first shard. */
function subscribe(
  name: string,
  position: (seen: Seen) => Json,
  records: number,
  more: Partial<Subscribe> = {},
): Subscribe {
  return {
    kind: 'subscribe',
    name,
    body: (seen) => ({
      ConsumerARN: arnOf('register c')(seen),
      ShardId: first,
      StartingPosition: position(seen),
    }),
    records,
    ...more,
  };
}

/** A subscription of its own stream: a second one of the same consumer within five seconds is refused. */
function reading(
  name: string,
  position: (seen: Seen) => Json,
  records: number,
  more: Partial<Subscribe> = {},
): Scenario {
  return scenario(`subscribe ${name}`, { s: 1 }, [
    ...registered('c'),
    ask('shards', 'ListShards', { StreamName: 's' }),
    put('put 1', 'a'),
    put('put 2', 'b'),
    put('put 3', 'c'),
    subscribe('events', position, records, more),
  ]);
}

const number = (put: string) => (seen: Seen) => seen(put, 'SequenceNumber');

/** Consumers: registered, described, listed, deregistered. */
const registrations: readonly Scenario[] = [
  scenario('register a consumer', { s: 1 }, [
    ...askEach('RegisterStreamConsumer', {
      'no member at all': {},
      'no name': { StreamARN: stream },
      'no stream': { ConsumerName: 'c' },
      'an unknown stream': { StreamARN: nobody, ConsumerName: 'c' },
      'text that is no ARN': { StreamARN: 's', ConsumerName: 'c' },
      'an empty name': { StreamARN: stream, ConsumerName: '' },
      'a name with a blank': { StreamARN: stream, ConsumerName: 'a b' },
      'a name of 129 characters': { StreamARN: stream, ConsumerName: 'c'.repeat(129) },
      'a name that is a number': { StreamARN: stream, ConsumerName: 7 },
    }),
    ...registered('c'),
    ask('the same name again', 'RegisterStreamConsumer', { StreamARN: stream, ConsumerName: 'c' }),
    ...askEach('DescribeStreamConsumer', {
      'no member at all': {},
      'by stream and name': { StreamARN: stream, ConsumerName: 'c' },
      'by ARN': (seen) => ({ ConsumerARN: arnOf('register c')(seen) }),
      'a name without its stream': { ConsumerName: 'c' },
      'a stream without a name': { StreamARN: stream },
      'an unknown name': { StreamARN: stream, ConsumerName: 'd' },
      'an unknown stream': { StreamARN: nobody, ConsumerName: 'c' },
      'an ARN of nobody': { ConsumerARN: `${stream}/consumer/c:1` },
      'text that is no ARN': { ConsumerARN: 'c' },
    }),
    ask('summary', 'DescribeStreamSummary', { StreamName: 's' }),
    ...askEach('DeregisterStreamConsumer', {
      'no member at all': {},
      'a name without its stream': { ConsumerName: 'c' },
      'an unknown name': { StreamARN: stream, ConsumerName: 'd' },
      'an ARN of nobody': { ConsumerARN: `${stream}/consumer/c:1` },
      'by ARN': (seen) => ({ ConsumerARN: arnOf('register c')(seen) }),
    }),
    settleConsumer(arnOf('register c')),
    ask('describe it afterwards', 'DescribeStreamConsumer', { StreamARN: stream, ConsumerName: 'c' }),
    ask('list afterwards', 'ListStreamConsumers', { StreamARN: stream }),
  ]),
  scenario('list consumers', { s: 1 }, [
    ...registered('alpha'),
    ...registered('beta'),
    ...registered('gamma'),
    ...askEach('ListStreamConsumers', {
      'no member at all': {},
      all: { StreamARN: stream },
      'an unknown stream': { StreamARN: nobody },
      'two a page': { StreamARN: stream, MaxResults: 2 },
      'a page of none': { StreamARN: stream, MaxResults: 0 },
      'a page that is too long': { StreamARN: stream, MaxResults: 10_001 },
      'a token that is none': { StreamARN: stream, NextToken: 'nonsense' },
      'another creation time': { StreamARN: stream, StreamCreationTimestamp: 5 },
    }),
    ask('the second page', 'ListStreamConsumers', (seen) => ({
      StreamARN: stream,
      NextToken: seen('ListStreamConsumers: two a page', 'NextToken'),
    })),
    ask('summary', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
  scenario('twenty consumers', { s: 1 }, [
    ...Array.from({ length: 20 }, (_, index) => registered(`c${index}`)).flat(),
    register('one more'.replace(' ', '-')),
    ask('summary', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
  scenario(
    'consumers that are CREATING',
    { s: 1 },
    [
      ...['a', 'b', 'c', 'd', 'e', 'f'].map(register),
      ask('describe', 'DescribeStreamConsumer', { StreamARN: stream, ConsumerName: 'a' }),
      ask('register again', 'RegisterStreamConsumer', { StreamARN: stream, ConsumerName: 'a' }),
      subscribe('subscribe', () => ({ Type: 'LATEST' }), 0),
      ask('summary', 'DescribeStreamSummary', { StreamName: 's' }),
      ask('delete the stream', 'DeleteStream', { StreamName: 's' }),
      ask('delete it with its consumers', 'DeleteStream', {
        StreamName: 's',
        EnforceConsumerDeletion: true,
      }),
      ask('register while DELETING', 'RegisterStreamConsumer', { StreamARN: stream, ConsumerName: 'g' }),
    ],
    'stuck',
  ),
  scenario('delete a stream that has consumers', { s: 1 }, [
    ...registered('c'),
    ask('without a word about them', 'DeleteStream', { StreamName: 's' }),
  ]),
  scenario('delete a stream with its consumers', { s: 1 }, [
    ...registered('c'),
    ask('enforced', 'DeleteStream', { StreamName: 's', EnforceConsumerDeletion: true }),
    settle(),
    ask('describe it afterwards', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
];

/** SubscribeToShard from every position, to the end of a shard, and refused. */
const subscriptions: readonly Scenario[] = [
  reading('from the trim horizon', () => ({ Type: 'TRIM_HORIZON' }), 3),
  reading(
    'at a sequence number',
    (seen) => ({ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: number('put 2')(seen) }),
    2,
  ),
  reading(
    'after a sequence number',
    (seen) => ({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: number('put 2')(seen) }),
    1,
  ),
  reading('at a time before all', () => ({ Type: 'AT_TIMESTAMP', Timestamp: 1_700_000_000 }), 3),
  reading('from the newest', () => ({ Type: 'LATEST' }), 1, {
    meanwhile: {
      operation: 'PutRecord',
      body: { StreamName: 's', Data: 'bmV3', PartitionKey: 'new' },
    },
  }),
  reading('from the newest, refused a second time', () => ({ Type: 'LATEST' }), 0, {
    meanwhile: {
      operation: 'SubscribeToShard',
      body: (seen) => ({
        ConsumerARN: arnOf('register c')(seen),
        ShardId: first,
        StartingPosition: { Type: 'LATEST' },
      }),
    },
  }),
  scenario('subscribe to the end of a shard', { s: 1 }, [
    ...registered('c'),
    put('put 1', 'a'),
    ask('split', 'SplitShard', { StreamName: 's', ShardToSplit: first, NewStartingHashKey: middle }),
    settle(),
    subscribe('events', () => ({ Type: 'TRIM_HORIZON' }), 1, { childShards: true }),
  ]),
  scenario('subscribe badly', { s: 1 }, [
    ...registered('c'),
    ...askEach(
      'SubscribeToShard',
      Object.fromEntries(
        Object.entries({
          'no consumer': { ConsumerARN: null },
          'an unknown consumer': { ConsumerARN: `${stream}/consumer/d:1` },
          'text that is no ARN': { ConsumerARN: 'c' },
          'no shard': { ShardId: null },
          'an unknown shard': { ShardId: 'shardId-000000000009' },
          'no position': { StartingPosition: null },
          'a position without a type': { StartingPosition: {} },
          'an unknown type': { StartingPosition: { Type: 'NEWEST' } },
          'by position without a number': { StartingPosition: { Type: 'AT_SEQUENCE_NUMBER' } },
          'by position with a small number': {
            StartingPosition: { Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: '5' },
          },
          'by time without a time': { StartingPosition: { Type: 'AT_TIMESTAMP' } },
        }).map(([name, more]) => [
          name,
          (seen: Seen) => ({
            ConsumerARN: arnOf('register c')(seen),
            ShardId: first,
            StartingPosition: { Type: 'LATEST' },
            ...more,
          }),
        ]),
      ),
    ),
  ]),
];

export const consumerScenarios: readonly Scenario[] = [...registrations, ...subscriptions];
