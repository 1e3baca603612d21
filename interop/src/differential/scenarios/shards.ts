import {
  type Ask,
  ask,
  askEach,
  type Json,
  type Scenario,
  type Seen,
  scenario,
  settle,
} from '../scenario.js';

const first = 'shardId-000000000000';
const second = 'shardId-000000000001';
const third = 'shardId-000000000002';
const fourth = 'shardId-000000000003';
const middle = '170141183460469231731687303715884105728';
const lastButOne = '340282366920938463463374607431768211454';
const highest = '340282366920938463463374607431768211455';
const list = (name: string, filter?: Json): Ask =>
  ask(name, 'ListShards', { StreamName: 's', ...(filter ? { ShardFilter: filter } : {}) });
const iterator = (name: string, ShardId: string, ShardIteratorType: string): Ask =>
  ask(name, 'GetShardIterator', { StreamName: 's', ShardId, ShardIteratorType });
const read = (name: string, from: string): Ask =>
  ask(name, 'GetRecords', (seen: Seen) => ({
    ShardIterator: seen(from, 'ShardIterator') ?? seen(from, 'NextShardIterator'),
  }));
const put = (name: string, hashKey = '0'): Ask =>
  ask(name, 'PutRecord', { StreamName: 's', Data: 'aGk=', PartitionKey: 'k', ExplicitHashKey: hashKey });
const filters: readonly Ask[] = [
  list('all'),
  list('filter: the newest', { Type: 'AT_LATEST' }),
  list('filter: at the trim horizon', { Type: 'AT_TRIM_HORIZON' }),
  list('filter: from the trim horizon', { Type: 'FROM_TRIM_HORIZON' }),
  list('filter: after the first', { Type: 'AFTER_SHARD_ID', ShardId: first }),
  list('filter: at the beginning of time', { Type: 'AT_TIMESTAMP', Timestamp: 0 }),
  list('filter: from the beginning of time', { Type: 'FROM_TIMESTAMP', Timestamp: 0 }),
];

/** kinesis-local takes some of these, so that each has a stream of its own. */
const badKeys: readonly Scenario[] = Object.entries({
  'the lowest hash key': { StreamName: 's', ShardToSplit: first, NewStartingHashKey: '0' },
  'a hash key of the other shard': {
    StreamName: 's',
    ShardToSplit: first,
    NewStartingHashKey: '170141183460469231731687303715884105729',
  },
  'the lowest hash key of the other shard': {
    StreamName: 's',
    ShardToSplit: second,
    NewStartingHashKey: middle,
  },
  'a hash key beyond all': {
    StreamName: 's',
    ShardToSplit: second,
    NewStartingHashKey: '340282366920938463463374607431768211456',
  },
}).map(([name, body]) => scenario(`split at ${name}`, { s: 2 }, [ask('split', 'SplitShard', body)]));

/** Shards: listed, split, merged, counted anew, and what readers and writers see of it. */
export const shardScenarios: readonly Scenario[] = [
  scenario('list shards', { s: 3 }, [
    ...filters,
    ...askEach('ListShards', {
      'no member at all': {},
      'an unknown stream': { StreamName: 'nobody' },
      'one a page': { StreamName: 's', MaxResults: 1 },
      'a page of none': { StreamName: 's', MaxResults: 0 },
      'a page that is too long': { StreamName: 's', MaxResults: 10_001 },
      'the longest page': { StreamName: 's', MaxResults: 10_000 },
      'after a shard': { StreamName: 's', ExclusiveStartShardId: first },
      'after the last shard': { StreamName: 's', ExclusiveStartShardId: third },
      'after a shard that is none': { StreamName: 's', ExclusiveStartShardId: 'shardId-000000000009' },
      'a token that is none': { NextToken: 'nonsense' },
      'an empty token': { NextToken: '' },
      'an unknown filter': { StreamName: 's', ShardFilter: { Type: 'NEWEST' } },
      'a filter without a type': { StreamName: 's', ShardFilter: {} },
      'a filter that needs a shard': { StreamName: 's', ShardFilter: { Type: 'AFTER_SHARD_ID' } },
      'a filter that needs a time': { StreamName: 's', ShardFilter: { Type: 'AT_TIMESTAMP' } },
      'a filter from a time without one': { StreamName: 's', ShardFilter: { Type: 'FROM_TIMESTAMP' } },
      'a filter at a time to come': {
        StreamName: 's',
        ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: 4_000_000_000 },
      },
      'another creation time': { StreamName: 's', StreamCreationTimestamp: 5 },
    }),
    ask('the next page', 'ListShards', (seen) => ({
      NextToken: seen('ListShards: one a page', 'NextToken'),
      MaxResults: 1,
    })),
    ask('the last page', 'ListShards', (seen) => ({ NextToken: seen('the next page', 'NextToken') })),
    ask('a token and a name', 'ListShards', (seen) => ({
      StreamName: 's',
      NextToken: seen('ListShards: one a page', 'NextToken'),
    })),
    ask('a token and a start', 'ListShards', (seen) => ({
      ExclusiveStartShardId: first,
      NextToken: seen('ListShards: one a page', 'NextToken'),
    })),
    ask('the present time of creation', 'DescribeStreamSummary', { StreamName: 's' }),
    ask('the same creation time', 'ListShards', (seen) => ({
      StreamName: 's',
      StreamCreationTimestamp: seen(
        'the present time of creation',
        'StreamDescriptionSummary.StreamCreationTimestamp',
      ),
    })),
  ]),
  scenario('split', { s: 1 }, [
    put('put before'),
    iterator('oldest', first, 'TRIM_HORIZON'),
    iterator('newest', first, 'LATEST'),
    ask('split it', 'SplitShard', { StreamName: 's', ShardToSplit: first, NewStartingHashKey: middle }),
    settle(),
    ...filters,
    ask('described', 'DescribeStream', { StreamName: 's' }),
    ask('summary', 'DescribeStreamSummary', { StreamName: 's' }),
    put('put to the left'),
    put('put to the right', middle),
    read('the parent to its end', 'oldest'),
    read('the parent from its end', 'newest'),
    iterator('newest of the closed parent', first, 'LATEST'),
    read('what that reads', 'newest of the closed parent'),
    iterator('oldest of the closed parent', first, 'TRIM_HORIZON'),
    read('what that one reads', 'oldest of the closed parent'),
    iterator('oldest of the child', second, 'TRIM_HORIZON'),
    read('the child', 'oldest of the child'),
    ask('split the closed parent again', 'SplitShard', {
      StreamName: 's',
      ShardToSplit: first,
      NewStartingHashKey: middle,
    }),
    ask('merge a closed parent', 'MergeShards', {
      StreamName: 's',
      ShardToMerge: first,
      AdjacentShardToMerge: second,
    }),
  ]),
  scenario('split badly', { s: 2 }, [
    ...askEach('SplitShard', {
      'no member at all': {},
      'no hash key': { StreamName: 's', ShardToSplit: first },
      'no shard': { StreamName: 's', NewStartingHashKey: '10' },
      'no stream': { ShardToSplit: first, NewStartingHashKey: '10' },
      'an unknown stream': { StreamName: 'nobody', ShardToSplit: first, NewStartingHashKey: '10' },
      'an unknown shard': {
        StreamName: 's',
        ShardToSplit: 'shardId-000000000009',
        NewStartingHashKey: '10',
      },
      'a shard id of another form': { StreamName: 's', ShardToSplit: 'x y', NewStartingHashKey: '10' },
      'a hash key in letters': { StreamName: 's', ShardToSplit: first, NewStartingHashKey: 'abc' },
      'a hash key with a leading zero': { StreamName: 's', ShardToSplit: first, NewStartingHashKey: '010' },
    }),
  ]),
  ...Object.entries({ second: '1', third: '2', 'last but one': lastButOne, last: highest }).map(
    ([name, key]) =>
      scenario(`split at the ${name} key`, { s: 1 }, [
        ask('split', 'SplitShard', { StreamName: 's', ShardToSplit: first, NewStartingHashKey: key }),
        settle(),
        list('shards'),
      ]),
  ),
  scenario('merge', { s: 3 }, [
    put('put before'),
    put('put on the right', middle),
    iterator('oldest', first, 'TRIM_HORIZON'),
    ask('merge them', 'MergeShards', {
      StreamName: 's',
      ShardToMerge: first,
      AdjacentShardToMerge: second,
    }),
    settle(),
    ...filters,
    put('put after'),
    read('the left parent', 'oldest'),
    iterator('oldest of the child', fourth, 'TRIM_HORIZON'),
    read('the child', 'oldest of the child'),
    ask('summary', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
  scenario('merge from the right', { s: 3 }, [
    ask('merge', 'MergeShards', { StreamName: 's', ShardToMerge: second, AdjacentShardToMerge: first }),
    settle(),
    list('shards'),
  ]),
  scenario('merge badly', { s: 3 }, [
    ...askEach('MergeShards', {
      'no member at all': {},
      'no other shard': { StreamName: 's', ShardToMerge: first },
      'no shard': { StreamName: 's', AdjacentShardToMerge: first },
      'an unknown stream': { StreamName: 'nobody', ShardToMerge: first, AdjacentShardToMerge: second },
      'an unknown shard': {
        StreamName: 's',
        ShardToMerge: first,
        AdjacentShardToMerge: 'shardId-000000000009',
      },
      'a shard with itself': { StreamName: 's', ShardToMerge: first, AdjacentShardToMerge: first },
      'shards that are apart': { StreamName: 's', ShardToMerge: first, AdjacentShardToMerge: third },
      'a shard id of another form': { StreamName: 's', ShardToMerge: 'x y', AdjacentShardToMerge: first },
    }),
  ]),
  scenario('update the shard count', { s: 3 }, [
    ...askEach('UpdateShardCount', {
      'no member at all': {},
      'no count': { StreamName: 's', ScalingType: 'UNIFORM_SCALING' },
      'no type': { StreamName: 's', TargetShardCount: 4 },
      'an unknown type': { StreamName: 's', TargetShardCount: 4, ScalingType: 'FAST' },
      'an unknown stream': {
        StreamName: 'nobody',
        TargetShardCount: 4,
        ScalingType: 'UNIFORM_SCALING',
      },
      'no shards': { StreamName: 's', TargetShardCount: 0, ScalingType: 'UNIFORM_SCALING' },
      'more than double': { StreamName: 's', TargetShardCount: 7, ScalingType: 'UNIFORM_SCALING' },
      double: { StreamName: 's', TargetShardCount: 6, ScalingType: 'UNIFORM_SCALING' },
    }),
    settle(),
    list('doubled'),
    ask('summary', 'DescribeStreamSummary', { StreamName: 's' }),
    ask('less than half', 'UpdateShardCount', {
      StreamName: 's',
      TargetShardCount: 2,
      ScalingType: 'UNIFORM_SCALING',
    }),
    ask('half', 'UpdateShardCount', {
      StreamName: 's',
      TargetShardCount: 3,
      ScalingType: 'UNIFORM_SCALING',
    }),
    settle(),
    list('halved', { Type: 'AT_LATEST' }),
    ask('the same again', 'UpdateShardCount', {
      StreamName: 's',
      TargetShardCount: 3,
      ScalingType: 'UNIFORM_SCALING',
    }),
  ]),
  scenario('split twice', { s: 1 }, [
    put('put 1'),
    ask('split', 'SplitShard', { StreamName: 's', ShardToSplit: first, NewStartingHashKey: middle }),
    settle(),
    put('put 2'),
    ask('split a child', 'SplitShard', { StreamName: 's', ShardToSplit: second, NewStartingHashKey: '1000' }),
    settle(),
    put('put 3'),
    ...filters,
    iterator('oldest', second, 'TRIM_HORIZON'),
    read('the middle generation', 'oldest'),
    ask('merge across generations', 'MergeShards', {
      StreamName: 's',
      ShardToMerge: 'shardId-000000000004',
      AdjacentShardToMerge: third,
    }),
    settle(),
    list('after the merge'),
  ]),
  scenario('update the shard count in quotes', { s: 3 }, [
    ask('update', 'UpdateShardCount', {
      StreamName: 's',
      TargetShardCount: '4',
      ScalingType: 'UNIFORM_SCALING',
    }),
  ]),
  ...badKeys,
];
