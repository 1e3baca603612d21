import { createHash } from 'node:crypto';
import { decodeAggregate } from '@shardline/aggregation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordData } from '../src/record-data.js';
import { unpackAggregate } from '../src/unpack-aggregate.js';

const sample = (options = {}) => fc.sample(recordData(options), { numRuns: 2_000, seed: 1 });
const beginsWithMagic = (data: Uint8Array) => Buffer.from(data).subarray(0, 4).toString('hex') === 'f3899ac2';

describe('recordData', () => {
  test('is empty, text and binary, and begins like an aggregate', () => {
    const all = sample();
    const count = (matches: (data: Uint8Array) => boolean) => all.filter(matches).length;
    expect(count(({ length }) => length === 0)).toBeGreaterThan(50);
    expect(count(beginsWithMagic)).toBeGreaterThan(100);
    const isText = (data: Uint8Array) => Buffer.from(Buffer.from(data).toString()).equals(data);
    expect(count((data) => data.length > 0 && isText(data))).toBeGreaterThan(300);
    expect(count((data) => !isText(data))).toBeGreaterThan(300);
  });

  test('is never an aggregate, even where the digest fits', () => {
    const alike = sample().filter(beginsWithMagic);
    const sealed = alike.filter((data) => {
      const digest = createHash('md5').update(data.subarray(4, -16)).digest();
      return data.length > 20 && digest.equals(data.subarray(-16));
    });
    expect(sealed.length).toBeGreaterThan(50);
    for (const data of alike) {
      expect(unpackAggregate(data)).toBeUndefined();
      expect(decodeAggregate(data)).toBeUndefined();
    }
  });

  test('keeps its bound', () => {
    for (const maxBytes of [0, 1, 20, 500]) {
      const lengths = fc
        .sample(recordData({ maxBytes }), { numRuns: 300, seed: 1 })
        .map(({ length }) => length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(maxBytes);
    }
  });
});
