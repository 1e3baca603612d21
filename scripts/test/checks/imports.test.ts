import { expect, test } from 'vitest';
import { importsOf } from '../../checks/imports.js';
import { Workspace } from '../../checks/workspace.js';

function referencesIn(text: string): string[] {
  const workspace = new Workspace({ 'a.ts': text });
  const [file] = workspace.files(/a\.ts$/);
  if (file === undefined) throw new Error('the file is there');
  return importsOf(workspace.tree(file)).map(
    ({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' (type)' : ''}`,
  );
}

test.each([
  ["import { a } from 'x';", 'x'],
  ["import * as a from 'x';", 'x'],
  ["import 'x';", 'x'],
  ["import type { A } from 'x';", 'x (type)'],
  ["export { a } from 'x';", 'x'],
  ["export * from 'x';", 'x'],
  ["export type { A } from 'x';", 'x (type)'],
  ["const a = await import('x');", 'x'],
  ["const a = require('x');", 'x'],
  ["let a: import('x').A;", 'x (type)'],
])('%s names %s', (text, wanted) => {
  expect(referencesIn(text)).toEqual([wanted]);
});

test('an import of nothing but inline types still loads the module', () => {
  expect(referencesIn("import { type A } from 'x';")).toEqual(['x']);
});
