/**
 * The lists "Format" and "Placement" of what a producer and a consumer must share with the KPL, one test for each point. The bytes
 * themselves are in golden.test.ts; here each point is named, and holds for inputs that the captures lack.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AggregateEncoder,
  beginsWithMagic,
  deaggregate,
  decodeAggregate,
  formatHashKey,
  HashRangeIndex,
  hashKeyOf,
} from '../src/index.js';
import { readWithAwsKinesisAgg } from './aws-kinesis-agg.js';
import { goldenCases } from './golden-cases.js';
import { add, anyMembers, decode, encode, member } from './members.js';
import { decodeWithProtobufjs, type Member, messageFrom, messageOf } from './protobufjs-codec.js';

const largest = 2n ** 128n - 1n;
const golden = (name: string) => {
  const found = goldenCases().find((each) => each.name === name);
  if (found === undefined) throw new Error(`no golden case ${name}`);
  return found;
};
/** The message of an aggregate, in hexadecimal. */
const messageHex = (members: readonly Member[]) => Buffer.from(messageOf(encode(members))).toString('hex');

describe('Format', () => {
  it('same partition key: one table entry', () => {
    expect(messageHex([member('k', 'a'), member('k', 'b')])).toBe(
      '0a016b' + '1a0508001a0161' + '1a0508001a0162',
    );
  });

  it('different partition keys: tables in order of first appearance', () => {
    expect(messageHex([member('z', 'a'), member('b', 'b'), member('z', 'c')])).toBe(
      '0a017a' + '0a0162' + '1a0508001a0161' + '1a0508011a0162' + '1a0508001a0163',
    );
  });

  it('explicit hash keys: a table of their own behind the partition keys, and an index where there is one', () => {
    expect(messageHex([member('k', 'a', '5'), member('j', 'b')])).toBe(
      '0a016b' + '0a016a' + '120135' + '1a07080010001a0161' + '1a0508011a0162',
    );
  });

  it('empty data is written', () => {
    expect(messageHex([member('k'), member('k')])).toBe('0a016b' + '1a0408001a00' + '1a0408001a00');
  });

  it('non-ASCII partition keys are UTF-8, composed and decomposed forms two keys', () => {
    expect(messageHex([member('\u00e9', 'a'), member('e\u0301', 'b')])).toBe(
      '0a02c3a9' + '0a0365cc81' + '1a0508001a0161' + '1a0508011a0162',
    );
  });

  it('index 0 is written', () => {
    expect(messageHex([member('k', 'a', '0')])).toContain('08001000');
  });

  it('nothing else is written: no tags, no index where there is no explicit hash key', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const { records = [] } = messageFrom(encode(members));
        expect(records.map((record) => Object.keys(record).sort())).toEqual(
          members.map(({ explicitHashKey }) =>
            explicitHashKey === undefined
              ? ['data', 'partitionKeyIndex']
              : ['data', 'explicitHashKeyIndex', 'partitionKeyIndex'],
          ),
        );
      }),
    );
  });

  it('magic in front, MD5 of the message behind', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const aggregate = encode(members);
        expect(Buffer.from(aggregate.subarray(0, 4)).toString('hex')).toBe('f3899ac2');
        const digest = createHash('md5').update(messageOf(aggregate)).digest();
        expect(Buffer.compare(aggregate.subarray(-16), digest)).toBe(0);
      }),
    );
  });

  it('round trip through independent de-aggregators', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const aggregate = encode(members);
        expect(decodeWithProtobufjs(aggregate)).toEqual(members);
        const theirs = readWithAwsKinesisAgg(aggregate);
        expect(theirs.map(({ partitionKey, data }) => [partitionKey, data])).toEqual(
          members.map(({ partitionKey, data }) => [partitionKey, Buffer.from(data).toString('base64')]),
        );
        expect(theirs.map(({ subSequenceNumber }) => subSequenceNumber)).toEqual(
          members.map((_, index) => index),
        );
      }),
    );
  });

  it('a single raw record is one user record', () => {
    for (const name of ['single', 'single-empty', 'single-51200', 'single-unicode-key']) {
      for (const { userRecords } of golden(name).records) {
        const [input] = userRecords as [Member];
        const [only, ...others] = deaggregate({
          Data: input.data,
          PartitionKey: input.partitionKey,
          SequenceNumber: '1',
        });
        expect(others).toEqual([]);
        expect([only?.partitionKey, only?.aggregated]).toEqual([input.partitionKey, false]);
        expect(only?.data).toEqual(input.data);
      }
    }
  });

  it('user data that begins with the magic, alone as KPL puts it, and in an aggregate', () => {
    const [{ data }] = golden('single-looks-aggregated').inputs as [Member];
    expect(beginsWithMagic(data)).toBe(true);
    const [raw] = deaggregate(data);
    expect(raw?.data).toEqual(data);
    expect(decode(encode([{ partitionKey: 'fake', data }]))).toEqual([{ partitionKey: 'fake', data }]);
  });

  it('user data that is a whole aggregate survives in an aggregate of one', () => {
    const inner = encode([member('a', 'x'), member('b', 'y')]);
    expect(decode(encode([{ partitionKey: 'outer', data: inner }]))).toEqual([
      { partitionKey: 'outer', data: inner },
    ]);
    expect(
      Array.from(deaggregate(encode([{ partitionKey: 'outer', data: inner }])), ({ data }) => data),
    ).toEqual([inner]);
  });
});

describe('Placement', () => {
  const evenly = (count: number) =>
    Array.from({ length: count }, (_, shard) => ({
      startingHashKey: String(((largest + 1n) * BigInt(shard)) / BigInt(count)),
      endingHashKey: String(((largest + 1n) * BigInt(shard + 1)) / BigInt(count) - 1n),
    }));

  it('the hash key of abcd is the KPL test vector', () => {
    expect(formatHashKey(hashKeyOf('abcd'))).toBe(String(0xe2fc714c4727ee9395f324cd2e7f331fn));
  });

  it('keys on both sides of each boundary', () => {
    for (const count of [1, 2, 3, 4, 5, 64]) {
      const shards = evenly(count);
      const index = new HashRangeIndex(shards);
      shards.forEach(({ startingHashKey, endingHashKey }, shard) => {
        expect(index.find(hashKeyOf('', startingHashKey))).toBe(shard);
        expect(index.find(hashKeyOf('', endingHashKey))).toBe(shard);
        if (shard > 0)
          expect(index.find(hashKeyOf('', String(BigInt(startingHashKey) - 1n)))).toBe(shard - 1);
      });
    }
  });

  it('the boundaries that the KPL tests: 0, 2^127 - 1, 2^127, 2^128 - 1', () => {
    const index = new HashRangeIndex(evenly(2));
    const shards = [0n, 2n ** 127n - 1n, 2n ** 127n, largest].map((key) =>
      index.find(hashKeyOf('', String(key))),
    );
    expect(shards).toEqual([0, 0, 1, 1]);
  });

  it('explicit hash keys with leading zeros, a sign and white space', () => {
    const { inputs, records } = golden('explicit-hash-key-normalised');
    const normalised = inputs.map(({ explicitHashKey }) => formatHashKey(hashKeyOf('', explicitHashKey)));
    expect([...new Set(normalised)]).toEqual(records[0]?.explicitHashKeyTable);
  });

  it('the largest explicit hash key', () => {
    expect(formatHashKey(hashKeyOf('k', String(largest)))).toBe(String(largest));
    expect(new HashRangeIndex(evenly(4)).find(hashKeyOf('k', String(largest)))).toBe(3);
    expect(() => hashKeyOf('k', String(largest + 1n))).toThrow(
      expect.objectContaining({ code: 'INVALID_HASH_KEY' }),
    );
  });

  it("every member of an aggregate lies in the landing shard's range, by the KPL's own choice of shard", () => {
    const { records } = golden('four-shards');
    const index = new HashRangeIndex(evenly(4));
    const landing = records.map(({ explicitHashKey }) => index.find(hashKeyOf('', explicitHashKey)));
    expect(new Set(landing)).toEqual(new Set([0, 1, 2, 3]));
    records.forEach(({ userRecords }, at) => {
      for (const { partitionKey, explicitHashKey } of userRecords) {
        expect(index.find(hashKeyOf(partitionKey, explicitHashKey))).toBe(landing[at]);
      }
    });
  });

  it('every member of our aggregates lies in the range of the shard it was added for', () => {
    const shards = evenly(5);
    const index = new HashRangeIndex(shards);
    fc.assert(
      fc.property(anyMembers, (members) => {
        const encoders = shards.map(() => new AggregateEncoder());
        for (const each of members) {
          const shard = index.find(hashKeyOf(each.partitionKey, each.explicitHashKey));
          add(encoders[shard] as AggregateEncoder, each);
        }
        encoders.forEach((encoder, shard) => {
          const found = encoder.count === 0 ? [] : (decodeAggregate(encoder.seal()) ?? []);
          for (const { partitionKey, explicitHashKey } of found) {
            expect(index.find(hashKeyOf(partitionKey, explicitHashKey))).toBe(shard);
          }
        });
      }),
    );
  });
});

describe('inputs that aws-kinesis-agg corrupts', () => {
  it.each<[string, Member[]]>([
    [
      'partition keys that look like numbers',
      [member('10', 'ten'), member('2', 'two'), member('7', 'seven')],
    ],
    [
      'hash key "0" behind others',
      [member('k', 'five', '5'), member('k', 'zero', '0'), member('j', 'one', '1')],
    ],
    [
      'a record without hash key beside one with',
      [member('k', 'none'), member('j', 'some', '5'), member('k', 'none')],
    ],
    [
      'names of the object prototype',
      [member('__proto__', '1'), member('constructor', '2'), member('hasOwnProperty', '3', '7')],
    ],
    ['empty data', [member('a', ''), member('b', 'x'), member('c', '')]],
    ['non-ASCII keys', [member('é'.repeat(100), '1'), member('語'.repeat(85), '2'), member('🝊', '3')]],
    ['an empty partition key', [member('', 'x'), member('1', 'y')]],
  ])('%s', (_, members) => {
    const encoder = new AggregateEncoder();
    for (const each of members) {
      const size = encoder.sizeWith(each.partitionKey, each.explicitHashKey, each.data);
      expect(add(encoder, each, size)).toBe(true);
    }
    const { sizeBytes } = encoder;
    const aggregate = encoder.seal();
    expect(aggregate.length).toBe(sizeBytes);
    expect(decode(aggregate)).toEqual(members);
    expect(decodeWithProtobufjs(aggregate)).toEqual(members);
  });

  it('lone surrogates, each of which is U+FFFD on the wire and in the hash key', () => {
    const keys = ['\ud800', '\udfff', 'a\ud83d', '\ufffd'];
    const found = decode(encode(keys.map((key) => member(key, 'x'))));
    expect(found?.map(({ partitionKey }) => partitionKey)).toEqual(['\ufffd', '\ufffd', 'a\ufffd', '\ufffd']);
    for (const key of keys)
      expect(hashKeyOf(key)).toEqual(hashKeyOf(key.replace(/[\ud800-\udfff]/, '\ufffd')));
    expect(messageFrom(encode(keys.map((key) => member(key)))).partitionKeyTable).toEqual([
      '\ufffd',
      'a\ufffd',
    ]);
  });
});
