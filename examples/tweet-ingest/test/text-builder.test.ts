import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCodePoints, TextBuilder } from '../src/text-builder.js';

describe('TextBuilder', () => {
  it('places each piece in code points, whatever the script', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1 }), (pieces) => {
        const builder = new TextBuilder();
        const spans = pieces.map((piece) => ({ piece, ...builder.append(piece) }));
        const points = [...builder.text];
        expect(builder.length).toBe(points.length);
        for (const { piece, start, end } of spans) expect(points.slice(start, end).join('')).toBe(piece);
      }),
    );
  });

  it('counts a surrogate pair as one code point', () => {
    expect(countCodePoints('a😷é')).toBe(3);
  });
});
