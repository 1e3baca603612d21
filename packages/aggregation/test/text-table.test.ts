import { describe, expect, it } from 'vitest';
import { TextTable } from '../src/text-table.js';

describe('TextTable', () => {
  it('gives each text, however often it is asked', () => {
    const texts = Array.from({ length: 100 }, (_, index) =>
      index % 3 === 0 ? `é${index}` : 'x'.repeat(index),
    );
    const bytes = Buffer.from(texts.join(''), 'utf8');
    const table = new TextTable(bytes);
    let at = 0;
    for (const text of texts) {
      table.add(at, at + Buffer.byteLength(text));
      at += Buffer.byteLength(text);
    }
    expect(table.count).toBe(100);
    for (const index of [99, 0, 50, 50, 3, 99]) expect(table.text(index)).toBe(texts[index]);
    expect(texts.map((_, index) => table.text(index))).toEqual(texts);
  });

  it('decodes a text once', () => {
    const bytes = Buffer.from('before');
    const table = new TextTable(bytes);
    table.add(0, 6);
    expect(table.text(0)).toBe('before');
    bytes.write('after!');
    expect(table.text(0)).toBe('before');
  });
});
