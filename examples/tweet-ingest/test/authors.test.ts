import { describe, expect, it } from 'vitest';
import { Authors } from '../src/authors.js';
import { Dice } from '../src/dice.js';

const shape = { count: 2_000, exponent: 1, flattening: 10 };

describe('Authors', () => {
  it('gives every author an id of the kind that X gives, each once', () => {
    const { all } = new Authors(new Dice(1), shape);
    expect(new Set(all.map(({ id }) => id)).size).toBe(shape.count);
    for (const { id } of all) expect(id).toMatch(/^(\d{8,10}|\d{19})$/);
    const old = all.filter(({ id }) => id.length <= 10).length / all.length;
    expect(old).toBeGreaterThan(0.25);
    expect(old).toBeLessThan(0.35);
  });

  it('picks each author as often as its share says', () => {
    const authors = new Authors(new Dice(2), shape);
    const dice = new Dice(3);
    const picks = new Map<string, number>();
    for (let drawn = 0; drawn < 100_000; drawn += 1) {
      const { id } = authors.pick(dice);
      picks.set(id, (picks.get(id) ?? 0) + 1);
    }
    for (const rank of [0, 1, 9]) {
      const expected = (authors.shares[rank] ?? 0) * 100_000;
      const seen = picks.get(authors.at(rank).id) ?? 0;
      expect(Math.abs(seen - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('refuses a rank that nobody has', () => {
    expect(() => new Authors(new Dice(1), shape).at(2_000)).toThrow('no author of rank 2000');
  });
});
