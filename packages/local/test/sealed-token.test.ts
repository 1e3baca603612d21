import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenSealer } from '../src/sealed-token.js';

const sealer = new TokenSealer('secret');

describe('TokenSealer', () => {
  it('gives back what was sealed', () => {
    const content = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer()));
    fc.assert(
      fc.property(content, (parts) => {
        expect(sealer.open('kind', sealer.seal('kind', parts))).toEqual(parts);
      }),
    );
  });

  it('does not open a token that was changed in any one place', () => {
    const token = sealer.seal('kind', ['stream', 1]);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(sealer.open('kind', token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  it('does not open a token of another kind, another server, or none', () => {
    expect(sealer.open('other', sealer.seal('kind', []))).toBeUndefined();
    expect(sealer.open('kind', new TokenSealer('else').seal('kind', []))).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(sealer.open('kind', text)).toBeUndefined();
      }),
    );
  });
});
