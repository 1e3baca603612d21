import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar } from '../src/demo/bar.js';

describe('bar', () => {
  it('is always as wide as asked for, and never shorter for more', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1, max: 3 }),
        fc.integer({ min: 1, max: 60 }),
        (share, width) => {
          const { filled, empty } = bar(share, width);
          expect([...filled, ...empty].length).toBe(width);
          expect(bar(share + 0.2, width).filled.length).toBeGreaterThanOrEqual(filled.length);
        },
      ),
    );
  });

  it('fills in eighths', () => {
    expect(bar(0.5, 4)).toEqual({ filled: '██', empty: '··' });
    expect(bar(1 / 32, 4)).toEqual({ filled: '▏', empty: '···' });
    expect(bar(1.5, 4)).toEqual({ filled: '████', empty: '' });
  });
});
