import { describe, expect, it } from 'vitest';
import { takeRecords } from '../src/taken-records.js';

const arrived = 1_760_000_000.1235;
const first = {
  ApproximateArrivalTimestamp: arrived,
  Data: Buffer.from('ümläut').toString('base64'),
  EncryptionType: 'KMS',
  PartitionKey: 'schlüssel',
  SequenceNumber: '49661',
};
const body = (answer: object) => Buffer.from(JSON.stringify(answer));
const withRecord = (changes: object) => takeRecords(body({ Records: [first, { ...first, ...changes }] }));

describe('takeRecords', () => {
  it('takes the records out as the SDK gives them, and leaves the rest', () => {
    const rest = { NextShardIterator: 'next', MillisBehindLatest: 5, ChildShards: [{ ShardId: 'a' }] };
    const taken = takeRecords(body({ ...rest, Records: [first] }));
    expect(taken?.records).toEqual([
      {
        ...first,
        Data: Buffer.from('ümläut'),
        ApproximateArrivalTimestamp: new Date(1_760_000_000_124),
      },
    ]);
    expect(JSON.parse(taken?.rest ?? '')).toEqual(rest);
  });

  it('takes what is optional as it is, and empty data', () => {
    const { Data, SequenceNumber } = first;
    const taken = takeRecords(
      body({
        Records: [
          { Data, SequenceNumber },
          { Data: '', SequenceNumber },
        ],
      }),
    );
    expect(taken?.records.map(({ PartitionKey }) => PartitionKey)).toEqual([undefined, undefined]);
    expect(taken?.records.map((record) => record.Data?.length)).toEqual([8, 0]);
  });

  it('reads a part of a larger buffer', () => {
    const whole = Buffer.concat([Buffer.from('xx'), body({ Records: [first] }), Buffer.from('yy')]);
    expect(takeRecords(whole.subarray(2, -2))?.records).toHaveLength(1);
  });

  it.each([
    ['no data', { Data: undefined }],
    ['data that is no base64', { Data: 'ab*d' }],
    ['data without its padding', { Data: 'abc' }],
    ['a key that is no text', { PartitionKey: 5 }],
    ['a number that is no text', { SequenceNumber: 5 }],
    ['an encryption type that is no text', { EncryptionType: {} }],
    ['a time that is no number', { ApproximateArrivalTimestamp: 'today' }],
  ])('leaves an answer to the SDK in which a record has %s', (_name, changes) => {
    expect(withRecord({})?.records).toHaveLength(2);
    expect(withRecord(changes)).toBeUndefined();
  });

  it('leaves to the SDK what is no JSON, or has no records', () => {
    expect(takeRecords(Buffer.from('{'))).toBeUndefined();
    expect(takeRecords(Buffer.from('null'))).toBeUndefined();
    expect(takeRecords(body({}))).toBeUndefined();
    expect(takeRecords(body({ Records: 'none' }))).toBeUndefined();
  });
});
