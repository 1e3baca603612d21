import { describe, expect, it } from 'vitest';
import { NullReads } from '../null-reads.js';
import { type PageSpec, sequenceNumberAt, streamOf } from '../workload/page-spec.js';

const SHARDS = 8;
const spec: PageSpec = { perAggregate: 0, recordBytes: 10, storedPerPage: 3, keyCharacters: 4 };
const StreamName = streamOf(spec, 'test');
const ShardId = 'shardId-000000000005';

interface Page {
  Records: { SequenceNumber: string }[];
  NextShardIterator: string;
}

function iterator(reads: NullReads, start: object): string {
  const input = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON', ...start };
  return (JSON.parse(reads.getShardIterator(input)) as { ShardIterator: string }).ShardIterator;
}

function read(reads: NullReads, ShardIterator: string): Page {
  return JSON.parse(String(reads.getRecords({ ShardIterator }))) as Page;
}

/** Places of a page's records. */
function numbers(page: number): string[] {
  return [0, 1, 2].map((index) => sequenceNumberAt({ shard: 5, page, index }));
}

describe('NullReads', () => {
  it('has a page behind every page', () => {
    const reads = new NullReads(SHARDS);
    let next = iterator(reads, {});
    for (let page = 0; page < 4; page++) {
      const { Records, NextShardIterator } = read(reads, next);
      expect(Records.map(({ SequenceNumber }) => SequenceNumber)).toEqual(numbers(page));
      next = NextShardIterator;
    }
  });

  it('goes on at a sequence number, or behind it', () => {
    const reads = new NullReads(SHARDS);
    const [first, , last] = numbers(6);
    const firstAt = (ShardIteratorType: string, StartingSequenceNumber: string | undefined) =>
      read(reads, iterator(reads, { ShardIteratorType, StartingSequenceNumber })).Records[0]?.SequenceNumber;
    expect(firstAt('AT_SEQUENCE_NUMBER', last)).toBe(first);
    expect(firstAt('AFTER_SEQUENCE_NUMBER', last)).toBe(numbers(7)[0]);
    expect(firstAt('AFTER_SEQUENCE_NUMBER', first)).toBe(first);
  });

  it('refuses streams whose name says nothing, shards that are not there, and limits below a page', () => {
    const reads = new NullReads(SHARDS);
    expect(() => iterator(reads, { StreamName: 'orders' })).toThrow('does not say');
    expect(() => reads.getRecords({ ShardIterator: 'orders/0/0' })).toThrow('does not say');
    expect(() => reads.firstPages('orders')).toThrow('does not say');
    expect(() => iterator(reads, { ShardId: 'shardId-000000000008' })).toThrow('no shard');
    expect(() => reads.getRecords({ ShardIterator: iterator(reads, {}), Limit: 2 })).toThrow(
      'hold 3 records',
    );
  });

  it('tells what the first pages hold', () => {
    expect(new NullReads(SHARDS).firstPages(StreamName)).toContain(
      `${3 * SHARDS} records, ${30 * SHARDS} bytes`,
    );
  });
});
