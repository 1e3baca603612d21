import { describe, expect, it } from 'vitest';
import { doneRecords } from '../workload/done-records.js';
import { sequenceNumberAt } from '../workload/page-spec.js';

const aggregated = { perAggregate: 400, recordBytes: 100, storedPerPage: 23, keyCharacters: 4 };
const plain = { ...aggregated, perAggregate: 0 };
const at = (page: number, index: number, subSequenceNumber: number) => ({
  sequenceNumber: sequenceNumberAt({ shard: 3, page, index }),
  subSequenceNumber,
});

describe('doneRecords', () => {
  it('counts every user record up to the checkpoint, itself included', () => {
    expect(doneRecords(at(0, 0, 0), aggregated)).toBe(1);
    expect(doneRecords(at(0, 22, 399), aggregated)).toBe(9_200);
    expect(doneRecords(at(2, 1, 9), aggregated)).toBe(2 * 9_200 + 400 + 10);
    expect(doneRecords(at(2, 1, 0), plain)).toBe(2 * 23 + 2);
  });

  it('is nothing before the first checkpoint', () => {
    expect(doneRecords({ sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 }, plain)).toBe(0);
  });

  it('refuses what says nothing of a page', () => {
    expect(() => doneRecords({ sequenceNumber: 'SHARD_END', subSequenceNumber: 0 }, plain)).toThrow(
      RangeError,
    );
  });
});
