import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayHoldSurrogate, readUtf8, utf8Length, writeUtf8 } from '../src/utf8.js';

/** Every kind of text: well-formed, any UTF-16 units, short and long. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.string({ unit: 'binary-ascii', maxLength: 100 }),
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 100 }).map((units) => String.fromCharCode(...units)),
);

describe('utf8Length', () => {
  it('counts the bytes of the UTF-8 form', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(utf8Length(text)).toBe(Buffer.from(text, 'utf8').length);
      }),
    );
  });
});

describe('writeUtf8', () => {
  it('writes the UTF-8 form and nothing else', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const expected = Buffer.from(text, 'utf8');
        const into = Buffer.alloc(expected.length + 4, 0xaa);
        writeUtf8(text, expected.length, into, 2);
        expect(into.subarray(2, -2).equals(expected)).toBe(true);
        expect([into[0], into[1], into.at(-2), into.at(-1)]).toEqual([0xaa, 0xaa, 0xaa, 0xaa]);
      }),
    );
  });
});

describe('readUtf8', () => {
  const read = (hex: string) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    return readUtf8(bytes, 0, bytes.length);
  };

  it('reads what is well-formed, byte order mark included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = Buffer.from(`ab${text}c`, 'utf8');
        expect(readUtf8(bytes, 2, bytes.length - 1)).toBe(text);
      }),
    );
    expect(read('efbbbf 61')).toBe('\ufeffa');
    expect(read('efbfbd efbfbd efbfbd')).toBe('\ufffd\ufffd\ufffd');
  });

  // What `new String(bytes, UTF_8)` gives in Java 11 to 21.
  it.each([
    ['the first byte of a surrogate', '61 ed 62', 'a\ufffdb'],
    ['a bare continuation byte', '61 80 62', 'a\ufffdb'],
    ['a cut two-byte sequence', 'c3 28', '\ufffd('],
    ['a cut three-byte sequence', 'e2 82 62', '\ufffdb'],
    ['a cut four-byte sequence', 'f0 9f 98 62', '\ufffdb'],
    ['a sequence cut by the end', '61 f0 9f', 'a\ufffd'],
    ['an overlong form', 'c0 af', '\ufffd\ufffd'],
    ['an overlong three-byte form', 'e0 80 af', '\ufffd\ufffd\ufffd'],
    ['a code point above the last', 'f4 90 80 80', '\ufffd\ufffd\ufffd\ufffd'],
    ['bytes that UTF-8 does not have', 'fe ff', '\ufffd\ufffd'],
    ['an encoded surrogate', '61 eda080 62', 'a\ufffdb'],
    ['an encoded surrogate pair', 'eda0bd edb880', '\ufffd\ufffd'],
    ['an encoded surrogate behind a cut sequence', 'e282 eda080', '\ufffd\ufffd'],
    ['a cut surrogate', '61 eda0 62', 'a\ufffdb'],
    ['a surrogate cut by the end', 'eda0', '\ufffd'],
    ['a cut surrogate behind another', 'edb080 edbf', '\ufffd\ufffd'],
  ])('replaces %s as Java does', (_, hex, text) => {
    expect(read(hex)).toBe(text);
  });

  it('reads any bytes, and only malformed ones with a replacement', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = readUtf8(Buffer.from(bytes), 0, bytes.length);
        expect(Buffer.from(text, 'utf8').equals(bytes)).toBe(isUtf8(bytes));
      }),
    );
  });
});

describe('mayHoldSurrogate', () => {
  it('is true wherever reading differs from what Node reads', () => {
    const pool = [0x41, 0x80, 0xa0, 0xbf, 0xc3, 0xe2, 0xed, 0xf0];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pool), { maxLength: 8 }), (values) => {
        const bytes = Buffer.from([0xed, ...values, 0xed]);
        const differs = readUtf8(bytes, 1, bytes.length - 1) !== bytes.toString('utf8', 1, bytes.length - 1);
        if (differs) expect(mayHoldSurrogate(bytes, 1, bytes.length - 1)).toBe(true);
        expect(mayHoldSurrogate(bytes, 1, bytes.length - 1)).toBe(values.includes(0xed));
      }),
    );
  });
});
