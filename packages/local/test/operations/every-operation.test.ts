import { describe, expect, it } from 'vitest';
import { consumerOperations } from '../../src/operations/consumer-operations.js';
import { operatorOperations } from '../../src/operations/operator-operations.js';
import { recordOperations } from '../../src/operations/record-operations.js';
import { streamOperations } from '../../src/operations/stream-operations.js';
import { operationNames } from '../../src/service-limits.js';
import { misfits, sdkOperations, sdkStructure } from '../support/sdk-schema.js';
import { arn, id, service, stream } from '../support/service.js';

const operations = { ...streamOperations, ...recordOperations, ...consumerOperations, ...operatorOperations };
const offered = operationNames.filter((name) => !name.includes('Channel'));
const channels = operationNames.filter((name) => name.includes('Channel'));

const names = { StreamName: stream, StreamARN: arn };
const record = { Data: new Uint8Array(1), PartitionKey: 'k' };
const Policy = JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 'kinesis:*' } });
const onDemand = { StreamMode: 'ON_DEMAND' };
const kms = { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' };

/** A call for every operation, in an order in which each is answered; and one whose answer has more in it for some. */
function script(consumerArn: string, iterator: string): readonly (readonly [string, object])[] {
  return [
    ['AddTagsToStream', { ...names, Tags: { a: '1' } }],
    ['StartStreamEncryption', { ...names, ...kms }],
    ['DescribeStream', names],
    ['DescribeStreamSummary', names],
    ['PutRecord', { ...names, ...record }],
    ['PutRecords', { ...names, Records: [record] }],
    ['GetShardIterator', { ...names, ShardId: id(0), ShardIteratorType: 'LATEST' }],
    ['GetRecords', { ShardIterator: iterator, StreamARN: arn }],
    ['StopStreamEncryption', { ...names, ...kms }],
    ['ListTagsForStream', names],
    ['RemoveTagsFromStream', { ...names, TagKeys: ['a'] }],
    ['TagResource', { ResourceARN: consumerArn, Tags: { a: '1' } }],
    ['ListTagsForResource', { ResourceARN: consumerArn }],
    ['UntagResource', { ResourceARN: consumerArn, TagKeys: ['a'] }],
    ['PutResourcePolicy', { ResourceARN: consumerArn, Policy }],
    ['GetResourcePolicy', { ResourceARN: consumerArn }],
    ['DeleteResourcePolicy', { ResourceARN: consumerArn }],
    ['EnableEnhancedMonitoring', { ...names, ShardLevelMetrics: ['ALL'] }],
    ['DisableEnhancedMonitoring', { ...names, ShardLevelMetrics: ['ALL'] }],
    ['SplitShard', { ...names, ShardToSplit: id(0), NewStartingHashKey: '5' }],
    ['GetRecords', { ShardIterator: iterator }],
    ['MergeShards', { ...names, ShardToMerge: id(1), AdjacentShardToMerge: id(2) }],
    ['ListShards', { StreamName: stream, MaxResults: 1 }],
    ['UpdateShardCount', { ...names, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' }],
    ['IncreaseStreamRetentionPeriod', { ...names, RetentionPeriodHours: 48 }],
    ['DecreaseStreamRetentionPeriod', { ...names, RetentionPeriodHours: 24 }],
    ['UpdateMaxRecordSize', { StreamARN: arn, MaxRecordSizeInKiB: 2_048 }],
    ['UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } }],
    ['DescribeAccountSettings', {}],
    ['UpdateStreamMode', { StreamARN: arn, StreamModeDetails: onDemand }],
    ['UpdateStreamWarmThroughput', { ...names, WarmThroughputMiBps: 5 }],
    ['UpdateStreamRecordDistributionStrategy', { StreamARN: arn, RecordDistributionStrategy: 'AUTO' }],
    ['DescribeStreamSummary', names],
    ['DescribeLimits', {}],
    ['RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'd' }],
    ['DescribeStreamConsumer', { ConsumerARN: consumerArn }],
    ['ListStreamConsumers', { StreamARN: arn, MaxResults: 1 }],
    [
      'SubscribeToShard',
      { ConsumerARN: consumerArn, ShardId: id(3), StartingPosition: { Type: 'TRIM_HORIZON' } },
    ],
    ['DeregisterStreamConsumer', { ConsumerARN: consumerArn }],
    ['DeleteStream', { ...names, EnforceConsumerDeletion: true }],
    ['CreateStream', { StreamName: 'new', StreamModeDetails: onDemand, Tags: { a: '1' } }],
    ['ListStreams', { Limit: 1 }],
  ];
}

describe('the operations', () => {
  it('are those of the installed SDK', () => {
    expect(Object.keys(operations).sort()).toEqual(sdkOperations);
    expect([...operationNames]).toEqual(sdkOperations);
  });

  it.each(offered)('%s takes every member that the SDK sends, and wants those that it wants', (name) => {
    const { shape } = operations[name];
    const schema = sdkStructure(name, 'input');
    expect(Object.keys(shape.members).sort()).toEqual([...schema.names].sort());
    expect([...shape.required].sort()).toEqual([...schema.required].sort());
  });

  it('are held to the SDK’s own description of answers', () => {
    const answer = {
      X: 1,
      HasMoreStreams: false,
      StreamNames: [],
      StreamSummaries: [{ StreamName: 's', Y: 1 }],
    };
    expect(misfits(sdkStructure('ListStreams', 'output'), answer)).toEqual([
      'X is not known',
      'StreamSummaries.0.Y is not known',
      'StreamSummaries.0.StreamARN is missing',
      'StreamSummaries.0.StreamStatus is missing',
    ]);
  });

  it('answer with what the SDK reads, all of them', async () => {
    const { kinesis, call, iterator } = service({ transitionMs: 0, limits: 'none' });
    const { Consumer } = await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    const calls = script(Consumer?.ConsumerARN ?? '', await iterator(id(0)));
    expect(new Set(calls.map(([name]) => name))).toEqual(new Set(offered));
    for (const [name, input] of calls) {
      const answer = await kinesis.call(name, input);
      expect({ name, misfits: misfits(sdkStructure(name, 'output'), answer) }).toEqual({ name, misfits: [] });
    }
    kinesis.close();
  });

  it.each(channels)('%s says why it is not offered', async (name) => {
    const error = await service().refused(name, {}, 'LocalUnsupportedOperationException');
    expect(error.message).toBe(
      `The local Kinesis does not offer ${name}: channels deliver to S3, which is not here.`,
    );
  });
});
