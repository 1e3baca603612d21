import {
  type Ask,
  ask,
  askEach,
  type Json,
  pause,
  type Scenario,
  type Step,
  scenario,
  settle,
} from '../scenario.js';

const arn = (name: string) => `arn:aws:kinesis:us-east-1:ACCOUNT:stream/${name}`;

/** Each stream that may have been created is ACTIVE before the next request: five at most may be CREATING. */
function eachSettled(asks: readonly Ask[]): Step[] {
  return asks.flatMap((step) => {
    const { StreamName: name } = step.body as Json;
    return typeof name === 'string' && /^n\d$/.test(name) ? [step, settle(name)] : [step];
  });
}

/** Streams: made, described, listed, changed and deleted. */
export const streamScenarios: readonly Scenario[] = [
  scenario('create a stream', { taken: 1 }, [
    ...eachSettled(
      askEach('CreateStream', {
        'no member at all': {},
        'no name': { ShardCount: 1 },
        'no shard count': { StreamName: 'n1' },
        'an empty name': { StreamName: '', ShardCount: 1 },
        'a name of 129 characters': { StreamName: 'x'.repeat(129), ShardCount: 1 },
        'a name with a blank': { StreamName: 'a b', ShardCount: 1 },
        'a name with an umlaut': { StreamName: 'ströme', ShardCount: 1 },
        'a name that is null': { StreamName: null, ShardCount: 1 },
        'a name that is a number': { StreamName: 5, ShardCount: 1 },
        'a name that is a list': { StreamName: ['a'], ShardCount: 1 },
        'no shards': { StreamName: 'n2', ShardCount: 0 },
        'a negative shard count': { StreamName: 'n3', ShardCount: -1 },
        'a fraction of a shard': { StreamName: 'n7', ShardCount: 1.5 },
        'a shard count in quotes': { StreamName: 'n8', ShardCount: '1' },
        'more shards than an account may have': { StreamName: 'n9', ShardCount: 20_001 },
        'a name that is taken': { StreamName: 'taken', ShardCount: 1 },
        'an unknown mode': { StreamName: 'n0', ShardCount: 1, StreamModeDetails: { StreamMode: 'FAST' } },
        'mode details without a mode': { StreamName: 'n0', ShardCount: 1, StreamModeDetails: {} },
        'on-demand with a shard count': {
          StreamName: 'n0',
          ShardCount: 1,
          StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        },
        'an unknown member beside the others': { StreamName: 'n4', ShardCount: 1, Colour: 'red' },
        'a record size below 1 MiB': { StreamName: 'n5', ShardCount: 1, MaxRecordSizeInKiB: 1023 },
        'a record size above 10 MiB': { StreamName: 'n5', ShardCount: 1, MaxRecordSizeInKiB: 10_241 },
        'the largest record size': { StreamName: 'n6', ShardCount: 1, MaxRecordSizeInKiB: 10_240 },
      }),
    ),
    ask('describe the one with an unknown member', 'DescribeStreamSummary', { StreamName: 'n4' }),
    ask('describe the one with large records', 'DescribeStreamSummary', { StreamName: 'n6' }),
  ]),
  scenario('create with the longest name', {}, [
    ask('create', 'CreateStream', { StreamName: 'x'.repeat(128), ShardCount: 1 }),
    settle('x'.repeat(128)),
    ask('describe', 'DescribeStreamSummary', { StreamName: 'x'.repeat(128) }),
  ]),
  scenario('create on demand', {}, [
    ask('create', 'CreateStream', { StreamName: 's', StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
    settle(),
    ask('summary', 'DescribeStreamSummary', { StreamName: 's' }),
    ask('shards', 'ListShards', { StreamName: 's' }),
    ask('split', 'SplitShard', {
      StreamName: 's',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: '10',
    }),
    settle(),
    ask('merge', 'MergeShards', {
      StreamName: 's',
      ShardToMerge: 'shardId-000000000000',
      AdjacentShardToMerge: 'shardId-000000000001',
    }),
    settle(),
    ask('update the shard count', 'UpdateShardCount', {
      StreamName: 's',
      TargetShardCount: 8,
      ScalingType: 'UNIFORM_SCALING',
    }),
  ]),
  scenario('create three shards', {}, [
    ask('create', 'CreateStream', { StreamName: 's', ShardCount: 3 }),
    settle(),
    ask('describe', 'DescribeStream', { StreamName: 's' }),
    ask('summary', 'DescribeStreamSummary', { StreamName: 's' }),
    ask('list shards', 'ListShards', { StreamName: 's' }),
  ]),
  // kinesis-local counts the on-demand streams of all accounts: this goes to a process that has none.
  scenario(
    'limits of the account',
    { s: 3, t: 1 },
    [
      ask('limits', 'DescribeLimits'),
      ask('limits with an unknown member', 'DescribeLimits', { Colour: 'red' }),
    ],
    'stuck',
  ),
  scenario('describe a stream', { s: 3 }, [
    ...askEach('DescribeStream', {
      'no member at all': {},
      'an unknown stream': { StreamName: 'nobody' },
      'by ARN': { StreamARN: arn('s') },
      'an unknown ARN': { StreamARN: arn('nobody') },
      'text that is no ARN': { StreamARN: 'nobody' },
      'an empty name': { StreamName: '' },
      'one shard a page': { StreamName: 's', Limit: 1 },
      'the next shard': { StreamName: 's', Limit: 1, ExclusiveStartShardId: 'shardId-000000000000' },
      'the last shard': { StreamName: 's', Limit: 1, ExclusiveStartShardId: 'shardId-000000000001' },
      'nothing after the last shard': { StreamName: 's', ExclusiveStartShardId: 'shardId-000000000002' },
      'a page of none': { StreamName: 's', Limit: 0 },
      'the longest page': { StreamName: 's', Limit: 10_000 },
      'a page that is too long': { StreamName: 's', Limit: 10_001 },
      'a page length in quotes': { StreamName: 's', Limit: '1' },
      'after a shard with a blank in its id': { StreamName: 's', ExclusiveStartShardId: 'shard 1' },
    }),
    ...askEach('DescribeStreamSummary', {
      'no member at all': {},
      'an unknown stream': { StreamName: 'nobody' },
      'a name with a blank': { StreamName: 'a b' },
    }),
  ]),
  scenario('more than a page of shards', { s: 101 }, [
    ask('described', 'DescribeStream', { StreamName: 's', ExclusiveStartShardId: 'shardId-000000000099' }),
    ask('counted', 'DescribeStreamSummary', { StreamName: 's' }),
    ask('a long page', 'DescribeStream', { StreamName: 's', Limit: 101 }),
  ]),
  scenario('list streams', { alpha: 1, beta: 1, gamma: 2 }, [
    ...askEach('ListStreams', {
      all: {},
      'one a page': { Limit: 1 },
      'after a name': { ExclusiveStartStreamName: 'alpha' },
      'after a name that does not exist': { ExclusiveStartStreamName: 'b' },
      'after the last': { ExclusiveStartStreamName: 'gamma' },
      'a page of none': { Limit: 0 },
      'the longest page': { Limit: 10_000 },
      'a page that is too long': { Limit: 10_001 },
      'a page length in quotes': { Limit: 'many' },
      'an empty name': { ExclusiveStartStreamName: '' },
      'a token that is none': { NextToken: 'nonsense' },
      'an unknown member': { Colour: 'red' },
    }),
    ask('the second page by token', 'ListStreams', (seen) => ({
      NextToken: seen('ListStreams: one a page', 'NextToken'),
    })),
  ]),
  scenario('no streams', {}, [ask('list', 'ListStreams'), ask('limits', 'DescribeLimits')], 'stuck'),
  scenario('delete a stream', { s: 1 }, [
    ...askEach('DeleteStream', {
      'no member at all': {},
      'an unknown stream': { StreamName: 'nobody' },
      'an empty name': { StreamName: '' },
      'a flag that is text': { StreamName: 's', EnforceConsumerDeletion: 'yes' },
      it: { StreamName: 's' },
    }),
    settle(),
    ask('describe it afterwards', 'DescribeStreamSummary', { StreamName: 's' }),
    ask('list afterwards', 'ListStreams'),
    ask('delete it again', 'DeleteStream', { StreamName: 's' }),
    // kinesis-local forgets deletions a little later than it says.
    pause(200),
    ask('create it again', 'CreateStream', { StreamName: 's', ShardCount: 3 }),
    settle(),
    ask('its new shards', 'ListShards', { StreamName: 's' }),
  ]),
  scenario('delete by ARN', { s: 1 }, [
    ask('delete', 'DeleteStream', { StreamARN: arn('s') }),
    settle(),
    ask('list', 'ListStreams'),
  ]),
  scenario('retention', { s: 1 }, [
    ...askEach('IncreaseStreamRetentionPeriod', {
      'no member at all': {},
      'no hours': { StreamName: 's' },
      'an unknown stream': { StreamName: 'nobody', RetentionPeriodHours: 48 },
      'no stream': { RetentionPeriodHours: 48 },
      '23 hours': { StreamName: 's', RetentionPeriodHours: 23 },
      '0 hours': { StreamName: 's', RetentionPeriodHours: 0 },
      '8,761 hours': { StreamName: 's', RetentionPeriodHours: 8_761 },
      'hours in quotes': { StreamName: 's', RetentionPeriodHours: '24' },
      'the present hours': { StreamName: 's', RetentionPeriodHours: 24 },
      '48 hours': { StreamName: 's', RetentionPeriodHours: 48 },
      'fewer than at present': { StreamName: 's', RetentionPeriodHours: 30 },
      '8,760 hours': { StreamName: 's', RetentionPeriodHours: 8_760 },
    }),
    ask('described when increased', 'DescribeStreamSummary', { StreamName: 's' }),
    ...askEach('DecreaseStreamRetentionPeriod', {
      'no member at all': {},
      'no hours': { StreamName: 's' },
      'an unknown stream': { StreamName: 'nobody', RetentionPeriodHours: 24 },
      'more than at present': { StreamName: 's', RetentionPeriodHours: 8_761 },
      'the present hours': { StreamName: 's', RetentionPeriodHours: 8_760 },
      '23 hours': { StreamName: 's', RetentionPeriodHours: 23 },
      '24 hours': { StreamName: 's', RetentionPeriodHours: 24 },
    }),
    ask('described when decreased', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
  scenario('record size', { s: 1 }, [
    ...askEach('UpdateMaxRecordSize', {
      'no member at all': {},
      'no size': { StreamARN: arn('s') },
      'no stream': { MaxRecordSizeInKiB: 2_048 },
      'an unknown stream': { StreamARN: arn('nobody'), MaxRecordSizeInKiB: 2_048 },
      '1,023 KiB': { StreamARN: arn('s'), MaxRecordSizeInKiB: 1_023 },
      '10,241 KiB': { StreamARN: arn('s'), MaxRecordSizeInKiB: 10_241 },
      '2,048 KiB': { StreamARN: arn('s'), MaxRecordSizeInKiB: 2_048 },
    }),
    settle(),
    ask('described', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
];
