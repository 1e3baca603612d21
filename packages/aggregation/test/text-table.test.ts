import { describe, expect, it } from 'vitest';
import { TextTable } from '../src/text-table.js';

describe('TextTable', () => {
  it.each([0, 1, 100, 5000])(
    'gives each text, however often it is asked, when %i are expected',
    (expected) => {
      const texts = Array.from({ length: 100 }, (_, index) =>
        index % 3 === 0 ? `é${index}` : 'x'.repeat(index),
      );
      const bytes = Buffer.from(texts.join(''), 'utf8');
      const table = new TextTable(bytes, expected);
      let at = 0;
      for (const text of texts) {
        table.add(at, at + Buffer.byteLength(text));
        at += Buffer.byteLength(text);
      }
      expect(table.count).toBe(100);
      for (const index of [99, 0, 50, 50, 3, 99]) expect(table.text(index)).toBe(texts[index]);
      expect(texts.map((_, index) => table.text(index))).toEqual(texts);
    },
  );

  it('reads malformed UTF-8 as Java does, alone and beside other texts', () => {
    const bytes = Buffer.from('6b eda080 61eda080'.replaceAll(' ', ''), 'hex');
    const table = new TextTable(bytes, 3);
    table.add(0, 1);
    table.add(1, 4);
    table.add(4, 8);
    expect([0, 1, 2].map((index) => table.text(index))).toEqual(['k', '\ufffd', 'a\ufffd']);
  });

  it('decodes a text once', () => {
    const bytes = Buffer.from('before');
    const table = new TextTable(bytes, 1);
    table.add(0, 6);
    expect(table.text(0)).toBe('before');
    bytes.write('after!');
    expect(table.text(0)).toBe('before');
  });
});
