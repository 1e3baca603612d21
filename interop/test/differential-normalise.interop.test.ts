import { describe, expect, it } from 'vitest';
import { normalise } from '../src/differential/normalise.js';

const number = (place: number) => `49${String(place).padStart(54, '0')}`;
const bodyOf = (body: unknown) => normalise([{ status: 200, body }])[0];

describe('normalise', () => {
  it('keeps of an error its status and its bare name', () => {
    const body = { __type: 'com.amazonaws.kinesis#ResourceInUseException', message: 'text' };
    expect(normalise([{ status: 400, body }])).toEqual([{ status: 400, error: 'ResourceInUseException' }]);
    expect(normalise([{ status: 500, body: 'text' }])).toEqual([{ status: 500, error: '(no __type)' }]);
  });

  it('takes out times, tokens, accounts, texts and nulls', () => {
    const body = {
      NextShardIterator: 'AAA',
      StreamCreationTimestamp: 1.5,
      StreamARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/s',
      ConsumerARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1700000000',
      ErrorMessage: 'text',
      KeyId: null,
      ContinuationSequenceNumber: number(1),
    };
    expect(bodyOf(body)).toEqual({
      status: 200,
      body: {
        NextShardIterator: '(token)',
        StreamCreationTimestamp: '(time)',
        StreamARN: 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/s',
        ConsumerARN: 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/s/consumer/c:(time)',
        ErrorMessage: '(text)',
        ContinuationSequenceNumber: '(sequence number)',
      },
    });
  });

  it('keeps of the way behind whether there is one', () => {
    expect(bodyOf({ MillisBehindLatest: 17 })).toEqual(bodyOf({ MillisBehindLatest: 99 }));
    expect(bodyOf({ MillisBehindLatest: 0 })).not.toEqual(bodyOf({ MillisBehindLatest: 1 }));
  });

  it('keeps other values as they are', () => {
    const body = { Records: [{ Data: 'aGk=', PartitionKey: 'k' }], OpenShardCount: 2, HasMoreShards: false };
    expect(bodyOf(body)).toEqual({ status: 200, body });
  });

  it('counts sequence numbers in the order of their values, shard by shard, over all answers', () => {
    const answers = [
      { ShardId: 'a', SequenceNumber: number(30) },
      { ShardId: 'b', SequenceNumber: number(20) },
      { Shards: [{ ShardId: 'a', SequenceNumberRange: { StartingSequenceNumber: number(10) } }] },
      { Records: [{ SequenceNumber: number(30) }, { SequenceNumber: number(77) }] },
    ];
    const [first, second, third, fourth] = normalise(answers.map((body) => ({ status: 200, body })));
    expect(first).toMatchObject({ body: { SequenceNumber: '(sequence number 1 of a)' } });
    expect(second).toMatchObject({ body: { SequenceNumber: '(sequence number 0 of b)' } });
    const StartingSequenceNumber = '(sequence number 0 of a)';
    expect(third).toMatchObject({ body: { Shards: [{ SequenceNumberRange: { StartingSequenceNumber } }] } });
    expect(fourth).toMatchObject({
      body: {
        Records: [
          { SequenceNumber: '(sequence number 1 of a)' },
          { SequenceNumber: '(unknown sequence number)' },
        ],
      },
    });
  });

  it('counts a number that two shards have in each of them', () => {
    const bodies = [
      { ShardId: 'a', SequenceNumber: number(5) },
      { ShardId: 'b', SequenceNumber: number(1) },
      { ShardId: 'b', SequenceNumber: number(5) },
    ];
    const answers = normalise(bodies.map((body) => ({ status: 200, body })));
    expect(answers[0]).toMatchObject({ body: { SequenceNumber: '(sequence number 0 of a)' } });
    expect(answers[2]).toMatchObject({ body: { SequenceNumber: '(sequence number 1 of b)' } });
  });
});
