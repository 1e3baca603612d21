import { describe, expect, it } from 'vitest';
import { hashKeyOf } from '../src/hash-key.js';
import { HashRange } from '../src/hash-range.js';

const key = (decimal: string) => hashKeyOf('', decimal);

describe('HashRange', () => {
  const range = new HashRange({
    startingHashKey: '1208925819614629174706176',
    endingHashKey: '2417851639229258349412351',
  });

  it('contains both its ends and what lies between', () => {
    expect(range.contains(key('1208925819614629174706176'))).toBe(true);
    expect(range.contains(key('1208925819614629174706177'))).toBe(true);
    expect(range.contains(key('2417851639229258349412351'))).toBe(true);
  });

  it('contains nothing outside', () => {
    expect(range.contains(key('1208925819614629174706175'))).toBe(false);
    expect(range.contains(key('2417851639229258349412352'))).toBe(false);
    expect(range.contains(key('0'))).toBe(false);
    expect(range.contains(key('340282366920938463463374607431768211455'))).toBe(false);
  });

  it('may hold one hash key', () => {
    const one = new HashRange({ startingHashKey: '5', endingHashKey: '5' });
    expect(['4', '5', '6'].map((decimal) => one.contains(key(decimal)))).toEqual([false, true, false]);
  });

  it('refuses ends that are not hash keys or the wrong way round', () => {
    const code = expect.objectContaining({ code: 'INVALID_HASH_KEY' });
    expect(() => new HashRange({ startingHashKey: '', endingHashKey: '5' })).toThrow(code);
    expect(() => new HashRange({ startingHashKey: '0', endingHashKey: '-5' })).toThrow(code);
    expect(() => new HashRange({ startingHashKey: '6', endingHashKey: '5' })).toThrow(
      'ends before it starts: 6 to 5',
    );
  });
});
