import { describe, expect, it } from 'vitest';
import { decodeAggregate } from '../workload/kpl-format.js';
import { type PageSpec, sequenceNumberAt } from '../workload/page-spec.js';
import { ReadyPages } from '../workload/ready-pages.js';
import { RecordDigest } from '../workload/record-digest.js';
import { uniformShardOf } from '../workload/uniform-shards.js';

const SHARDS = 8;
const aggregated: PageSpec = { perAggregate: 20, recordBytes: 100, storedPerPage: 6, keyCharacters: 4 };
const plain: PageSpec = { ...aggregated, perAggregate: 0, storedPerPage: 300 };

interface Answer {
  Records: {
    Data: string;
    PartitionKey: string;
    SequenceNumber: string;
    ApproximateArrivalTimestamp: number;
  }[];
  NextShardIterator: string;
  MillisBehindLatest: number;
}

function answerOf(pages: ReadyPages, shard: number, page: number): Answer {
  return JSON.parse(pages.body(shard, page, 'next "iterator"').toString('utf8')) as Answer;
}

describe('ReadyPages', () => {
  it.each([
    ['aggregated', aggregated],
    ['plain', plain],
  ])('answers as GetRecords does, %s', (_name, spec) => {
    const { Records, NextShardIterator, MillisBehindLatest } = answerOf(new ReadyPages(spec, SHARDS), 5, 7);
    expect(Records.map(({ SequenceNumber }) => SequenceNumber)).toEqual(
      Array.from({ length: spec.storedPerPage }, (_, index) =>
        sequenceNumberAt({ shard: 5, page: 7, index }),
      ),
    );
    expect(Records[0]?.ApproximateArrivalTimestamp).toBeTypeOf('number');
    expect(NextShardIterator).toBe('next "iterator"');
    expect(MillisBehindLatest).toBeGreaterThan(0);
  });

  it('has aggregates whose members are all of their shard, different ones in each', () => {
    const pages = new ReadyPages(aggregated, SHARDS);
    const first = Array.from({ length: SHARDS }, (_, shard) => {
      for (const { Data } of answerOf(pages, shard, 0).Records) {
        const message = decodeAggregate(Buffer.from(Data, 'base64'));
        expect(message?.records).toHaveLength(20);
        expect(message?.records.every(({ data }) => data.length === 100)).toBe(true);
        for (const { partitionKeyIndex } of message?.records ?? []) {
          const key = message?.partitionKeyTable[partitionKeyIndex] ?? '';
          expect(uniformShardOf(SHARDS, key)).toBe(shard);
        }
      }
      return answerOf(pages, shard, 0).Records[0]?.Data;
    });
    expect(new Set(first).size).toBe(SHARDS);
  });

  it('has plain records of the size asked for, which are no aggregates', () => {
    for (const { Data } of answerOf(new ReadyPages(plain, SHARDS), 1, 0).Records) {
      const data = Buffer.from(Data, 'base64');
      expect(data).toHaveLength(100);
      expect(decodeAggregate(data)).toBeUndefined();
    }
  });

  it.each([
    ['aggregated', aggregated],
    ['plain', plain],
  ])('knows what its first pages hold, %s', (_name, spec) => {
    const pages = new ReadyPages(spec, SHARDS);
    const found = new RecordDigest();
    for (let shard = 0; shard < SHARDS; shard++) {
      for (const { Data, PartitionKey } of answerOf(pages, shard, 0).Records) {
        const data = Buffer.from(Data, 'base64');
        const message = decodeAggregate(data);
        if (message === undefined) found.add(PartitionKey, data);
        for (const record of message?.records ?? []) {
          found.add(message?.partitionKeyTable[record.partitionKeyIndex] ?? '', record.data);
        }
      }
    }
    expect(String(pages.firstPages())).toBe(String(found));
    expect(found.count).toBe(SHARDS * spec.storedPerPage * Math.max(1, spec.perAggregate));
  });

  it('refuses a shard that is not there', () => {
    expect(() => new ReadyPages(plain, SHARDS).body(SHARDS, 0, '')).toThrow(RangeError);
  });
});
