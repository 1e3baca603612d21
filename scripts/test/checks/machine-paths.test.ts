import { expect, test } from 'vitest';
import { machinePaths } from '../../checks/machine-paths.js';
import { foundBy } from './found-by.js';

test.each([
  `see /${'work'}/main`,
  'cp /tmp/a.json b',
  '/home/somebody/x',
  '/Users/Jane/x',
  'https://registry.npmjs.org/a',
])('%s', async (text) => {
  expect(await foundBy(machinePaths, { 'docs/a.md': text })).toHaveLength(1);
});

test.each([`docs/${'work'}/page`, 'https://example.com/tmp/a', 'a 1/root/2', 'the .tmp/ folder'])(
  '%s is none',
  async (text) => {
    expect(await foundBy(machinePaths, { 'docs/a.md': text })).toEqual([]);
  },
);
