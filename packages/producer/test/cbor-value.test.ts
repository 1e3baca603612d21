import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCbor } from '../src/cbor-value.js';

const fromHex = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('reads each form', () => {
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['190100', 256],
    ['1a00010000', 65_536],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['3863', -100],
    ['60', ''],
    ['6161', 'a'],
    ['62c3bc', 'ü'],
    ['7f 6161 62c3bc ff', 'aü'],
    ['80', []],
    ['82 01 6161', [1, 'a']],
    ['9f 01 9f ff ff', [1, []]],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', undefined],
    ['fa3fc00000', 1.5],
    ['fb3ff199999999999a', 1.1],
    ['c1 1a514b67b0', 1_363_896_240],
  ])('%s', (hex, value) => {
    expect(readCbor(fromHex(hex))).toEqual(value);
  });

  test.each([
    ['a0', {}],
    ['a1 6161 01', { a: 1 }],
    ['bf 6161 01 6162 82 02 03 ff', { a: 1, b: [2, 3] }],
    ['a1 7f 6161 6162 ff 01', { ab: 1 }],
    ['a1 69 5f5f70726f746f5f5f a0', JSON.parse('{"__proto__": {}}')],
  ])('the map %s', (hex, value) => {
    expect(Object.entries(readCbor(fromHex(hex)) as object)).toEqual(Object.entries(value));
  });

  test.each([
    ['40', ''],
    ['43 010203', '010203'],
    ['5f 4101 42 0203 ff', '010203'],
  ])('the bytes %s', (hex, value) => {
    expect(Buffer.from(readCbor(fromHex(hex)) as Uint8Array).toString('hex')).toBe(value);
  });
});

test('reads a view that begins inside of its memory', () => {
  const memory = fromHex('ff 82 01 02 ff');
  expect(readCbor(new Uint8Array(memory.buffer, memory.byteOffset + 1, 3))).toEqual([1, 2]);
});

describe('refuses what is not one whole item', () => {
  test.each([
    ['', 'ends too early'],
    ['18', 'ends too early'],
    ['62 61', 'ends too early'],
    ['82 01', 'ends too early'],
    ['9f 01', 'ends too early'],
    ['9b ffffffffffffffff', 'ends too early'],
    ['bb 00000000ffffffff', 'ends too early'],
    ['a1 6161', 'ends too early'],
    ['7f 6161', 'ends too early'],
    ['7f 01 ff', 'a part that does not belong'],
    ['a1 01 02', 'a name that is no text'],
    ['01 02', 'goes on behind its end'],
    ['ff', 'a value of no known type'],
    ['fc', 'a value of no known type'],
    ['1c', 'a length of no known form'],
    ['81'.repeat(40), 'nested more than 32 levels'],
    ['7b 22 7d', 'ends too early'],
    [Buffer.from('<html>').toString('hex'), 'a length of no known form'],
  ])('%s', (hex, why) => {
    expect(() => readCbor(fromHex(hex))).toThrow(SyntaxError);
    expect(() => readCbor(fromHex(hex))).toThrow(why);
  });
});

test('any bytes are read or refused, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        readCbor(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("reads what the SDK's codec writes", () => {
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 30 }),
      fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,30}$/), tie('value')),
    ),
  })).value;
  fc.assert(
    fc.property(value, (written) => {
      expect(JSON.stringify(readCbor(cbor.serialize(written)))).toBe(JSON.stringify(written));
    }),
  );
});
