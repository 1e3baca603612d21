/**
 * The key block, in WebAssembly and in JavaScript, against a Buffer and node:crypto. Catches a wrong step, a wrong length, a missed second
 * block, a wrong UTF-8 form and what an earlier text left behind. Cannot catch texts over 256 UTF-16 units: those are not held.
 */
import { describe, expect, it } from 'vitest';
import { KeyBlock } from '../../src/hot/key-block.js';
import { KeyBlockReference } from '../../src/hot/key-block.reference.js';
import { openMd5Engine } from '../../src/md5-engine.js';
import { noWebAssembly } from '../no-web-assembly.js';
import { seededRandom } from '../seeded-random.js';

const engines = { WebAssembly: openMd5Engine(), JavaScript: openMd5Engine(noWebAssembly) };
const place = 5;
const longest = 256 * 3;

describe.each(Object.entries(engines))('KeyBlock in %s', (_name, engine) => {
  const block = new KeyBlock(engine);
  const reference = new KeyBlockReference();

  it.each([
    ['one byte', 'k'],
    ['two bytes', 'é'],
    ['three bytes', '語'],
    ['four bytes', '🝊'],
    ['NUL', '\0'],
    ['the last one-byte character', '\x7f'],
    ['the first two-byte character', '\x80'],
    ['a lone surrogate', '\ud800'],
  ])('agrees at every length from 0 to 256 of characters of %s', (_, character) => {
    const wrong = Array.from({ length: 257 }, (_, length) => length)
      .map((length) => character.repeat(length))
      .filter((text) => text.length <= 256 && differs(text));
    expect(wrong).toEqual([]);
  });

  it('agrees on lone surrogates wherever they stand', () => {
    const texts = ['\udfff', 'a\ud83d', '\ude00a', `${'x'.repeat(54)}\ud800`, `${'x'.repeat(200)}\udc00`];
    expect(texts.filter(differs)).toEqual([]);
    expect(texts.map((text) => Buffer.from(text).toString()).filter(differs)).toEqual([]);
  });

  it('agrees on 100,000 random keys', () => {
    const random = seededRandom(1);
    const wrong: string[] = [];
    for (let key = 0; key < 100_000; key++) {
      const text = randomText(random);
      if (differs(text)) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });

  it('keeps nothing of an earlier, longer text', () => {
    const texts = [
      'x'.repeat(250),
      '',
      'é'.repeat(50),
      'ab',
      'x'.repeat(60),
      'abc',
      'é'.repeat(200),
      'x'.repeat(56),
    ];
    expect(texts.filter(differs)).toEqual([]);
  });

  it('is as before when a text that is held is held again, and anew when it was forgotten', () => {
    for (const text of ['', 'key', 'é', 'x'.repeat(99)]) {
      expect([differs(text), differs(text)]).toEqual([false, false]);
      block.forget();
      expect(differs(text)).toBe(false);
      block.hold('another');
      block.forget();
      expect(differs(text)).toBe(false);
    }
  });

  it('holds no text of more than 256 UTF-16 units, and what it holds stays', () => {
    block.hold('key');
    expect(block.hold('x'.repeat(257))).toBe(false);
    expect(block.byteLength).toBe(3);
    expect(differs('key')).toBe(false);
  });

  it('sees a difference in any byte, and none beyond the text', () => {
    for (const text of ['k', 'ke', 'key', 'keys', 'é', 'a key of some length', 'ü'.repeat(40)]) {
      block.hold(text);
      const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(3, 0x55)]);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      expect(block.standsAt(view, 0)).toBe(true);
      for (let at = 0; at < block.byteLength; at++) {
        bytes.writeUInt8(bytes.readUInt8(at) ^ 0x80, at);
        expect(block.standsAt(view, 0)).toBe(false);
        bytes.writeUInt8(bytes.readUInt8(at) ^ 0x80, at);
      }
    }
  });

  const ours = new Uint32Array(4);
  const theirs = new Uint32Array(4);
  const copied = new DataView(new ArrayBuffer(place + longest + 3));
  const expected = new DataView(new ArrayBuffer(place + longest));

  /** Whether the block and its twin tell anything differently of a text. */
  function differs(text: string): boolean {
    const held = block.hold(text);
    reference.hold(text);
    block.digest(ours);
    reference.digest(theirs);
    block.copyTo(copied, place);
    reference.copyTo(expected, place);
    const end = place + reference.byteLength;
    return !(
      held &&
      block.byteLength === reference.byteLength &&
      ours.every((word, at) => word === theirs[at]) &&
      Buffer.compare(
        Buffer.from(copied.buffer, place, end - place),
        Buffer.from(expected.buffer, place, end - place),
      ) === 0 &&
      block.standsAt(copied, place) &&
      reference.standsAt(copied, place)
    );
  }
});

/** 1 to 256 UTF-16 units, most keys in ASCII, some of every UTF-8 length, now and then a lone surrogate. */
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
  return text.slice(0, 256);
}
