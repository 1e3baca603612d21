import { describe, expect, it } from 'vitest';
import { Entry } from '../src/entry.js';
import { Members } from '../src/members.js';
import { aggregate, single, textOf } from './support/entries.js';

describe('Entry', () => {
  it('takes data plus partition key of a shard', () => {
    expect(single({ partitionKey: 'ñ', data: 'abc' }).bytes).toBe(5);
    const packed = aggregate([{ tag: 1 }, { tag: 2 }]);
    expect(packed.bytes).toBe(packed.data.length + 1);
  });

  it('keeps order per partition key and explicit hash key', () => {
    const key = single({ partitionKey: 'a' }).orderKey;
    expect(single({ partitionKey: 'a', data: 'other' }).orderKey).toBe(key);
    expect(single({ partitionKey: 'b' }).orderKey).not.toBe(key);
    expect(single({ partitionKey: 'a', explicitHashKey: '1' }).orderKey).not.toBe(key);
    expect(single({ partitionKey: 'a', explicitHashKey: '2' }).orderKey).not.toBe(
      single({ partitionKey: 'a', explicitHashKey: '1' }).orderKey,
    );
  });

  it('reads its records back, in put order', () => {
    const facts = [
      { partitionKey: 'a', data: 'one' },
      { partitionKey: 'b', explicitHashKey: '7', data: Uint8Array.of(0xff, 0) },
      { partitionKey: 'a', data: '' },
    ];
    const read = aggregate(facts).records();
    expect(read.map(({ partitionKey }) => partitionKey)).toEqual(['a', 'b', 'a']);
    expect(read.map(({ explicitHashKey }) => explicitHashKey)).toEqual([undefined, '7', undefined]);
    expect(read.map(({ data }) => textOf(data))).toEqual(facts.map(({ data }) => textOf(data)));
  });

  it('reads a single record back as it was put', () => {
    const [record, ...others] = single({ partitionKey: 'a', explicitHashKey: '7', data: 'one' }).records();
    expect(others).toEqual([]);
    expect({ ...record, data: textOf(record?.data ?? '') }).toEqual({
      partitionKey: 'a',
      explicitHashKey: '7',
      data: 'one',
    });
    expect(single({ partitionKey: 'a' }).records()[0]).not.toHaveProperty('explicitHashKey');
  });

  it('says so when an aggregate cannot be read back', () => {
    const content = {
      data: Uint8Array.of(1, 2, 3),
      partitionKey: 'a',
      explicitHashKey: '0',
      aggregated: true,
    };
    expect(() => new Entry(content, new Members({ outstanding: 0 })).records()).toThrow(/defect/);
  });

  it('measures each attempt from the put, or from the end of the one before', () => {
    const entry = single({ putAtMs: 1_000 });
    entry.attempted(1_100, 1_130, { success: false, errorCode: 'A', errorMessage: 'why' });
    entry.attempted(1_200, 1_250, { success: true });
    expect(entry.attempts).toEqual([
      { delayMs: 100, durationMs: 30, success: false, errorCode: 'A', errorMessage: 'why' },
      { delayMs: 70, durationMs: 50, success: true },
    ]);
  });

  it('takes over the history of the entry that it was cut out of', () => {
    const whole = aggregate([{ putAtMs: 0 }, { putAtMs: 500 }]);
    whole.attempted(600, 700, { success: false, errorCode: 'A' });
    whole.mayBeStored = true;
    whole.maxCompanions = 5;
    const part = single({ putAtMs: 500 }).inherit(whole);
    expect(part).toMatchObject({ mayBeStored: true, maxCompanions: 5, attempts: whole.attempts });
    part.attempted(710, 720, { success: true });
    expect(part.attempts.map(({ delayMs }) => delayMs)).toEqual([600, 10]);
    expect(whole.attempts).toHaveLength(1);
  });

  it('measures from its own put when the entry that it was cut out of was never sent', () => {
    const whole = aggregate([{ putAtMs: 0 }, { putAtMs: 500 }]);
    const part = single({ putAtMs: 500 }).inherit(whole);
    part.attempted(510, 520, { success: true });
    expect(part.attempts.map(({ delayMs }) => delayMs)).toEqual([10]);
  });
});
