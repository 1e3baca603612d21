import { type Ask, ask, type Scenario, scenario } from '../scenario.js';

const first = 'shardId-000000000000';
const record = { Data: 'aGk=', PartitionKey: 'k' };
const s = { StreamName: 's' };

/** Everything that can be asked of a stream, whatever its status. */
const everything: readonly Ask[] = [
  ask('summary', 'DescribeStreamSummary', s),
  ask('describe', 'DescribeStream', s),
  ask('list streams', 'ListStreams'),
  ask('list shards', 'ListShards', s),
  ask('put', 'PutRecord', { ...s, ...record }),
  ask('put many', 'PutRecords', { ...s, Records: [record] }),
  ask('iterator', 'GetShardIterator', { ...s, ShardId: first, ShardIteratorType: 'TRIM_HORIZON' }),
  ask('split', 'SplitShard', { ...s, ShardToSplit: first, NewStartingHashKey: '10' }),
  ask('merge', 'MergeShards', {
    ...s,
    ShardToMerge: first,
    AdjacentShardToMerge: 'shardId-000000000001',
  }),
  ask('count', 'UpdateShardCount', { ...s, TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' }),
  ask('retain longer', 'IncreaseStreamRetentionPeriod', { ...s, RetentionPeriodHours: 48 }),
  ask('retain shorter', 'DecreaseStreamRetentionPeriod', { ...s, RetentionPeriodHours: 24 }),
  ask('create', 'CreateStream', { ...s, ShardCount: 1 }),
];

const create = (name: string): Ask =>
  ask(`create ${name}`, 'CreateStream', { StreamName: name, ShardCount: 1 });

/** Streams that are not ACTIVE. */
export const stateScenarios: readonly Scenario[] = [
  scenario(
    'while CREATING',
    {},
    [create('s'), ...everything, ask('limits', 'DescribeLimits'), ask('delete', 'DeleteStream', s)],
    'unborn',
  ),
  scenario('six at once CREATING', {}, ['a', 'b', 'c', 'd', 'e', 'f'].map(create), 'unborn'),
  scenario(
    'while DELETING',
    { s: 2 },
    [
      // Neither read from nor deleted again: kinesis-local answers that now one way, now another.
      ask('delete', 'DeleteStream', s),
      ...everything,
      ask('limits', 'DescribeLimits'),
    ],
    'stuck',
  ),
  scenario(
    'while UPDATING',
    { s: 2 },
    [
      ask('start a split', 'SplitShard', { ...s, ShardToSplit: first, NewStartingHashKey: '10' }),
      ...everything,
      ask('read', 'GetRecords', (seen) => ({ ShardIterator: seen('iterator', 'ShardIterator') })),
    ],
    'stuck',
  ),
];
