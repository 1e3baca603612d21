import { type Ask, ask, askEach, type Json, type Scenario, type Seen, scenario } from '../scenario.js';

const entry = (text: string) => ({ Data: Buffer.from(text).toString('base64'), PartitionKey: text });
const shard = { StreamName: 's', ShardId: 'shardId-000000000000' };
const put = (name: string, ...texts: readonly string[]): Ask =>
  ask(name, 'PutRecords', { StreamName: 's', Records: texts.map(entry) });
const iterator = (type: string, more: Json = {}): Json => ({ ...shard, ShardIteratorType: type, ...more });
const readBy =
  (request: string, more: Json = {}) =>
  (seen: Seen) => ({
    ShardIterator: seen(request, 'ShardIterator') ?? seen(request, 'NextShardIterator'),
    ...more,
  });
const number = (seen: Seen, index: number) => seen('put', `Records.${index}.SequenceNumber`);

/** An iterator and what it reads. */
function reads(name: string, body: Ask['body'], more: Json = {}): readonly Ask[] {
  return [
    ask(`iterator: ${name}`, 'GetShardIterator', body),
    ask(`records: ${name}`, 'GetRecords', readBy(`iterator: ${name}`, more)),
  ];
}

/** Iterators of every type, and reading with them. */
export const readScenarios: readonly Scenario[] = [
  scenario('make an iterator', { s: 1, other: 2 }, [
    put('put', 'a', 'b'),
    ...askEach('GetShardIterator', {
      'no member at all': {},
      'no type': shard,
      'no shard': { StreamName: 's', ShardIteratorType: 'LATEST' },
      'no stream': { ShardId: shard.ShardId, ShardIteratorType: 'LATEST' },
      'an unknown stream': { ...iterator('LATEST'), StreamName: 'nobody' },
      'an unknown shard': { ...iterator('LATEST'), ShardId: 'shardId-000000000009' },
      'a shard id of another form': { ...iterator('LATEST'), ShardId: 'first' },
      'an empty shard id': { ...iterator('LATEST'), ShardId: '' },
      'an unknown type': iterator('NEWEST'),
      'a type in lower case': iterator('latest'),
      'by position without a number': iterator('AT_SEQUENCE_NUMBER'),
      'after position without a number': iterator('AFTER_SEQUENCE_NUMBER'),
      'by position with no sequence number': iterator('AT_SEQUENCE_NUMBER', {
        StartingSequenceNumber: 'abc',
      }),
      'by position with a small number': iterator('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: '5' }),
      'by position zero': iterator('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: '0' }),
      'by time without a time': iterator('AT_TIMESTAMP'),
      'by time in words': iterator('AT_TIMESTAMP', { Timestamp: 'yesterday' }),
      'by a time to come': iterator('AT_TIMESTAMP', { Timestamp: 4_000_000_000 }),
      'by the beginning of time': iterator('AT_TIMESTAMP', { Timestamp: 0 }),
      'the newest with a number too': iterator('LATEST', { StartingSequenceNumber: '5' }),
      'the oldest with a time too': iterator('TRIM_HORIZON', { Timestamp: 5 }),
      'an unknown member beside the others': iterator('LATEST', { Colour: 'red' }),
      'by ARN of nobody': {
        ShardId: shard.ShardId,
        ShardIteratorType: 'LATEST',
        StreamARN: 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/nobody',
      },
      'a dry run': iterator('LATEST', { DryRun: true }),
    }),
    ask('a number of another stream', 'PutRecord', {
      StreamName: 'other',
      ...entry('x'),
      ExplicitHashKey: '340282366920938463463374607431768211455',
    }),
    ask('by position with a number of another stream', 'GetShardIterator', (seen) =>
      iterator('AT_SEQUENCE_NUMBER', {
        StartingSequenceNumber: seen('a number of another stream', 'SequenceNumber'),
      }),
    ),
  ]),
  scenario('read', { s: 1 }, [
    ask('shards', 'ListShards', { StreamName: 's' }),
    ...reads('the newest, before any', iterator('LATEST')),
    ...reads('the oldest, before any', iterator('TRIM_HORIZON')),
    ...reads('from the beginning of the shard, before any', (seen) =>
      iterator('AT_SEQUENCE_NUMBER', {
        StartingSequenceNumber: seen('shards', 'Shards.0.SequenceNumberRange.StartingSequenceNumber'),
      }),
    ),
    put('put', 'a', 'b', 'c', 'd'),
    ...reads('the oldest', iterator('TRIM_HORIZON')),
    ...reads('the newest', iterator('LATEST')),
    ...reads('one record', iterator('TRIM_HORIZON'), { Limit: 1 }),
    ask('the second record', 'GetRecords', readBy('records: one record', { Limit: 1 })),
    ask('the rest', 'GetRecords', readBy('the second record')),
    ask('nothing more', 'GetRecords', readBy('the rest')),
    ask('the same page again', 'GetRecords', readBy('iterator: one record', { Limit: 1 })),
    ask('with what was the newest', 'GetRecords', readBy('iterator: the newest, before any')),
    ask('on from an empty page', 'GetRecords', readBy('records: the oldest, before any')),
    ...reads('at the first', (seen) =>
      iterator('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: number(seen, 0) }),
    ),
    ...reads('after the first', (seen) =>
      iterator('AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber: number(seen, 0) }),
    ),
    ...reads('at the last', (seen) =>
      iterator('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: number(seen, 3) }),
    ),
    ...reads('after the last', (seen) =>
      iterator('AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber: number(seen, 3) }),
    ),
    ...reads('after the beginning of the shard', (seen) =>
      iterator('AFTER_SEQUENCE_NUMBER', {
        StartingSequenceNumber: seen('shards', 'Shards.0.SequenceNumberRange.StartingSequenceNumber'),
      }),
    ),
    ...reads('at the first one’s time', (seen) =>
      iterator('AT_TIMESTAMP', {
        Timestamp: seen('records: the oldest', 'Records.0.ApproximateArrivalTimestamp'),
      }),
    ),
    ...reads('at a time before', (seen) =>
      iterator('AT_TIMESTAMP', {
        Timestamp: Number(seen('records: the oldest', 'Records.0.ApproximateArrivalTimestamp')) - 60,
      }),
    ),
    put('put more', 'e'),
    ask('what came after the newest', 'GetRecords', readBy('iterator: the newest')),
    ask('what came after the last page', 'GetRecords', readBy('nothing more')),
  ]),
  scenario('read badly', { s: 1, other: 1 }, [
    ask('iterator', 'GetShardIterator', iterator('TRIM_HORIZON')),
    ...askEach('GetRecords', {
      'no member at all': {},
      'an empty iterator': { ShardIterator: '' },
      'nonsense for an iterator': { ShardIterator: 'nonsense' },
      'base64 that is no iterator': { ShardIterator: Buffer.alloc(120, 'x').toString('base64') },
      'an iterator of 513 characters': { ShardIterator: 'A'.repeat(513) },
      'an iterator that is a number': { ShardIterator: 7 },
      'a limit of 0': readBy('iterator', { Limit: 0 }),
      'a limit of 10,001': readBy('iterator', { Limit: 10_001 }),
      'a limit of 10,000': readBy('iterator', { Limit: 10_000 }),
      'a limit in quotes': readBy('iterator', { Limit: '5' }),
      'an unknown member beside the others': readBy('iterator', { Colour: 'red' }),
      'the ARN of another stream': readBy('iterator', {
        StreamARN: 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/other',
      }),
      'a dry run': readBy('iterator', { DryRun: true }),
    }),
  ]),
];
