import { expect, test } from 'vitest';
import { isLower } from '../src/sequence-number.js';

test.each([
  ['9', '10', true],
  ['10', '9', false],
  ['19', '20', true],
  ['20', '19', false],
  ['20', '20', false],
  ['', '0', true],
])('%s is lower than %s: %s', (one, other, expected) => {
  expect(isLower(one, other)).toBe(expected);
});
