import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../src/line-splitter.js';

const bytes = (text: string) => Buffer.from(text);

function split(chunks: readonly Uint8Array[], maxLineBytes = 1_000): [number, string | undefined][] {
  const splitter = new LineSplitter(maxLineBytes);
  const lines = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
  return lines.map((line) => [line.number, line.bytes && Buffer.from(line.bytes).toString()]);
}

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    const text = fc
      .array(fc.constantFrom('a', 'ñ', '😷', '\n', '\r\n', '{}', ' '))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(20)), (whole, cuts) => {
        const all = bytes(whole);
        const chunks: Uint8Array[] = [];
        let from = 0;
        for (const cut of cuts) {
          chunks.push(all.subarray(from, from + cut));
          from += cut;
        }
        chunks.push(all.subarray(from));
        const expected = whole.split('\n').map((line) => line.replace(/\r$/, ''));
        if (whole === '' || whole.endsWith('\n')) expected.pop();
        expect(split(chunks)).toEqual(expected.map((line, index) => [index + 1, line]));
      }),
    );
  });

  it('gives a last line that has no end, and none after a line end', () => {
    expect(split([bytes('a\nb')])).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(split([bytes('a\n')])).toEqual([[1, 'a']]);
    expect(split([])).toEqual([]);
  });

  it('drops a byte order mark in front of the first line only', () => {
    expect(split([bytes('\ufeff{}\n\ufeffx\n')])).toEqual([
      [1, '{}'],
      [2, '\ufeffx'],
    ]);
  });

  it('reports a line that is too long without its bytes, and goes on with the next', () => {
    const long = bytes('x'.repeat(11));
    expect(split([bytes('0123456789\n'), long, bytes('\nok\n')], 10)).toEqual([
      [1, '0123456789'],
      [2, undefined],
      [3, 'ok'],
    ]);
    expect(split([long], 10)).toEqual([[1, undefined]]);
  });

  it('does not count a CR or a byte order mark towards the limit', () => {
    expect(split([bytes('\ufeff01234'), bytes('56789\r'), bytes('\n')], 10)).toEqual([[1, '0123456789']]);
  });

  it('holds no more than the limit of a line without end', () => {
    const splitter = new LineSplitter(1_000);
    const held = Array.from({ length: 2_000 }, () => {
      splitter.push(Buffer.alloc(300, 0x78));
      return splitter.heldBytes;
    });
    expect(held.slice(0, 4)).toEqual([300, 600, 900, 0]);
    expect(Math.max(...held)).toBe(900);
    expect(splitter.push(bytes('\nok\n')).map((line) => line.bytes?.length)).toEqual([undefined, 2]);
  });
});
