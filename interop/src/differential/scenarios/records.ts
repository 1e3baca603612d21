import { ask, askEach, type Json, type Scenario, scenario, settle } from '../scenario.js';

const data = Buffer.from('hello').toString('base64');
const record = { Data: data, PartitionKey: 'k' };
const blob = (bytes: number) => Buffer.alloc(bytes, 'x').toString('base64');
const highest = '340282366920938463463374607431768211455';

const many = (count: number, entry: Json = record) => Array.from({ length: count }, () => entry);

/** Records: put one by one and many at once, at and beyond every boundary. */
export const recordScenarios: readonly Scenario[] = [
  scenario('put a record badly', { s: 2 }, [
    ...askEach('PutRecord', {
      'no member at all': {},
      'no data': { StreamName: 's', PartitionKey: 'k' },
      'no stream': record,
      'an unknown stream': { StreamName: 'nobody', ...record },
      'an unknown ARN': { StreamARN: 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/nobody', ...record },
      'no partition key': { StreamName: 's', Data: data },
      'an empty partition key': { StreamName: 's', Data: data, PartitionKey: '' },
      'a partition key of 257 characters': { StreamName: 's', Data: data, PartitionKey: 'k'.repeat(257) },
      'a partition key that is a number': { StreamName: 's', Data: data, PartitionKey: 7 },
      'data that is no base64': { StreamName: 's', Data: '%%%%', PartitionKey: 'k' },
      'data of a wrong length': { StreamName: 's', Data: 'aGVsbG8', PartitionKey: 'k' },
      'data that is a number': { StreamName: 's', Data: 5, PartitionKey: 'k' },
      'data that is null': { StreamName: 's', Data: null, PartitionKey: 'k' },
      'a hash key with a sign': { StreamName: 's', ...record, ExplicitHashKey: '-1' },
      'a hash key in letters': { StreamName: 's', ...record, ExplicitHashKey: 'abc' },
      'a hash key with a leading zero': { StreamName: 's', ...record, ExplicitHashKey: '01' },
      'a hash key above the highest': {
        StreamName: 's',
        ...record,
        ExplicitHashKey: '340282366920938463463374607431768211456',
      },
      'a hash key of 40 digits': { StreamName: 's', ...record, ExplicitHashKey: '1'.repeat(40) },
      'an ordering that is no sequence number': {
        StreamName: 's',
        ...record,
        SequenceNumberForOrdering: 'abc',
      },
      'an ordering of another age': { StreamName: 's', ...record, SequenceNumberForOrdering: '5' },
    }),
    ask('a dry run', 'PutRecord', { StreamName: 's', ...record, DryRun: true }),
  ]),
  scenario('put a record', { s: 3 }, [
    ...askEach('PutRecord', {
      'in order': { StreamName: 's', ...record },
      'the lowest hash key': { StreamName: 's', ...record, ExplicitHashKey: '0' },
      'the highest hash key': { StreamName: 's', ...record, ExplicitHashKey: highest },
      'the end of the first third': {
        StreamName: 's',
        ...record,
        ExplicitHashKey: '113427455640312821154458202477256070484',
      },
      'the start of the second third': {
        StreamName: 's',
        ...record,
        ExplicitHashKey: '113427455640312821154458202477256070485',
      },
      'a partition key of 256 characters': { StreamName: 's', Data: data, PartitionKey: 'k'.repeat(256) },
      'a partition key of 256 characters beyond ASCII': {
        StreamName: 's',
        Data: data,
        PartitionKey: 'ü'.repeat(256),
      },
      'a partition key beyond the basic plane': { StreamName: 's', Data: data, PartitionKey: '🙂' },
      'a partition key of one blank': { StreamName: 's', Data: data, PartitionKey: ' ' },
      'empty data': { StreamName: 's', Data: '', PartitionKey: 'k' },
      'an unknown member beside the others': { StreamName: 's', ...record, Colour: 'red' },
    }),
    ask('after another record', 'PutRecord', (seen) => ({
      StreamName: 's',
      ...record,
      SequenceNumberForOrdering: seen('PutRecord: in order', 'SequenceNumber'),
    })),
    ask('an iterator', 'GetShardIterator', {
      StreamName: 's',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
    ask('what is there', 'GetRecords', (seen) => ({ ShardIterator: seen('an iterator', 'ShardIterator') })),
  ]),
  scenario('put by ARN', { s: 1 }, [
    ask('one', 'PutRecord', { StreamARN: 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/s', ...record }),
    ask('one by both', 'PutRecord', {
      StreamName: 's',
      StreamARN: 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/s',
      ...record,
    }),
    ask('many', 'PutRecords', {
      StreamARN: 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/s',
      Records: [record],
    }),
    ask('one by two different', 'PutRecord', {
      StreamName: 'other',
      StreamARN: 'arn:aws:kinesis:us-east-1:ACCOUNT:stream/s',
      ...record,
    }),
  ]),
  scenario('put many records badly', { s: 2 }, [
    ...askEach('PutRecords', {
      'no member at all': {},
      'no records': { StreamName: 's' },
      'an empty list': { StreamName: 's', Records: [] },
      'records that are a structure': { StreamName: 's', Records: record },
      'an unknown stream': { StreamName: 'nobody', Records: [record] },
      'no stream': { Records: [record] },
      'an entry without data': { StreamName: 's', Records: [record, { PartitionKey: 'k' }] },
      'an entry without a key': { StreamName: 's', Records: [record, { Data: data }] },
      'an entry with an empty key': { StreamName: 's', Records: [{ Data: data, PartitionKey: '' }] },
      'an entry with a key of 257 characters': {
        StreamName: 's',
        Records: [record, { Data: data, PartitionKey: 'k'.repeat(257) }],
      },
      'an entry with a bad hash key': { StreamName: 's', Records: [{ ...record, ExplicitHashKey: 'x' }] },
      'an entry with a hash key above the highest': {
        StreamName: 's',
        Records: [record, { ...record, ExplicitHashKey: '340282366920938463463374607431768211456' }],
      },
      'an entry that is null': { StreamName: 's', Records: [null] },
      'an entry that is text': { StreamName: 's', Records: ['x'] },
      'an entry with data that is no base64': {
        StreamName: 's',
        Records: [{ Data: '%%%%', PartitionKey: 'k' }],
      },
      '501 entries': { StreamName: 's', Records: many(501) },
    }),
    ask('a dry run', 'PutRecords', { StreamName: 's', Records: [record], DryRun: true }),
  ]),
  scenario('put many records', { s: 3 }, [
    ...askEach('PutRecords', {
      'one entry': { StreamName: 's', Records: [record] },
      'entries for several shards': {
        StreamName: 's',
        Records: [
          { ...record, ExplicitHashKey: '0' },
          { ...record, ExplicitHashKey: highest },
          { ...record, ExplicitHashKey: '1' },
        ],
      },
      'an entry with empty data': { StreamName: 's', Records: [{ Data: '', PartitionKey: 'k' }] },
      'an entry with an unknown member': { StreamName: 's', Records: [{ ...record, Colour: 'red' }] },
    }),
  ]),
  scenario('put 500 records', { s: 1 }, [ask('put', 'PutRecords', { StreamName: 's', Records: many(500) })]),
  scenario('sizes', { s: 1 }, [
    ...askEach('PutRecord', {
      'a record of 1 MiB with its key': { StreamName: 's', Data: blob(1_048_575), PartitionKey: 'k' },
      'a record of 1 MiB and a byte with its key': {
        StreamName: 's',
        Data: blob(1_048_576),
        PartitionKey: 'k',
      },
    }),
    ask('PutRecords: one entry that is too large', 'PutRecords', {
      StreamName: 's',
      Records: [record, { Data: blob(1_048_577), PartitionKey: 'k' }],
    }),
    ask('nothing was stored in part', 'DescribeStreamSummary', { StreamName: 's' }),
  ]),
  scenario('large records', {}, [
    ask('create', 'CreateStream', { StreamName: 's', ShardCount: 1, MaxRecordSizeInKiB: 2_048 }),
    settle(),
    ask('a record of 2 MiB', 'PutRecord', { StreamName: 's', Data: blob(2_097_151), PartitionKey: 'k' }),
    ask('a record above 2 MiB', 'PutRecord', { StreamName: 's', Data: blob(2_097_152), PartitionKey: 'k' }),
  ]),
];
