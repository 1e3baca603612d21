import { describe, expect, it } from 'vitest';
import { StoredAhead } from '../src/stored-ahead.js';
import { encode, member } from './members.js';

const all = () => true;

/** Eleven records: sound aggregates, spoilt ones, and what is none. */
function inputs(): Uint8Array[] {
  return Array.from({ length: 11 }, (_, index) => {
    const aggregate = encode([member(`key ${index}`, 'x'.repeat(index * 100))]);
    if (index % 3 === 1) aggregate[index + 4] = (aggregate[index + 4] ?? 0) ^ 1;
    return index % 4 === 3 ? Buffer.from('no aggregate') : aggregate;
  });
}
const soundOnes = [0, 2, 5, 6, 8, 9];

describe('StoredAhead', () => {
  it('gives every record once, in order, and tells which are sealed', () => {
    const data = inputs();
    const records = new StoredAhead(data, all);
    const seen = data.map((_, index) => records.at(index));
    expect(seen.map((record) => record?.stored.data)).toEqual(data);
    expect(seen.flatMap((record, index) => (record?.sealed ? [index] : []))).toEqual(soundOnes);
    expect(records.at(data.length)).toBeUndefined();
    expect(records.at(data.length)).toBeUndefined();
  });

  it('gives the same record when asked again, as after a report that threw', () => {
    const records = new StoredAhead(inputs(), all);
    for (const index of [0, 3, 4]) expect(records.at(index)).toBe(records.at(index));
  });

  it('takes out no more than four at a time', () => {
    const taken: number[] = [];
    const sources = inputs().map((Data, index) => ({
      get Data() {
        taken.push(index);
        return Data;
      },
    }));
    const records = new StoredAhead(sources, all);
    records.at(0);
    records.at(3);
    expect(taken).toEqual([0, 1, 2, 3]);
    records.at(4);
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('checks nothing that nobody wants', () => {
    const data = inputs();
    const records = new StoredAhead(data, (stored) => stored.data !== data[2] && stored.data !== data[8]);
    const sealed = data.flatMap((_, index) => (records.at(index)?.sealed ? [index] : []));
    expect(sealed).toEqual(soundOnes.filter((index) => index !== 2 && index !== 8));
  });

  it('has nothing of nothing', () => {
    expect(new StoredAhead([], all).at(0)).toBeUndefined();
  });
});
