import { describe, expect, it } from 'vitest';
import { RecordEnds } from '../src/record-ends.js';
import { sequenceNumber, storedFrom, userRecordsOf } from './support/stored-records.js';

const records = userRecordsOf(storedFrom(1, ['a', ['b', 'c', 'd'], ['e'], ['f', 'g'], ['h', 'i']]));

describe('RecordEnds', () => {
  it('remembers where aggregates of several user records end', () => {
    const ends = new RecordEnds();
    ends.note(records);
    expect([1, 2, 3, 4].map((at) => ends.lastIndexOf(sequenceNumber(at)))).toEqual([
      undefined,
      2,
      undefined,
      1,
    ]);
  });

  it('knows an aggregate only when its last user record was handed over', () => {
    const ends = new RecordEnds();
    ends.note(records.slice(0, 3));
    expect(ends.lastIndexOf(sequenceNumber(2))).toBeUndefined();
    ends.note(records.slice(3, 4));
    expect(ends.lastIndexOf(sequenceNumber(2))).toBe(2);
  });

  it('forgets what lies before a checkpoint and keeps the rest', () => {
    const ends = new RecordEnds();
    ends.note(records);
    ends.forgetBefore(sequenceNumber(4));
    expect([2, 4, 5].map((at) => ends.lastIndexOf(sequenceNumber(at)))).toEqual([undefined, 1, 1]);
  });

  it('forgets the oldest when there are too many', () => {
    const ends = new RecordEnds(2);
    ends.note(records);
    expect([2, 4, 5].map((at) => ends.lastIndexOf(sequenceNumber(at)))).toEqual([undefined, 1, 1]);
  });
});
