import { describe, expect, it } from 'vitest';
import { Dice } from '../src/dice.js';
import { phraseBooks } from '../src/phrases.js';
import { composeLongText, composeText, ordinaryLength } from '../src/tweet-text.js';

describe('composeText', () => {
  it.each(phraseBooks)('stays within an ordinary post in $lang', (phrases) => {
    const dice = new Dice(1);
    for (let drawn = 0; drawn < 2_000; drawn += 1) {
      const { text } = composeText(dice, phrases, { id: '1', username: 'usuario_12345' });
      expect([...text].length).toBeLessThanOrEqual(ordinaryLength);
      expect(text).toMatch(/^@usuario_12345 /);
      expect(text).not.toMatch(/[{}]/);
    }
  });
});

describe('composeLongText', () => {
  it.each(phraseBooks)('writes 0.5 to 2.8 kB in $lang', (phrases) => {
    const dice = new Dice(2);
    for (let drawn = 0; drawn < 200; drawn += 1) {
      const bytes = Buffer.byteLength(composeLongText(dice, phrases));
      expect(bytes).toBeGreaterThanOrEqual(500);
      expect(bytes).toBeLessThan(2_800);
    }
  });
});
