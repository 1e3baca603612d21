import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EncryptionSpans } from '../src/encryption-spans.js';

describe('EncryptionSpans', () => {
  it('covers nothing at first', () => {
    expect(new EncryptionSpans().covers(0)).toBe(false);
  });

  it('tells for every record what was set when it came', () => {
    const steps = fc.array(fc.oneof(fc.constant('record'), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (given) => {
        const spans = new EncryptionSpans();
        const stored: boolean[] = [];
        let encrypted = false;
        for (const step of given) {
          if (typeof step === 'string') {
            stored.push(encrypted);
          } else {
            encrypted = step;
            spans.change(stored.length, step);
          }
        }
        expect(stored.map((_, position) => spans.covers(position))).toEqual(stored);
        expect(spans.covers(stored.length + 5)).toBe(encrypted);
      }),
    );
  });
});
