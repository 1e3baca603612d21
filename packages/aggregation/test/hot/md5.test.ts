/**
 * The written-out MD5 against node:crypto. Catches a wrong step, a wrong length, a missed second block and a wrong UTF-8 form. Cannot
 * catch texts over 256 characters other than the few listed.
 */
import { describe, expect, it } from 'vitest';
import { md5Bytes, md5Text } from '../../src/hot/md5.js';
import { md5BytesReference, md5TextReference } from '../../src/hot/md5.reference.js';
import { seededRandom } from '../seeded-random.js';

const ours = new Uint32Array(4);
const theirs = new Uint32Array(4);

function textsDiffer(text: string): boolean {
  md5Text(text, ours);
  md5TextReference(text, theirs);
  return ours.some((word, at) => word !== theirs[at]);
}

describe('md5Text', () => {
  it.each([
    ['one byte', 'k'],
    ['two bytes', 'é'],
    ['three bytes', '語'],
    ['four bytes', '🝊'],
    ['NUL', '\0'],
    ['the last one-byte character', '\x7f'],
    ['the first two-byte character', '\x80'],
  ])('agrees at every length from 0 to 256 of characters of %s', (_, character) => {
    const wrong = Array.from({ length: 257 }, (_, length) => length).filter((length) =>
      textsDiffer(character.repeat(length)),
    );
    expect(wrong).toEqual([]);
  });

  it('hashes a lone surrogate as U+FFFD', () => {
    for (const text of [
      '\ud800',
      '\udfff',
      'a\ud83d',
      '\ude00a',
      `${'x'.repeat(54)}\ud800`,
      `${'x'.repeat(300)}\udc00`,
    ]) {
      expect(textsDiffer(text)).toBe(false);
      md5Text(Buffer.from(text, 'utf8').toString('utf8'), theirs);
      expect(ours).toEqual(theirs);
    }
  });

  it('agrees on 100,000 random keys', () => {
    const random = seededRandom(1);
    const wrong: string[] = [];
    for (let key = 0; key < 100_000; key++) {
      const text = randomText(random);
      if (textsDiffer(text)) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });

  it('keeps nothing of an earlier, longer text', () => {
    md5Text('x'.repeat(200), ours);
    expect(textsDiffer('')).toBe(false);
    md5Text('é'.repeat(50), ours);
    expect(textsDiffer('ab')).toBe(false);
  });
});

describe('md5Bytes', () => {
  it('agrees at every length and place', () => {
    const random = seededRandom(2);
    const bytes = Uint8Array.from({ length: 400 }, () => random() * 256);
    const wrong: number[] = [];
    for (let length = 0; length <= 300; length++) {
      const from = length % 7;
      md5Bytes(bytes, from, from + length, ours);
      md5BytesReference(bytes, from, from + length, theirs);
      if (ours.some((word, at) => word !== theirs[at])) wrong.push(length);
    }
    expect(wrong).toEqual([]);
  });
});

/** 1 to 256 code points, most keys in ASCII, some of every UTF-8 length, now and then a lone surrogate. */
function randomText(random: () => number): string {
  const length = 1 + Math.floor(random() ** 3 * 256);
  const ascii = random() < 0.4;
  let text = '';
  for (let at = 0; at < length; at++) {
    const pick = ascii ? 0 : random();
    if (pick < 0.4) text += String.fromCharCode(random() * 0x80);
    else if (pick < 0.6) text += String.fromCharCode(0x80 + random() * 0x780);
    else if (pick < 0.8) text += String.fromCharCode(0x800 + random() * 0xf800);
    else text += String.fromCodePoint(0x1_0000 + Math.floor(random() * 0x10_0000));
  }
  return text;
}
