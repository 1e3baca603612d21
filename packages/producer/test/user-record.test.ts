import { describe, expect, it, test } from 'vitest';
import { recordAsPut, recordBytes } from '../src/user-record.js';

describe('recordBytes', () => {
  it.each([
    ['text', { partitionKey: 'k', data: 'four' }, 5],
    ['bytes', { partitionKey: 'k', data: new Uint8Array(4) }, 5],
    ['no data', { partitionKey: 'k', data: '' }, 1],
    ['text that is longer in UTF-8', { partitionKey: 'ñ', data: 'Perú 🌋' }, 2 + 10],
    ['a lone surrogate, sent as U+FFFD', { partitionKey: '\ud800', data: '\udc00' }, 3 + 3],
    ['a view of a larger buffer', { partitionKey: 'k', data: new Uint8Array(100).subarray(0, 4) }, 5],
  ])('counts data plus partition key in UTF-8: %s', (_, record, bytes) => {
    expect(recordBytes(record)).toBe(bytes);
  });

  it('leaves the explicit hash key out, as the service does', () => {
    expect(recordBytes({ partitionKey: 'k', explicitHashKey: '123456', data: 'four' })).toBe(5);
  });
});

test('recordAsPut has the members of a record alone, and no hash key that was not given', () => {
  const data = new Uint8Array(1);
  const made = { partitionKey: 'k', explicitHashKey: undefined, data, other: 1 };
  expect(Object.entries(recordAsPut(made))).toEqual(Object.entries({ partitionKey: 'k', data }));
  expect(recordAsPut({ ...made, explicitHashKey: '7' })).toEqual({
    partitionKey: 'k',
    explicitHashKey: '7',
    data,
  });
});
