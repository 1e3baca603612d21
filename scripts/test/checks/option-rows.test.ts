import { expect, test } from 'vitest';
import { root } from '../../bootstrap/set-up.mjs';
import { hiddenTables, optionPagePath, optionRows } from '../../checks/option-rows.js';
import { Workspace } from '../../checks/workspace.js';

const source = 'packages/producer/src/options.ts';
const table = Workspace.load(root).text(source) ?? '';

test('a page that lacks the options is a finding', async () => {
  const findings = await optionRows.find(new Workspace({ [source]: table, [optionPagePath]: '# Options\n' }));
  expect(findings).toEqual([{ path: optionPagePath, problem: expect.stringContaining('pnpm fix') }]);
});

test('a table that the page cannot show is a finding', () => {
  const workspace = new Workspace({ [source]: 'const table: OptionTable<keyof A> = {};' });
  expect(hiddenTables(workspace)).toEqual([expect.objectContaining({ path: source, line: 1 })]);
});
