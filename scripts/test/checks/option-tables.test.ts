import { expect, test } from 'vitest';
import { optionTablesOf } from '../../checks/option-tables.js';
import { Workspace } from '../../checks/workspace.js';

const placesIn = (text: string) => optionTablesOf(new Workspace({ 'packages/core/src/a.ts': text }));

test.each([
  'export const aOptions: OptionTable<keyof AOptions> = {};',
  'export const aOptions = {} satisfies OptionTable<keyof AOptions>;',
  'export const aOptions = Object.freeze({} satisfies OptionTable<keyof AOptions>);',
])('%s', (text) => {
  const path = 'packages/core/src/a.ts';
  expect(placesIn(text)).toEqual([{ path, line: 1, name: 'aOptions', options: 'AOptions', exported: true }]);
});

test('a table that is not exported, or not of named options, is seen too', () => {
  expect(placesIn('const table: OptionTable<string> = {};')).toMatchObject([
    { name: 'table', exported: false },
  ]);
  expect(placesIn('const table: OptionTable<string> = {};')[0]).not.toHaveProperty('options');
});

test('a record of tables, a parameter and an import are none', () => {
  const text =
    "import type { OptionTable } from './b.js';\nconst all: Record<string, OptionTable<string>> = {};\nfunction f(t: OptionTable<string>) { return t; }";
  expect(placesIn(text)).toEqual([]);
});
