import { describe, expect, it } from 'vitest';
import { aggregatedEntries, plainEntries, requestsOf } from '../workload/entries.js';
import { freshKeys } from '../workload/fresh-keys.js';
import { decodeAggregate } from '../workload/kpl-format.js';
import { payloadOf, payloads } from '../workload/payloads.js';
import { RecordDigest } from '../workload/record-digest.js';
import { uniformShardOf } from '../workload/uniform-shards.js';

const data = payloads(100);
const keys = freshKeys(3_000, 36);

describe('aggregatedEntries', () => {
  it('holds every record, in aggregates of one shard and of bounded size', () => {
    const expected = new RecordDigest();
    keys.forEach((key, index) => {
      expected.add(key, payloadOf(data, index));
    });
    const found = new RecordDigest();
    for (const { Data, PartitionKey } of aggregatedEntries(keys, data, 8, 5_000)) {
      expect(Data.length).toBeLessThanOrEqual(5_000);
      const message = decodeAggregate(Data);
      for (const record of message?.records ?? []) {
        const key = message?.partitionKeyTable[record.partitionKeyIndex] ?? '';
        expect(uniformShardOf(8, key)).toBe(uniformShardOf(8, PartitionKey));
        found.add(key, record.data);
      }
    }
    expect(String(found)).toBe(String(expected));
  });
});

describe('requestsOf', () => {
  const entries = plainEntries(keys, data);

  it('keeps order, and loses nothing', () => {
    expect(requestsOf(entries, 500, 1e9).flat()).toEqual(entries);
    expect(requestsOf([], 500, 1e9)).toEqual([]);
  });

  it('keeps to the number of entries', () => {
    expect(requestsOf(entries, 500, 1e9).map(({ length }) => length)).toEqual([500, 500, 500, 500, 500, 500]);
  });

  it('keeps to the size, keys included', () => {
    expect(requestsOf(entries.slice(0, 5), 500, 272).map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it('sends an entry above the size alone', () => {
    expect(requestsOf(entries.slice(0, 2), 500, 10).map(({ length }) => length)).toEqual([1, 1]);
  });
});
