import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyBlock } from '../src/hot/key-block.js';
import { openMd5Engine } from '../src/md5-engine.js';
import { StringTable } from '../src/string-table.js';

const tag = 0x0a;
const keyBlock = new KeyBlock(openMd5Engine());

/** The table as it should be stored: tag, length and UTF-8 form of each text. */
function stored(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.map((text) => {
      const bytes = Buffer.from(text, 'utf8');
      const length = bytes.length < 0x80 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
      return Buffer.concat([Buffer.of(tag, ...length), bytes]);
    }),
  );
}

function contents(table: StringTable): Buffer {
  const out = Buffer.alloc(table.sizeBytes + 3);
  expect(table.writeTo(out, 3)).toBe(out.length);
  return out.subarray(3);
}

describe('StringTable', () => {
  it('finds each text at its place, whatever the hashes', () => {
    const entry = fc.tuple(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(0, 1, -1, 32, 64, 0x7fff_ffff, -0x8000_0000),
    );
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ([text]) => text, maxLength: 100 }), (entries) => {
        const table = new StringTable(tag, keyBlock);
        entries.forEach(([text, hash], index) => {
          expect(table.placeOf(text, hash)).toBe(index);
          const before = table.sizeBytes;
          const bytes = table.bytesOf(text);
          expect(table.sizeBytes).toBe(before);
          expect(table.count).toBe(index);
          table.add(text);
          expect(table.sizeBytes).toBe(before + bytes);
        });
        entries.forEach(([text, hash], index) => {
          expect(table.placeOf(text, hash)).toBe(index);
        });
        expect(contents(table).equals(stored(entries.map(([text]) => text)))).toBe(true);
      }),
    );
  });

  it('adds the text that was looked for last', () => {
    const table = new StringTable(tag, keyBlock);
    table.placeOf('not added', 3);
    table.bytesOf('not added');
    expect(table.placeOf('added', 5)).toBe(0);
    table.add('added');
    expect(table.placeOf('not added', 5)).toBe(1);
    expect(table.placeOf('not added', 3)).toBe(1);
    expect(contents(table).equals(stored(['added']))).toBe(true);
  });

  it.each([
    '',
    'a',
    'x'.repeat(126),
    'x'.repeat(127),
    'x'.repeat(128),
    'x'.repeat(256),
    'x'.repeat(257),
    'x'.repeat(3_000),
    'é'.repeat(63),
    'é'.repeat(64),
    '語'.repeat(200),
    '語'.repeat(400),
  ])('stores %s', (text) => {
    const table = new StringTable(tag, keyBlock);
    table.placeOf(text, 1);
    table.add(text);
    expect(contents(table).equals(stored([text]))).toBe(true);
    expect(table.placeOf(text, 1)).toBe(0);
    expect(table.placeOf(`${text}x`, 1)).toBe(1);
    if (text !== '') expect(table.placeOf(`${text.slice(0, -1)}y`, 1)).toBe(1);
    if (text !== '') expect(table.placeOf(text.slice(0, -1), 1)).toBe(1);
  });

  it.each([3, 300])('keeps its memory when it is emptied of %i texts, and nothing else', (count) => {
    const table = new StringTable(tag, keyBlock);
    // Two of each, so that searches pass over others.
    const hashOf = (index: number) => (index >> 1) * 7;
    const fill = (texts: number, name: string) => {
      for (let index = 0; index < texts; index++) {
        expect(table.placeOf(`${name} ${index}`, hashOf(index))).toBe(index);
        table.add(`${name} ${index}`);
      }
    };
    fill(300, 'first');
    const { capacityBytes } = table;
    table.reset();
    fill(count, 'second');
    table.reset();
    expect([table.count, table.sizeBytes, table.capacityBytes]).toEqual([0, 0, capacityBytes]);
    fill(count, 'second');
    for (let index = 0; index < count; index++)
      expect(table.placeOf(`second ${index}`, hashOf(index))).toBe(index);
    table.reset();
    fill(300, 'third');
    for (const name of ['first', 'second']) expect(table.placeOf(`${name} 1`, hashOf(1))).toBe(300);
    for (let index = 0; index < 300; index++)
      expect(table.placeOf(`third ${index}`, hashOf(index))).toBe(index);
  });

  it('keeps texts apart that others look like in the key block', () => {
    const table = new StringTable(tag, keyBlock);
    for (const text of ['ab', 'abc', 'abcd', 'abcde']) {
      table.placeOf(text, 9);
      table.add(text);
      keyBlock.hold('something else');
    }
    expect(['abcde', 'abcd', 'abc', 'ab', 'a'].map((text) => table.placeOf(text, 9))).toEqual([
      3, 2, 1, 0, 4,
    ]);
  });
});
