import { describe, expect, it } from 'vitest';
import { emoji, hashtags, phraseBooks, places, sites } from '../src/phrases.js';

describe('phrases', () => {
  it('shares authors out among the languages, each once', () => {
    expect(phraseBooks.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(new Set(phraseBooks.map(({ lang }) => lang)).size).toBe(phraseBooks.length);
  });

  it('has no placeholder in a sentence that the generator would leave standing', () => {
    for (const { sentences } of phraseBooks) {
      for (const sentence of sentences) {
        expect(sentence.replace('{place}', '').replace('{n}', '')).not.toMatch(/[{}]/);
      }
    }
  });

  it.each([
    ['places', places],
    ['hashtags', hashtags],
    ['emoji', emoji],
    ['sites', sites],
  ])('names every one of the %s once', (_, names) => {
    expect(names.length).toBeGreaterThan(1);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name.trim()).toBe(name);
  });

  it('has hashtags without spaces, and links that lead nowhere', () => {
    for (const tag of hashtags) expect(tag).not.toMatch(/[\s#]/u);
    for (const site of sites) expect(site).toMatch(/\.(example|invalid|test)\b/);
  });
});
