import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AliasTable } from '../src/alias-table.js';

/** Share of [0, 1) that leads to each index, measured on an even grid. */
function measured(weights: readonly number[], steps = 100_000): number[] {
  const table = new AliasTable(weights);
  const hits = weights.map(() => 0);
  for (let step = 0; step < steps; step += 1) {
    const index = table.pick((step + 0.5) / steps);
    hits[index] = (hits[index] ?? 0) + 1;
  }
  return hits.map((hit) => hit / steps);
}

describe('AliasTable', () => {
  it('gives every index its share of the unit interval', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 12 }), (weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const shares = measured(weights);
        shares.forEach((share, index) => {
          expect(share).toBeCloseTo((weights[index] ?? 0) / total, 3);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('never picks a weight of zero', () => {
    const table = new AliasTable([0, 1, 0, 3]);
    for (let step = 0; step < 10_000; step += 1) expect([1, 3]).toContain(table.pick(step / 10_000));
  });

  it('stays in range at both ends of the interval', () => {
    const table = new AliasTable([1, 2, 3]);
    expect(table.pick(0)).toBeLessThan(3);
    expect(table.pick(1 - 2 ** -32)).toBeLessThan(3);
  });

  it.each([{ weights: [] }, { weights: [0, 0] }, { weights: [1, -1] }, { weights: [Number.NaN] }])(
    'refuses $weights',
    ({ weights }) => {
      expect(() => new AliasTable(weights)).toThrow(RangeError);
    },
  );
});
