import { expect, test } from 'vitest';
import { verdictTable } from '../src/verdict-table.js';

test('verdictTable aligns labels and counts, leaves rare rows out, and ends with the conclusion', () => {
  const rows = [
    { label: 'many', count: 12_345, examples: [] },
    { label: 'rare', count: 0, rare: true },
    { label: 'a longer one', count: 7, examples: ['1', '2'], rare: true },
    { label: 'none', count: 0 },
  ];
  expect(verdictTable(rows, 'That is all.')).toBe(
    ['many          12,345', 'a longer one       7  1, 2', 'none               0', 'That is all.'].join('\n'),
  );
});
