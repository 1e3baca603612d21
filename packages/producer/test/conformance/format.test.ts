import { decodeAggregate } from '@shardline/aggregation';
import { expect, test } from 'vitest';
import { goldenCases, sha256 } from '../../../aggregation/test/golden-cases.js';
import { messageFrom, messageOf } from '../../../aggregation/test/protobufjs-codec.js';
import type { UserRecord } from '../../src/user-record.js';
import { hashOf, Service, textOf } from './service.js';

/*
 * Group "Format" of the KPL's conformance list: what stands in the stream, byte for byte. The bytes are those that the real KPL
 * wrote (golden cases), or are judged by protobufjs and node:crypto.
 */

/** Puts records into one shard and returns what the service was sent. */
async function sentOf(records: readonly UserRecord[], aggregateBytes = 51_200) {
  const service = new Service({ options: { aggregateBytes } });
  await service.producer.start();
  const outcomes = await service.within(60_000, service.producer.putMany(records));
  expect([...outcomes.failures()]).toEqual([]);
  return { service, sent: service.sent };
}

const goldens = goldenCases().filter(
  ({ shards, name, records }) => shards === 1 && records[0]?.aggregated && name !== 'single-looks-aggregated',
);
const goldenOf = (wanted: RegExp) => goldens.filter(({ name }) => wanted.test(name));

test.each([
  ['two or more user records', /./],
  ['same partition key', /same/],
  ['different partition keys', /keys|distinct|different/],
  ['explicit hash keys', /ehk|hash/],
  ['empty data', /empty/],
  ['non-ASCII partition key', /utf|unicode|non-ascii|emoji/],
] as const)('byte-exact vectors of the KPL: %s', async (_what, wanted) => {
  const cases = goldenOf(wanted);
  expect(cases.length).toBeGreaterThan(0);
  for (const { inputs, records, aggregationMaxBytes } of cases) {
    const { sent } = await sentOf(inputs, Math.max(1_024, aggregationMaxBytes));
    // A lone record has no hash key of its own here: the service gives it the one that the KPL writes.
    expect(
      sent.map(({ Data, PartitionKey, ExplicitHashKey = hashOf(PartitionKey) }) => [
        PartitionKey,
        ExplicitHashKey,
        sha256(Data),
      ]),
    ).toEqual(records.map((record) => [record.partitionKey, record.explicitHashKey, record.sha256]));
  }
});

test('index 0 is written', async () => {
  const { sent } = await sentOf([
    { partitionKey: 'a', explicitHashKey: '7', data: 'x' },
    { partitionKey: 'a', data: 'y' },
  ]);
  const message = Buffer.from(messageOf(sent[0]?.Data ?? new Uint8Array()));
  // The first record: its length, partition key index 0, explicit hash key index 0, one byte of data.
  expect(message.includes(Buffer.from('1a0708001000' + '1a0178', 'hex'))).toBe(true);
  expect(message.includes(Buffer.from('1a0508001a0179', 'hex'))).toBe(true);
});

test('round trip through an independent de-aggregator', async () => {
  const records = Array.from({ length: 300 }, (_, at) => ({
    partitionKey: ['a', 'ключ', '🙂', 'long'.repeat(60)][at % 4] ?? '',
    data: at % 7 === 0 ? '' : `${at}`,
    ...(at % 5 === 0 ? { explicitHashKey: String(2n ** BigInt(at % 100)) } : {}),
  }));
  const { service, sent } = await sentOf(records);
  expect(sent).toHaveLength(1);
  const read = await service.read('kcl');
  expect(read.map((record) => ({ partitionKey: record.partitionKey, data: textOf(record) }))).toEqual(
    records.map(({ partitionKey, data }) => ({ partitionKey, data })),
  );
  const message = messageFrom(sent[0]?.Data ?? new Uint8Array());
  const { partitionKeyTable, explicitHashKeyTable = [] } = message;
  expect(partitionKeyTable).toEqual(['a', 'ключ', '🙂', 'long'.repeat(60)]);
  expect(explicitHashKeyTable).toEqual([
    ...new Set(records.flatMap(({ explicitHashKey }) => explicitHashKey ?? [])),
  ]);
  expect(
    message.records?.map(({ explicitHashKeyIndex: index }) => explicitHashKeyTable[index ?? -1]),
  ).toEqual(records.map(({ explicitHashKey }) => explicitHashKey));
});

test('MD5 of the message at the end', async () => {
  const { createHash } = await import('node:crypto');
  const { sent } = await sentOf([
    { partitionKey: 'a', data: 'x' },
    { partitionKey: 'b', data: 'y' },
  ]);
  const data = sent[0]?.Data ?? new Uint8Array();
  expect(Buffer.from(data.subarray(0, 4)).toString('hex')).toBe('f3899ac2');
  expect(Buffer.from(data.subarray(-16)).toString('hex')).toBe(
    createHash('md5').update(messageOf(data)).digest('hex'),
  );
});

test('single raw record', async () => {
  const { sent } = await sentOf([{ partitionKey: 'own key', data: 'as it is' }]);
  expect(sent.map(({ PartitionKey, Data }) => [PartitionKey, textOf({ data: Data })])).toEqual([
    ['own key', 'as it is'],
  ]);
});

test('user data that itself begins with the magic', async () => {
  // The second is larger than an aggregate.
  const records = ['not an aggregate of ours', 'long'.repeat(20_000)].map((text) => ({
    partitionKey: 'a',
    data: Buffer.concat([Buffer.from('f3899ac2', 'hex'), Buffer.from(text)]),
  }));
  const { service, sent } = await sentOf(records);
  expect(sent.map(({ Data }) => decodeAggregate(Data)?.length)).toEqual([1, 1]);
  const read = await service.read('kcl');
  expect(read.map((record) => [record.partitionKey, sha256(record.data)])).toEqual(
    records.map(({ partitionKey, data }) => [partitionKey, sha256(data)]),
  );
});
