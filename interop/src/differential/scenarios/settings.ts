import { ask, askEach, type Json, type Scenario, scenario, settle } from '../scenario.js';

const arn = 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/s';
const nobody = 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/nobody';
const tags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'value']));
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'read',
      Effect: 'Allow',
      Principal: { AWS: '111122223333' },
      Action: ['kinesis:GetRecords'],
      Resource: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
    },
  ],
});
const key = 'alias/aws/kinesis';
const encryption = (more: Json = {}): Json => ({
  StreamName: 's',
  EncryptionType: 'KMS',
  KeyId: key,
  ...more,
});

/** Tags, by the stream's name and by ARN. */
export const tagScenarios: readonly Scenario[] = [
  scenario('tags by name', { s: 1 }, [
    ...askEach('AddTagsToStream', {
      'no member at all': {},
      'no tags': { StreamName: 's' },
      'an unknown stream': { StreamName: 'nobody', Tags: { a: '1' } },
      'an empty map': { StreamName: 's', Tags: {} },
      'a key of 129 characters': { StreamName: 's', Tags: { ['k'.repeat(129)]: '1' } },
      'a value of 257 characters': { StreamName: 's', Tags: { a: 'v'.repeat(257) } },
      'an empty key': { StreamName: 's', Tags: { '': '1' } },
      'a value that is a number': { StreamName: 's', Tags: { a: 1 } },
      'tags in a list': { StreamName: 's', Tags: ['a'] },
      'two tags': { StreamName: 's', Tags: { b: '2', a: '1' } },
      'one of them anew': { StreamName: 's', Tags: { b: 'two' } },
      'an empty value': { StreamName: 's', Tags: { c: '' } },
    }),
    ...askEach('ListTagsForStream', {
      'no member at all': {},
      'an unknown stream': { StreamName: 'nobody' },
      all: { StreamName: 's' },
      'one a page': { StreamName: 's', Limit: 1 },
      'after the first': { StreamName: 's', ExclusiveStartTagKey: 'a' },
      'after the last': { StreamName: 's', ExclusiveStartTagKey: 'c' },
      'a page of none': { StreamName: 's', Limit: 0 },
      'a page of 51': { StreamName: 's', Limit: 51 },
    }),
    ...askEach('RemoveTagsFromStream', {
      'no member at all': {},
      'no keys': { StreamName: 's' },
      'an unknown stream': { StreamName: 'nobody', TagKeys: ['a'] },
      'an empty list': { StreamName: 's', TagKeys: [] },
      'a key that is not there': { StreamName: 's', TagKeys: ['z'] },
      'two keys': { StreamName: 's', TagKeys: ['a', 'c'] },
    }),
    ask('what is left', 'ListTagsForStream', { StreamName: 's' }),
  ]),
  scenario('many tags', { s: 1 }, [
    ask('fifty', 'AddTagsToStream', { StreamName: 's', Tags: tags(50) }),
    ask('one more', 'AddTagsToStream', { StreamName: 's', Tags: { more: '1' } }),
    ask('one that is there', 'AddTagsToStream', { StreamName: 's', Tags: { key7: 'new' } }),
    ask('how many', 'ListTagsForStream', { StreamName: 's', Limit: 50 }),
  ]),
  scenario('tags by ARN', { s: 1 }, [
    ...askEach('TagResource', {
      'no member at all': {},
      'no tags': { ResourceARN: arn },
      'no resource': { Tags: { a: '1' } },
      'an unknown stream': { ResourceARN: nobody, Tags: { a: '1' } },
      'text that is no ARN': { ResourceARN: 's', Tags: { a: '1' } },
      'two tags': { ResourceARN: arn, Tags: { a: '1', b: '2' } },
    }),
    ...askEach('ListTagsForResource', {
      'no member at all': {},
      'an unknown stream': { ResourceARN: nobody },
      all: { ResourceARN: arn },
    }),
    ...askEach('UntagResource', {
      'no member at all': {},
      'no keys': { ResourceARN: arn },
      'an unknown stream': { ResourceARN: nobody, TagKeys: ['a'] },
      'one key': { ResourceARN: arn, TagKeys: ['a'] },
    }),
    ask('what is left', 'ListTagsForResource', { ResourceARN: arn }),
    ask('what is left, by name', 'ListTagsForStream', { StreamName: 's' }),
  ]),
];

/** Policies of resources, and the settings of the account. */
export const policyScenarios: readonly Scenario[] = [
  scenario('a policy', { s: 1 }, [
    ask('none yet', 'GetResourcePolicy', { ResourceARN: arn }),
    ...askEach('PutResourcePolicy', {
      'no member at all': {},
      'no policy': { ResourceARN: arn },
      'no resource': { Policy: policy },
      'an unknown stream': { ResourceARN: nobody, Policy: policy },
      'text that is no ARN': { ResourceARN: 's', Policy: policy },
      'a policy': { ResourceARN: arn, Policy: policy },
    }),
    ...askEach('GetResourcePolicy', {
      'no member at all': {},
      'an unknown stream': { ResourceARN: nobody },
      it: { ResourceARN: arn },
    }),
    ...askEach('DeleteResourcePolicy', {
      'no member at all': {},
      'an unknown stream': { ResourceARN: nobody },
      it: { ResourceARN: arn },
    }),
    ask('gone', 'GetResourcePolicy', { ResourceARN: arn }),
  ]),
  // In a process of its own kind: fifty consumers are allowed once the commitment is enabled.
  scenario(
    'settings of the account',
    {},
    [
      ask('describe', 'DescribeAccountSettings'),
      ...askEach('UpdateAccountSettings', {
        'no member at all': {},
        'a commitment without a status': { MinimumThroughputBillingCommitment: {} },
        'an unknown status': { MinimumThroughputBillingCommitment: { Status: 'PERHAPS' } },
        'an enabled commitment': { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } },
      }),
      ask('describe afterwards', 'DescribeAccountSettings'),
    ],
    'unborn',
  ),
];

/** Encryption, monitoring, mode and warm throughput of a stream. */
export const settingScenarios: readonly Scenario[] = [
  scenario('encryption', { s: 1 }, [
    ...askEach('StartStreamEncryption', {
      'no member at all': {},
      'no key': { StreamName: 's', EncryptionType: 'KMS' },
      'no type': { StreamName: 's', KeyId: key },
      'an unknown type': encryption({ EncryptionType: 'ROT13' }),
      'an unknown stream': encryption({ StreamName: 'nobody' }),
      'a key that is empty': encryption({ KeyId: '' }),
      'a key of 2,049 characters': encryption({ KeyId: 'k'.repeat(2_049) }),
      it: encryption(),
    }),
    settle(),
    ask('described', 'DescribeStreamSummary', { StreamName: 's' }),
    ask('put', 'PutRecord', { StreamName: 's', Data: 'aGk=', PartitionKey: 'k' }),
    ask('put many', 'PutRecords', { StreamName: 's', Records: [{ Data: 'aGk=', PartitionKey: 'k' }] }),
    ask('iterator', 'GetShardIterator', {
      StreamName: 's',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
    ask('read', 'GetRecords', (seen) => ({ ShardIterator: seen('iterator', 'ShardIterator') })),
    ...askEach('StopStreamEncryption', {
      'no member at all': {},
      'no key': { StreamName: 's', EncryptionType: 'KMS' },
      'an unknown stream': encryption({ StreamName: 'nobody' }),
      it: encryption(),
    }),
    settle(),
    ask('described afterwards', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
  scenario(
    'encryption that takes its time',
    { s: 1 },
    [
      ask('start', 'StartStreamEncryption', encryption()),
      ask('described', 'DescribeStreamSummary', { StreamName: 's' }),
      ask('start again', 'StartStreamEncryption', encryption()),
      ask('stop', 'StopStreamEncryption', encryption()),
    ],
    'stuck',
  ),
  scenario('monitoring', { s: 1 }, [
    ...askEach('EnableEnhancedMonitoring', {
      'no member at all': {},
      'no metrics': { StreamName: 's' },
      'an empty list': { StreamName: 's', ShardLevelMetrics: [] },
      'an unknown metric': { StreamName: 's', ShardLevelMetrics: ['Weather'] },
      'an unknown stream': { StreamName: 'nobody', ShardLevelMetrics: ['IncomingBytes'] },
      'one metric': { StreamName: 's', ShardLevelMetrics: ['IncomingBytes'] },
      another: { StreamName: 's', ShardLevelMetrics: ['OutgoingBytes'] },
    }),
    ask('described', 'DescribeStreamSummary', { StreamName: 's' }),
    ...askEach('DisableEnhancedMonitoring', {
      'no member at all': {},
      'no metrics': { StreamName: 's' },
      'an unknown stream': { StreamName: 'nobody', ShardLevelMetrics: ['IncomingBytes'] },
      'one metric': { StreamName: 's', ShardLevelMetrics: ['IncomingBytes'] },
      all: { StreamName: 's', ShardLevelMetrics: ['ALL'] },
    }),
    ask('described afterwards', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
  scenario('mode', { s: 1 }, [
    ...askEach('UpdateStreamMode', {
      'no member at all': {},
      'no mode': { StreamARN: arn },
      'no stream': { StreamModeDetails: { StreamMode: 'ON_DEMAND' } },
      'an unknown mode': { StreamARN: arn, StreamModeDetails: { StreamMode: 'FAST' } },
      'an unknown stream': { StreamARN: nobody, StreamModeDetails: { StreamMode: 'ON_DEMAND' } },
      'on demand': { StreamARN: arn, StreamModeDetails: { StreamMode: 'ON_DEMAND' } },
    }),
    settle(),
    ask('described', 'DescribeStreamSummary', { StreamName: 's' }),
    ask('back', 'UpdateStreamMode', { StreamARN: arn, StreamModeDetails: { StreamMode: 'PROVISIONED' } }),
    settle(),
    ask('described when back', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
  scenario('warm throughput', { s: 1 }, [
    ...askEach('UpdateStreamWarmThroughput', {
      'no member at all': {},
      'no throughput': { StreamARN: arn },
      'an unknown stream': { StreamARN: nobody, WarmThroughputMiBps: 100 },
      'of a provisioned stream': { StreamARN: arn, WarmThroughputMiBps: 100 },
    }),
  ]),
];
