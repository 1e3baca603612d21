import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareHashKeys,
  formatHashKey,
  hashKeyOf,
  parseHashKey,
  partitionKeyBytes,
  requireHashKey,
} from '../src/hash-key.js';

const largest = 2n ** 128n - 1n;
const anyHashKey = fc.oneof(
  fc.bigInt({ min: 0n, max: largest }),
  fc.nat({ max: 128 }).map((bits) => 2n ** BigInt(bits) - 1n),
  fc.nat({ max: 127 }).map((bits) => 2n ** BigInt(bits)),
  fc.nat({ max: 38 }).map((digits) => 10n ** BigInt(digits)),
  fc.bigInt({ min: 0n, max: 0xffff_ffffn }),
);

/** The four words of a number, worked out in the plainest way. */
function wordsOf(value: bigint): Uint32Array {
  return Uint32Array.from([96n, 64n, 32n, 0n], (bits) => Number((value >> bits) & 0xffff_ffffn));
}

describe('parseHashKey', () => {
  it('reads every number from 0 to 2^128 - 1', () => {
    fc.assert(
      fc.property(anyHashKey, (value) => {
        expect(parseHashKey(String(value))).toEqual(wordsOf(value));
      }),
    );
  });

  it.each([
    ['leading zeros', '00042', 42n],
    ['more digits than the largest number has, all zeros', `${'0'.repeat(500)}42`, 42n],
    ['white space around', ' 43 ', 43n],
    ['a tab, a line end and a control character around', '\t\u000143\r\n', 43n],
    ['a plus sign', '+44', 44n],
    ['nothing but zeros', '000', 0n],
    ['minus zero, which Java takes', '-0', 0n],
    ['the largest', String(largest), largest],
  ])('takes %s, as the KPL does', (_, text, value) => {
    expect(parseHashKey(text)).toEqual(wordsOf(value));
  });

  it.each([
    ['one above the largest', String(largest + 1n)],
    ['39 nines', '9'.repeat(39)],
    ['40 digits', `1${'0'.repeat(39)}`],
    ['a negative number', '-1'],
    ['nothing', ''],
    ['white space only', '  '],
    ['a sign only', '+'],
    ['two signs', '+-1'],
    ['a sign behind zeros', '0+1'],
    ['a space inside', '1 2'],
    ['a fraction', '1.0'],
    ['an exponent', '1e3'],
    ['hexadecimal', '0x10'],
    ['letters', 'abc'],
    ['a digit of another script', '٤'],
    ['a no-break space, which Java does not trim', '\u00a01'],
  ])('refuses %s', (_, text) => {
    const into = Uint32Array.of(1, 2, 3, 4);
    expect(parseHashKey(text, into)).toBeUndefined();
    expect(into).toEqual(Uint32Array.of(1, 2, 3, 4));
  });

  it('writes to the array given', () => {
    const into = new Uint32Array(4);
    expect(parseHashKey('18446744073709551617', into)).toBe(into);
    expect(into).toEqual(Uint32Array.of(0, 1, 0, 1));
  });
});

describe('formatHashKey', () => {
  it('writes plain decimal', () => {
    fc.assert(
      fc.property(anyHashKey, (value) => {
        expect(formatHashKey(wordsOf(value))).toBe(String(value));
      }),
    );
  });
});

describe('hashKeyOf', () => {
  it('is the MD5 of the partition key', () => {
    expect(formatHashKey(hashKeyOf('abcd'))).toBe(String(0xe2fc714c4727ee9395f324cd2e7f331fn));
  });

  it('is the explicit hash key, if there is one', () => {
    expect(formatHashKey(hashKeyOf('abcd', ' +0042'))).toBe('42');
    expect(formatHashKey(hashKeyOf('abcd', '0'))).toBe('0');
  });

  it('writes to the array given', () => {
    const into = new Uint32Array(4);
    expect(hashKeyOf('abcd', undefined, into)).toBe(into);
    expect(hashKeyOf('abcd', '7', into)).toBe(into);
    expect(into).toEqual(Uint32Array.of(0, 0, 0, 7));
  });

  it('refuses what is not a hash key, naming it', () => {
    const problem = () => hashKeyOf('k', '340282366920938463463374607431768211456');
    expect(problem).toThrow(expect.objectContaining({ code: 'INVALID_HASH_KEY', retryable: false }));
    expect(problem).toThrow('received "340282366920938463463374607431768211456"');
  });
});

describe('requireHashKey', () => {
  it('names what must be a hash key', () => {
    expect(() => requireHashKey('x', 'starting hash key of a range')).toThrow('starting hash key of a range');
    expect(requireHashKey('5', 'anything')).toEqual(Uint32Array.of(0, 0, 0, 5));
  });
});

describe('compareHashKeys', () => {
  it('orders as the numbers do', () => {
    fc.assert(
      fc.property(anyHashKey, anyHashKey, (a, b) => {
        expect(Math.sign(compareHashKeys(wordsOf(a), wordsOf(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});

describe('partitionKeyBytes', () => {
  it.each([
    '',
    'a',
    'x'.repeat(55),
    'x'.repeat(56),
    'ñ',
    '日本',
    '😀',
    '\ud800',
    'x'.repeat(256),
    'ñ'.repeat(400),
  ])('counts the UTF-8 form of %j, whatever was asked before', (key) => {
    const bytes = Buffer.byteLength(key);
    expect(partitionKeyBytes(key)).toBe(bytes);
    hashKeyOf(key);
    expect(partitionKeyBytes(key)).toBe(bytes);
    hashKeyOf('another');
    expect(partitionKeyBytes(key)).toBe(bytes);
  });
});
