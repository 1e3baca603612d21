import { expect, test } from 'vitest';
import { errorRows } from '../../checks/error-rows.js';
import { foundBy } from './found-by.js';

const source = 'packages/core/src/error.ts';
const page = (...codes: string[]) =>
  ['| code | meaning |', '| --- | --- |', ...codes.map((code) => `| \`${code}\` | it failed |`)].join('\n');

test('codes and rows that match', async () => {
  const text = "class AError extends Error { override readonly code = 'A_FAILED'; }";
  expect(await foundBy(errorRows, { [source]: text, 'docs/errors.md': page('A_FAILED') })).toEqual([]);
});

test.each([
  ["class AError extends Error { readonly code = 'A_FAILED'; }"],
  ["class AError extends Error { readonly code = 'A_FAILED' as const; }"],
  ["class AError extends Error { readonly code: 'A_FAILED'; }"],
  ["type Code = 'A_FAILED'; class AError extends Error { readonly code: Code; }"],
])('a code without a row: %s', async (text) => {
  const found = await foundBy(errorRows, { [source]: text, 'docs/errors.md': page() });
  expect(found).toEqual([expect.stringContaining('A_FAILED has no row')]);
});

test('a row without an error', async () => {
  const found = await foundBy(errorRows, { [source]: '', 'docs/errors.md': page('GONE') });
  expect(found).toEqual([expect.stringContaining('remove the row')]);
});

test('a missing page hides nothing', async () => {
  const text = "class AError extends Error { readonly code = 'A_FAILED'; }";
  expect(await foundBy(errorRows, { [source]: text })).toHaveLength(1);
});
