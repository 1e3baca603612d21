import type { _Record, GetRecordsCommandOutput, SubscribeToShardEvent } from '@aws-sdk/client-kinesis';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type DeaggregateInput, sourcesOf, storedRecordOf } from '../src/stored-record.js';

const data = Uint8Array.of(1, 2, 3);

/** A Lambda event as AWS documents it. */
const lambdaEvent: KinesisStreamEvent = {
  Records: [
    {
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: '1',
        sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
        data: 'SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==',
        approximateArrivalTimestamp: 1545084650.987,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda-role',
      awsRegion: 'us-east-2',
      eventSourceARN: 'arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream',
    },
  ],
};

describe('DeaggregateInput', () => {
  it('takes the types of the AWS SDK and of Lambda as they are', () => {
    expectTypeOf<_Record>().toExtend<DeaggregateInput>();
    expectTypeOf<_Record[]>().toExtend<DeaggregateInput>();
    expectTypeOf<GetRecordsCommandOutput>().toExtend<DeaggregateInput>();
    expectTypeOf<SubscribeToShardEvent>().toExtend<DeaggregateInput>();
    expectTypeOf<NonNullable<SubscribeToShardEvent['Records']>>().toExtend<DeaggregateInput>();
    expectTypeOf<KinesisStreamEvent>().toExtend<DeaggregateInput>();
    expectTypeOf<KinesisStreamRecord>().toExtend<DeaggregateInput>();
    expectTypeOf<Buffer>().toExtend<DeaggregateInput>();
    expectTypeOf<Uint8Array[]>().toExtend<DeaggregateInput>();
  });
});

describe('sourcesOf', () => {
  const record = { Data: data, PartitionKey: 'k', SequenceNumber: '1' };

  it('finds one record, several, and those of an answer or event', () => {
    expect(sourcesOf(data)).toEqual([data]);
    expect(sourcesOf(record)).toEqual([record]);
    expect(sourcesOf([record, data])).toEqual([record, data]);
    expect(sourcesOf({ Records: [record] })).toEqual([record]);
    expect(sourcesOf(lambdaEvent)).toEqual(lambdaEvent.Records);
    expect(sourcesOf(lambdaEvent.Records)).toEqual(lambdaEvent.Records);
    expect(sourcesOf(lambdaEvent.Records[0] as KinesisStreamRecord)).toEqual(lambdaEvent.Records);
    expect(sourcesOf([])).toEqual([]);
    expect(sourcesOf({ Records: [] })).toEqual([]);
    expect(sourcesOf({ Records: undefined })).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'data'],
    ['a number', 5],
    ['an object of another kind', { data }],
    ['a record without data', { PartitionKey: 'k', SequenceNumber: '1' }],
    ['a record with text as data', { Data: 'text' }],
    ['a Lambda record without data', { kinesis: { sequenceNumber: '1' } }],
    ['a Lambda record with bytes as data', { kinesis: { data } }],
    ['a Lambda record of another source', { body: '{}', eventSource: 'aws:sqs' }],
    ['null for kinesis', { kinesis: null }],
    ['null for Records', { Records: null }],
    ['an object without Records', {}],
    ['null among records', [record, null]],
  ])('refuses %s', (_, input) => {
    expect(() => sourcesOf(input as DeaggregateInput)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });

  it('says which of several is wrong', () => {
    expect(() => sourcesOf([data, { other: 1 } as DeaggregateInput as Uint8Array])).toThrow(
      'received an object with other at index 1.',
    );
    expect(() => sourcesOf('x' as unknown as Uint8Array)).toThrow('received "x".');
  });
});

describe('storedRecordOf', () => {
  it('reads a record of the SDK', () => {
    const arrival = new Date(5);
    const record = {
      Data: data,
      PartitionKey: 'k',
      SequenceNumber: '17',
      ApproximateArrivalTimestamp: arrival,
      EncryptionType: 'KMS',
    };
    expect(storedRecordOf(record)).toEqual({
      data,
      partitionKey: 'k',
      sequenceNumber: '17',
      arrival,
      encryptionType: 'KMS',
      eventId: undefined,
    });
  });

  it('reads a record without partition key', () => {
    expect(storedRecordOf({ Data: data, SequenceNumber: '17' }).partitionKey).toBeUndefined();
  });

  it('reads a record of Lambda', () => {
    const [record] = lambdaEvent.Records as [KinesisStreamRecord];
    const { data: decoded, ...rest } = storedRecordOf(record);
    expect(Buffer.from(decoded).toString()).toBe('Hello, this is a test.');
    expect(rest).toEqual({
      partitionKey: '1',
      sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
      arrival: new Date('2018-12-17T22:10:50.987Z'),
      encryptionType: undefined,
      eventId: 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
    });
  });

  it('reads bytes', () => {
    expect(storedRecordOf(data)).toMatchObject({
      data,
      sequenceNumber: '',
      partitionKey: undefined,
      arrival: undefined,
    });
  });
});
