import type * as sdk from '@aws-sdk/client-kinesis';
import { seededRandom } from '@shardline/core/internal';
import { expect } from 'vitest';
import { KinesisServiceError, LocalKinesis, type LocalKinesisOptions } from '../../src/index.js';
import { HandClock } from './hand-clock.js';

/** The SDK's types by operation. */
interface Api {
  AddTagsToStream: [sdk.AddTagsToStreamInput, object];
  CreateStream: [sdk.CreateStreamInput, object];
  DecreaseStreamRetentionPeriod: [sdk.DecreaseStreamRetentionPeriodInput, object];
  DeleteStream: [sdk.DeleteStreamInput, object];
  DeleteResourcePolicy: [sdk.DeleteResourcePolicyInput, object];
  DescribeAccountSettings: [object, sdk.DescribeAccountSettingsOutput];
  DescribeLimits: [object, sdk.DescribeLimitsOutput];
  DescribeStream: [sdk.DescribeStreamInput, sdk.DescribeStreamOutput];
  DescribeStreamSummary: [sdk.DescribeStreamSummaryInput, sdk.DescribeStreamSummaryOutput];
  DisableEnhancedMonitoring: [sdk.DisableEnhancedMonitoringInput, sdk.EnhancedMonitoringOutput];
  EnableEnhancedMonitoring: [sdk.EnableEnhancedMonitoringInput, sdk.EnhancedMonitoringOutput];
  GetResourcePolicy: [sdk.GetResourcePolicyInput, sdk.GetResourcePolicyOutput];
  GetRecords: [sdk.GetRecordsInput, sdk.GetRecordsOutput];
  GetShardIterator: [sdk.GetShardIteratorInput, sdk.GetShardIteratorOutput];
  IncreaseStreamRetentionPeriod: [sdk.IncreaseStreamRetentionPeriodInput, object];
  ListShards: [sdk.ListShardsInput, sdk.ListShardsOutput];
  ListStreams: [sdk.ListStreamsInput, sdk.ListStreamsOutput];
  ListTagsForResource: [sdk.ListTagsForResourceInput, sdk.ListTagsForResourceOutput];
  ListTagsForStream: [sdk.ListTagsForStreamInput, sdk.ListTagsForStreamOutput];
  MergeShards: [sdk.MergeShardsInput, object];
  PutRecord: [sdk.PutRecordInput, sdk.PutRecordOutput];
  PutRecords: [sdk.PutRecordsInput, sdk.PutRecordsOutput];
  PutResourcePolicy: [sdk.PutResourcePolicyInput, object];
  RemoveTagsFromStream: [sdk.RemoveTagsFromStreamInput, object];
  DeregisterStreamConsumer: [sdk.DeregisterStreamConsumerInput, object];
  DescribeStreamConsumer: [sdk.DescribeStreamConsumerInput, sdk.DescribeStreamConsumerOutput];
  ListStreamConsumers: [sdk.ListStreamConsumersInput, sdk.ListStreamConsumersOutput];
  RegisterStreamConsumer: [sdk.RegisterStreamConsumerInput, sdk.RegisterStreamConsumerOutput];
  SubscribeToShard: [sdk.SubscribeToShardInput, sdk.SubscribeToShardOutput];
  SplitShard: [sdk.SplitShardInput, object];
  StartStreamEncryption: [sdk.StartStreamEncryptionInput, object];
  StopStreamEncryption: [sdk.StopStreamEncryptionInput, object];
  TagResource: [sdk.TagResourceInput, object];
  UntagResource: [sdk.UntagResourceInput, object];
  UpdateAccountSettings: [sdk.UpdateAccountSettingsInput, sdk.UpdateAccountSettingsOutput];
  UpdateMaxRecordSize: [sdk.UpdateMaxRecordSizeInput, object];
  UpdateShardCount: [sdk.UpdateShardCountInput, sdk.UpdateShardCountOutput];
  UpdateStreamMode: [sdk.UpdateStreamModeInput, object];
  UpdateStreamRecordDistributionStrategy: [sdk.UpdateStreamRecordDistributionStrategyInput, object];
  UpdateStreamWarmThroughput: [sdk.UpdateStreamWarmThroughputInput, sdk.UpdateStreamWarmThroughputOutput];
}

/** A LocalKinesis on a hand clock, with typed calls. */
export interface Service {
  readonly clock: HandClock;
  readonly kinesis: LocalKinesis;
  call<Name extends keyof Api>(operation: Name, input: Api[Name][0]): Promise<Api[Name][1]>;
  /** Expects the call to be refused with the error of this name; returns the error. */
  refused(operation: string, input: object, name: string): Promise<KinesisServiceError>;
  /** An iterator, made for the occasion. */
  iterator(
    shardId: string,
    type?: sdk.ShardIteratorType,
    more?: Partial<sdk.GetShardIteratorInput>,
  ): Promise<string>;
  /** Puts records with these texts into the shard that holds the hash key. */
  put(texts: readonly string[], explicitHashKey?: string): Promise<sdk.PutRecordsOutput>;
  shards(filter?: sdk.ShardFilter): Promise<readonly sdk.Shard[]>;
}

/** The stream that a service has from the start. */
export const stream = 's';

/** Its ARN. */
export const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';

export function service(options: Partial<LocalKinesisOptions> = {}, shards = 1): Service {
  const clock = new HandClock();
  const kinesis = new LocalKinesis({
    clock,
    random: seededRandom(7),
    streams: [{ name: stream, shards }],
    ...options,
  });
  const call: Service['call'] = (operation, input) => kinesis.call(operation, input);
  return {
    clock,
    kinesis,
    call,
    async refused(operation, input, name) {
      const error: unknown = await kinesis.call(operation, input).then(
        (answer) => expect.fail(`${operation} was answered: ${JSON.stringify(answer)}`),
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(KinesisServiceError);
      expect(`${String(error)}`).toContain(name);
      return error as KinesisServiceError;
    },
    async iterator(shardId, type = 'TRIM_HORIZON', more = {}) {
      const input = { StreamName: stream, ShardId: shardId, ShardIteratorType: type, ...more };
      return (await call('GetShardIterator', input)).ShardIterator ?? '';
    },
    put: (texts, explicitHashKey) =>
      call('PutRecords', {
        StreamName: stream,
        Records: texts.map((text) => ({
          Data: Buffer.from(text),
          PartitionKey: text,
          ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }),
        })),
      }),
    async shards(filter) {
      const input = { StreamName: stream, ...(filter ? { ShardFilter: filter } : {}) };
      return (await call('ListShards', input)).Shards ?? [];
    },
  };
}

/** The data of records as texts. */
export function texts(answer: sdk.GetRecordsOutput): readonly string[] {
  return (answer.Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString());
}

/** The ids of shards, shortened to their numbers. */
export function numbers(shards: readonly sdk.Shard[]): readonly number[] {
  return shards.map(({ ShardId }) => Number(ShardId?.slice('shardId-'.length)));
}

/** The id of the shard with this number. */
export function id(number: number): string {
  return `shardId-${String(number).padStart(12, '0')}`;
}
