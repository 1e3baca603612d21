import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { ItemAttributes } from '../src/item-attributes.js';

const read = (value: AttributeValue | undefined) =>
  new ItemAttributes('tweets', { leaseKey: { S: 'shard-1' }, ...(value && { it: value }) });

test('what is absent is undefined, and a set without members', () => {
  const attributes = read(undefined);
  expect([
    attributes.text('it'),
    attributes.count('it'),
    attributes.figure('it'),
    attributes.bytes('it'),
  ]).toEqual(Array.from({ length: 4 }));
  expect(attributes.texts('it')).toEqual([]);
});

test('what is there is read', () => {
  expect(read({ S: 'a' }).text('it')).toBe('a');
  expect(read({ N: '12' }).count('it')).toBe(12);
  expect(read({ N: '9.3E-5' }).figure('it')).toBe(0.000093);
  expect(read({ SS: ['b', 'a'] }).texts('it')).toEqual(['a', 'b']);
  expect(read({ B: Uint8Array.of() }).bytes('it')).toEqual(Uint8Array.of());
});

describe('refuses, and says what it found', () => {
  test.each<[string, (attributes: ItemAttributes) => unknown, AttributeValue, string]>([
    ['text of another type', (one) => one.text('it'), { N: '1' }, '"1" (N)'],
    ['empty text', (one) => one.text('it'), { S: '' }, '"" (S)'],
    ['text of another form', (one) => one.text('it', /^a+$/), { S: 'ab' }, '"ab" (S)'],
    ['a count of another type', (one) => one.count('it'), { S: '1' }, '"1" (S)'],
    ['a count that is not whole', (one) => one.count('it'), { N: '1.5' }, '"1.5" (N)'],
    ['a count below 0', (one) => one.count('it'), { N: '-1' }, '"-1" (N)'],
    [
      'a count beyond what is exact',
      (one) => one.count('it'),
      { N: '9007199254740993' },
      '"9007199254740993" (N)',
    ],
    ['a figure below 0', (one) => one.figure('it'), { N: '-0.5' }, '"-0.5" (N)'],
    ['a figure of another type', (one) => one.figure('it'), { BOOL: true }, 'true (BOOL)'],
    ['a set of another type', (one) => one.texts('it'), { L: [{ S: 'a' }] }, '[{"S":"a"}] (L)'],
    ['bytes of another type', (one) => one.bytes('it'), { S: 'x'.repeat(99) }, `"${'x'.repeat(59)}… (S)`],
    ['text that is binary', (one) => one.text('it'), { B: Uint8Array.of(1) }, 'binary (B)'],
  ])('%s', (_what, take, value, found) => {
    expect(() => take(read(value))).toThrow(
      expect.objectContaining({
        code: 'LEASE_ITEM_MALFORMED',
        tableName: 'tweets',
        leaseKey: 'shard-1',
        attribute: 'it',
        message: expect.stringContaining(`its it is ${found}, not`),
      }),
    );
  });

  test('what must be there', () => {
    expect(() => read(undefined).required('it', undefined)).toThrow('its it is absent, not there');
    expect(read(undefined).required('it', 0)).toBe(0);
  });
});
