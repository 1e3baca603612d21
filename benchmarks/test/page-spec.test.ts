import { describe, expect, it } from 'vitest';
import {
  type PageSpec,
  perPage,
  placeAt,
  sequenceNumberAt,
  specOf,
  streamOf,
} from '../workload/page-spec.js';

const spec: PageSpec = { perAggregate: 400, recordBytes: 100, storedPerPage: 23, keyCharacters: 4 };

describe('streamOf', () => {
  it('is a stream name from which the pages can be read', () => {
    const stream = streamOf(spec, 'a-suffix');
    expect(stream).toMatch(/^[\w.-]{1,128}$/);
    expect(specOf(stream)).toEqual(spec);
  });

  it('is not what other streams are called', () => {
    expect(specOf('checked-400-100-23-4-x')).toBeUndefined();
    expect(specOf('my-pages-400-100-23-4-x')).toBeUndefined();
    expect(specOf('pages-400-100-23')).toBeUndefined();
  });
});

describe('perPage', () => {
  it('counts members of aggregates, or records that are none', () => {
    expect(perPage(spec)).toBe(9_200);
    expect(perPage({ ...spec, perAggregate: 0 })).toBe(23);
  });
});

describe('sequenceNumberAt', () => {
  it('is as long as those of the service, and can be read again', () => {
    const place = { shard: 63, page: 12_345, index: 9_999 };
    expect(sequenceNumberAt(place)).toMatch(/^[1-9]\d{55}$/);
    expect(placeAt(sequenceNumberAt(place))).toEqual(place);
  });

  it('rises along a shard', () => {
    const places = [
      { page: 0, index: 0 },
      { page: 0, index: 9_999 },
      { page: 1, index: 0 },
      { page: 10, index: 0 },
    ];
    const numbers = places.map((place) => sequenceNumberAt({ shard: 7, ...place }));
    expect([...numbers].sort()).toEqual(numbers);
  });
});

describe('placeAt', () => {
  it('refuses other sequence numbers', () => {
    expect(() => placeAt('TRIM_HORIZON')).toThrow(RangeError);
    expect(() => placeAt('1'.repeat(56))).toThrow(RangeError);
  });
});
