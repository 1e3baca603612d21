import { expect, test } from 'vitest';
import { root } from '../../bootstrap/set-up.mjs';
import { loadTables, optionPage } from '../../docs/option-page.js';

const row = { summary: 'It waits.', expected: 'a whole number', accepts: () => true };

test('a row says what an option takes, its default, and why', () => {
  const rows = { lingerMs: { ...row, defaultValue: 1_000, javaName: 'Buffered|Time', reason: 'It pays.' } };
  const page = optionPage([{ owner: '@shardline/producer', options: 'ProducerOptions', rows }]);
  expect(page).toContain('## @shardline/producer: ProducerOptions');
  expect(page).toContain(
    '| `lingerMs` | a whole number | `1_000` | Buffered\\|Time | It waits. | It pays. |',
  );
});

test('required, absent, text and infinite defaults', () => {
  const rows = {
    a: { ...row, required: true },
    b: row,
    c: { ...row, defaultValue: 'auto' },
    d: { ...row, defaultValue: Number.POSITIVE_INFINITY },
  };
  const page = optionPage([{ owner: 'o', options: 'O', rows }]);
  const defaults = page.split('\n').flatMap((line) => (line.startsWith('| `') ? [line.split(' | ')[2]] : []));
  expect(defaults).toEqual(['required', '', "`'auto'`", '`Infinity`']);
});

test('sections come in one order whatever the order of discovery', () => {
  const tables = ['B', 'A'].map((options) => ({ owner: 'o', options, rows: { a: row } }));
  expect(optionPage(tables)).toBe(optionPage(tables.toReversed()));
});

test('tables are read from the sources, and one that is missing is an error', async () => {
  const place = {
    path: 'packages/producer/src/options.ts',
    line: 1,
    exported: true,
    options: 'ProducerOptions',
  };
  const [table] = await loadTables(root, [{ ...place, name: 'producerOptions' }]);
  expect(table?.rows).toHaveProperty('lingerMs');
  await expect(loadTables(root, [{ ...place, name: 'absent' }])).rejects.toThrow('does not export absent');
});
