import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { Account } from '../src/account.js';
import { addStream } from '../src/operations/create-stream.js';
import { defaultServiceLimits, type KinesisOperation } from '../src/service-limits.js';

const account = (maxRetainedBytes = 1_000) =>
  new Account({
    accountId: '123456789012',
    region: 'eu-west-1',
    limits: defaultServiceLimits,
    maxRetainedBytes,
    transitionMs: 0,
    emptyPageGapMs: 1,
    idleEventMs: 1,
    random: seededRandom(1),
  });

describe('Account', () => {
  it('finds streams by name, by ARN and by both', () => {
    const own = account();
    const stream = addStream(own, { StreamName: 'a', ShardCount: 1 }, 0, 0);
    const StreamARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/a';
    expect(own.stream({ StreamName: 'a' }, 0)).toBe(stream);
    expect(own.stream({ StreamARN }, 0)).toBe(stream);
    expect(own.stream({ StreamName: 'a', StreamARN }, 0)).toBe(stream);
    expect(() => own.stream({ StreamName: 'b', StreamARN }, 0)).toThrow('name two streams');
    expect(() => own.stream({}, 0)).toThrow('Neither StreamName nor StreamARN was provided.');
    expect(() => own.stream({ StreamName: 'b' }, 0)).toThrow(
      'Stream b under account 123456789012 not found.',
    );
  });

  it.each([
    ['eu-west-1:123456789012', ''],
    ['us-east-1:123456789012', ' The ARN is of account 123456789012 in us-east-1; '],
    ['eu-west-1:000000000000', ' The ARN is of account 000000000000 in eu-west-1; '],
  ])('tells an ARN of another account or region from a stream that is not there: %s', (place, told) => {
    const own = account();
    const here = told === '' ? '' : 'this local Kinesis is account 123456789012 in eu-west-1.';
    const error = `Stream b under account 123456789012 not found.${told}${here}`;
    const call = () => own.stream({ StreamARN: `arn:aws:kinesis:${place}:stream/b` }, 0);
    expect(call).toThrow(expect.objectContaining({ message: error }));
  });

  it('has its streams in any order and by name, as they stand', () => {
    const own = account();
    const add = (StreamName: string) => addStream(own, { StreamName, ShardCount: 1 }, 0, 5);
    const [b, c, a] = [add('b'), add('c'), add('a')];
    b.settle(5);
    b.begin('DELETING', 7, () => own.remove(b));
    expect([...own.streams(5)]).toEqual([b, c, a]);
    expect(own.streamsByName(5)).toEqual([a, b, c]);
    expect([a.status, c.status]).toEqual(['ACTIVE', 'ACTIVE']);
    expect([...own.streams(7)]).toEqual([c, a]);
    expect(own.streamsByName(7)).toEqual([a, c]);
  });

  it('gives out epochs that only rise, at the time where they can', () => {
    const own = account();
    expect([own.nextEpoch(500.7), own.nextEpoch(500.9), own.nextEpoch(400), own.nextEpoch(900)]).toEqual([
      500, 501, 502, 900,
    ]);
  });

  it('counts the calls of each operation by itself', () => {
    const own = account();
    own.countCall('DescribeLimits', 0);
    expect(() => own.countCall('DescribeLimits', 999)).toThrow(
      'Rate exceeded for DescribeLimits under account 123456789012.',
    );
    own.countCall('ListStreams', 999);
    own.countCall('DescribeLimits', 1_000);
    for (let call = 0; call < 10_000; call += 1) own.countCall('PutRecords', 0);
  });

  it.each(Object.entries(defaultServiceLimits.accountCallsPerSecond))(
    'lets %s be called %i times a second',
    (name, perSecond) => {
      const own = account();
      const operation = name as KinesisOperation;
      for (let call = 0; call < perSecond; call += 1) own.countCall(operation, 0);
      expect(() => own.countCall(operation, 0)).toThrow('Rate exceeded');
      own.countCall(operation, 1_000);
    },
  );

  it('counts the calls on each stream by itself', () => {
    const own = account();
    for (const StreamName of ['a', 'b']) addStream(own, { StreamName, ShardCount: 1 }, 0, 0);
    for (let call = 0; call < 5; call += 1) own.countStreamCall('ListStreamConsumers', 'a', 0);
    expect(() => own.countStreamCall('ListStreamConsumers', 'a', 199)).toThrow(
      'Rate exceeded for ListStreamConsumers on stream a under account 123456789012.',
    );
    own.countStreamCall('ListStreamConsumers', 'b', 199);
    own.countStreamCall('DescribeStreamConsumer', 'a', 199);
    own.countStreamCall('ListStreamConsumers', 'a', 200);
    for (const name of ['none', undefined]) {
      for (let call = 0; call < 100; call += 1) own.countStreamCall('ListStreamConsumers', name, 0);
    }
  });

  it('has On-demand Advantage while its commitment holds, as of the latest call', () => {
    const own = account();
    expect(own.onDemandAdvantage).toBe(false);
    own.commitment.enable(0);
    own.commitment.disable(1);
    own.countCall('PutRecords', 86_399_999);
    expect(own.onDemandAdvantage).toBe(true);
    own.countCall('PutRecords', 86_400_000);
    expect(own.onDemandAdvantage).toBe(false);
  });

  it('reserves memory, trimming what is past retention before it refuses', () => {
    const own = account(1_000);
    const stream = addStream(own, { StreamName: 'a', ShardCount: 1 }, 0, 0);
    const [shard] = stream.openShards;
    shard?.append({ data: new Uint8Array(500), partitionKey: 'k', arrivalMs: 0, sizeBytes: 501 });
    own.reserve(435, 0);
    expect(() => own.reserve(436, 0)).toThrow(
      /holds 565 bytes of records and was asked to keep 436 more; its limit is 1000/,
    );
    own.reserve(1_000, 24 * 3_600_000 + 1);
    expect(own.budget.used).toBe(0);
  });
});
