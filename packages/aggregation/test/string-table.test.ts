import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StringTable } from '../src/string-table.js';

const tag = 0x0a;

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
        const table = new StringTable(tag);
        entries.forEach(([text, hash], index) => {
          expect(table.find(text, hash)).toBe(-1);
          const before = table.sizeBytes;
          const bytes = table.stage(text);
          expect(table.sizeBytes).toBe(before);
          expect(table.count).toBe(index);
          table.add(hash);
          expect(table.sizeBytes).toBe(before + bytes);
        });
        entries.forEach(([text, hash], index) => {
          expect(table.find(text, hash)).toBe(index);
        });
        expect(contents(table).equals(stored(entries.map(([text]) => text)))).toBe(true);
      }),
    );
  });

  it('forgets a text that was staged and not added', () => {
    const table = new StringTable(tag);
    table.stage('a long text that is not taken in');
    expect(table.stage('taken')).toBe(7);
    table.add(5);
    table.stage('not taken either');
    expect(table.find('not taken either', 5)).toBe(-1);
    expect(contents(table).equals(stored(['taken']))).toBe(true);
  });

  it.each([
    '',
    'a',
    'x'.repeat(126),
    'x'.repeat(127),
    'x'.repeat(128),
    'é'.repeat(63),
    'é'.repeat(64),
    '語'.repeat(200),
  ])('stores %s', (text) => {
    const table = new StringTable(tag);
    table.stage(text);
    table.add(1);
    expect(contents(table).equals(stored([text]))).toBe(true);
    expect(table.find(text, 1)).toBe(0);
    expect(table.find(`${text}x`, 1)).toBe(-1);
    if (text !== '') expect(table.find(text.slice(0, -1), 1)).toBe(-1);
  });

  it('keeps its memory when it is emptied, and nothing else', () => {
    const table = new StringTable(tag);
    for (let index = 0; index < 300; index++) {
      table.stage(`key ${index}`);
      table.add(index * 7);
    }
    const { capacityBytes } = table;
    table.reset();
    expect([table.count, table.sizeBytes, table.capacityBytes]).toEqual([0, 0, capacityBytes]);
    expect(table.find('key 5', 35)).toBe(-1);
    table.stage('key 5');
    table.add(35);
    expect(table.find('key 5', 35)).toBe(0);
  });
});
