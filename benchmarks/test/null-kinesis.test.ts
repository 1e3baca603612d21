import { cbor } from '@smithy/core/cbor';
import { describe, expect, it } from 'vitest';
import { CHECKED_PREFIX, NullKinesis } from '../null-kinesis.js';
import { aggregatedEntries, plainEntries, type ReadyEntry } from '../workload/entries.js';
import { freshKeys } from '../workload/fresh-keys.js';
import { encodeAggregate } from '../workload/kpl-format.js';
import { payloadOf, payloads } from '../workload/payloads.js';
import { RecordDigest } from '../workload/record-digest.js';
import { uniformShardOf, uniformShards } from '../workload/uniform-shards.js';

const SHARDS = 64;
const data = payloads(100);
const keys = freshKeys(400, 36);

const body = (input: object) => Buffer.from(JSON.stringify(input));
const asJson = ({ Data, ...rest }: ReadyEntry) => ({ ...rest, Data: Buffer.from(Data).toString('base64') });

interface PutAnswer {
  FailedRecordCount: number;
  Records: { ShardId: string; SequenceNumber: string }[];
}

function put(kinesis: NullKinesis, StreamName: string, entries: readonly ReadyEntry[]): PutAnswer {
  return JSON.parse(
    String(kinesis.answer('PutRecords', body({ StreamName, Records: entries.map(asJson) }))),
  ) as PutAnswer;
}

describe('NullKinesis', () => {
  it('answers each entry with the shard of its key and a rising sequence number', () => {
    const { FailedRecordCount, Records } = put(new NullKinesis(SHARDS), 's', plainEntries(keys, data));
    expect(FailedRecordCount).toBe(0);
    expect(Records.map(({ ShardId }) => ShardId)).toEqual(
      keys.map((key) => uniformShards(SHARDS)[uniformShardOf(SHARDS, key)]?.shardId),
    );
    const numbers = Records.map(({ SequenceNumber }) => SequenceNumber);
    expect(numbers.every((number) => /^[1-9]\d{55}$/.test(number))).toBe(true);
    expect([...numbers].sort()).toEqual(numbers);
    expect(new Set(numbers).size).toBe(keys.length);
  });

  it('lets an explicit hash key decide', () => {
    const entry = {
      ...plainEntries(['any'], data)[0],
      ExplicitHashKey: String((1n << 128n) - 1n),
    } as ReadyEntry;
    expect(put(new NullKinesis(SHARDS), 's', [entry]).Records[0]?.ShardId).toBe('shardId-000000000063');
  });

  it('stores nothing in a shard that is broken, and all else', () => {
    const kinesis = new NullKinesis(SHARDS);
    kinesis.break(3);
    const { FailedRecordCount, Records } = put(kinesis, 's', plainEntries(keys, data));
    const broken = keys.map((key) => uniformShardOf(SHARDS, key) === 3);
    expect(Records.map((record) => 'ErrorCode' in record)).toEqual(broken);
    expect(FailedRecordCount).toBe(broken.filter(Boolean).length);
    kinesis.break(undefined);
    expect(put(kinesis, 's', plainEntries(keys, data)).FailedRecordCount).toBe(0);
  });

  it('numbers on when it is resharded', () => {
    const kinesis = new NullKinesis(SHARDS);
    kinesis.reshard(4);
    const entry = { ...plainEntries(['any'], data)[0], ExplicitHashKey: '0' } as ReadyEntry;
    expect(put(kinesis, 's', [entry]).Records[0]?.ShardId).toBe('shardId-000000000064');
    const { Shards } = JSON.parse(String(kinesis.answer('ListShards', body({ StreamName: 's' }))));
    expect(Shards.map(({ ShardId }: { ShardId: string }) => ShardId)).toEqual(
      [64, 65, 66, 67].map((shard) => `shardId-0000000000${shard}`),
    );
  });

  it('lists its shards and describes any stream', () => {
    const kinesis = new NullKinesis(SHARDS);
    const { Shards } = JSON.parse(String(kinesis.answer('ListShards', body({ StreamName: 's' }))));
    expect(Shards).toHaveLength(SHARDS);
    expect(Shards[1].HashKeyRange.StartingHashKey).toBe(String(1n << 122n));
    const { StreamDescriptionSummary } = JSON.parse(
      String(kinesis.answer('DescribeStreamSummary', body({ StreamName: 's' }))),
    );
    expect(StreamDescriptionSummary).toMatchObject({
      StreamName: 's',
      StreamStatus: 'ACTIVE',
      OpenShardCount: SHARDS,
    });
  });

  it('takes PutRecords in CBOR, and counts the same', () => {
    const kinesis = new NullKinesis(SHARDS);
    const packed = aggregatedEntries(keys, data, SHARDS, 51_200);
    const inCbor = Buffer.from(cbor.serialize({ StreamName: 's', Records: packed }));
    const answer = cbor.deserialize(kinesis.answerCbor('PutRecords', inCbor)) as PutAnswer;
    const inJson = put(kinesis, 'other', packed);
    expect(answer.Records.map(({ ShardId }) => ShardId)).toEqual(
      inJson.Records.map(({ ShardId }) => ShardId),
    );
    const counts = kinesis.takeCounts('s');
    expect({ ...counts, bodyBytes: 0 }).toEqual({ ...kinesis.takeCounts('other'), bodyBytes: 0 });
    expect(counts).toMatchObject({ userRecords: 400, userBytes: 40_000, bodyBytes: inCbor.length });
  });

  it('reads nothing else in CBOR', () => {
    expect(() => new NullKinesis(1).answerCbor('ListShards', Buffer.from([0xa0]))).toThrow(
      'reads ListShards as JSON',
    );
  });

  it('serves pages that are ready', () => {
    const kinesis = new NullKinesis(2);
    const input = {
      StreamName: 'pages-0-10-3-4-x',
      ShardId: 'shardId-000000000001',
      ShardIteratorType: 'LATEST',
    };
    const { ShardIterator } = JSON.parse(String(kinesis.answer('GetShardIterator', body(input))));
    const { Records } = JSON.parse(String(kinesis.answer('GetRecords', body({ ShardIterator }))));
    expect(Records).toHaveLength(3);
    expect(kinesis.firstPages(input.StreamName)).toContain('6 records, 60 bytes');
  });

  it('leaves streams that are read as they are when the others are resharded', () => {
    const kinesis = new NullKinesis(2);
    kinesis.reshard(4);
    const idsOf = (StreamName: string) =>
      JSON.parse(String(kinesis.answer('ListShards', body({ StreamName })))).Shards.map(
        ({ ShardId }: { ShardId: string }) => Number(ShardId.slice(-3)),
      );
    expect(idsOf('pages-0-10-3-4-x')).toEqual([0, 1]);
    expect(idsOf('s')).toEqual([2, 3, 4, 5]);
  });

  it('refuses other calls', () => {
    expect(() => new NullKinesis(1).answer('CreateStream', body({}))).toThrow(
      'the null server has no CreateStream',
    );
  });

  it('counts entries, user records and bytes per stream, aggregated or not, once', () => {
    const kinesis = new NullKinesis(SHARDS);
    const packed = aggregatedEntries(keys, data, SHARDS, 51_200);
    put(kinesis, 's', packed);
    put(kinesis, 's', plainEntries(keys, data));
    put(kinesis, 'other', plainEntries(keys.slice(0, 1), data));
    expect(kinesis.takeCounts('s')).toMatchObject({
      requests: 2,
      entries: packed.length + 400,
      aggregates: packed.length,
      userRecords: 800,
      userBytes: 80_000,
    });
    expect(kinesis.takeCounts('other')).toMatchObject({ userRecords: 1 });
    expect(kinesis.takeCounts('s')).toMatchObject({ requests: 0, userRecords: 0 });
  });

  it('finds a stream by its ARN', () => {
    const kinesis = new NullKinesis(1);
    const StreamARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/s';
    kinesis.answer('PutRecords', body({ StreamARN, Records: plainEntries(['a'], data).map(asJson) }));
    expect(kinesis.takeCounts('s').entries).toBe(1);
  });
});

describe('NullKinesis, checked stream', () => {
  const stream = `${CHECKED_PREFIX}s`;

  it('digests all user records, aggregated or not', () => {
    const kinesis = new NullKinesis(SHARDS);
    put(kinesis, stream, aggregatedEntries(keys.slice(200), data, SHARDS, 51_200));
    put(kinesis, stream, plainEntries(keys.slice(0, 200), data));
    const expected = new RecordDigest();
    [...keys.slice(200).entries(), ...keys.slice(0, 200).entries()].forEach(([index, key]) => {
      expected.add(key, payloadOf(data, index));
    });
    expect(kinesis.takeCounts(stream)).toMatchObject({
      digest: String(expected),
      misplaced: 0,
      userRecords: 400,
      userBytes: 40_000,
    });
  });

  it('sees a changed byte, a missing record and a record twice', () => {
    const digestOf = (entries: readonly ReadyEntry[]) => {
      const kinesis = new NullKinesis(SHARDS);
      put(kinesis, stream, entries);
      return kinesis.takeCounts(stream).digest;
    };
    const [first, second, ...rest] = plainEntries(keys, data);
    if (!first || !second) throw new Error('no entries');
    const changed = {
      ...first,
      Data: Uint8Array.from(first.Data, (byte, at) => (at === 99 ? byte ^ 1 : byte)),
    };
    const digests = [
      digestOf([first, second, ...rest]),
      digestOf([changed, second, ...rest]),
      digestOf([second, ...rest]),
      digestOf([second, second, ...rest]),
    ];
    expect(new Set(digests).size).toBe(4);
    expect(digestOf([second, first, ...rest])).toBe(digests[0]);
  });

  it('counts members of another shard than their entry', () => {
    const kinesis = new NullKinesis(SHARDS);
    const [own, other] = ['a', 'b'];
    expect(uniformShardOf(SHARDS, own)).not.toBe(uniformShardOf(SHARDS, other));
    const records = [0, 1].map((partitionKeyIndex) => ({ partitionKeyIndex, data: payloadOf(data, 0) }));
    put(kinesis, stream, [
      { Data: encodeAggregate({ partitionKeyTable: [own, other], records }), PartitionKey: own },
    ]);
    expect(kinesis.takeCounts(stream).misplaced).toBe(1);
  });
});
