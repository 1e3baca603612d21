import { root } from '../bootstrap/set-up.mjs';
import { loadTables, optionPage } from '../docs/option-page.js';
import type { Check, Finding } from './check.js';
import { optionTablesOf } from './option-tables.js';
import type { Workspace } from './workspace.js';

export const optionPagePath = 'docs/options.md';

/** Every option has its row in docs/options.md, which is made from the packages' option tables. */
export const optionRows: Check = {
  name: 'every option has its row',
  find: async (workspace) => {
    const hidden = hiddenTables(workspace);
    if (hidden.length > 0) return hidden;
    const page = optionPage(await loadTables(root, optionTablesOf(workspace)));
    if (workspace.text(optionPagePath) === page) return [];
    return [{ path: optionPagePath, problem: 'differs from the option tables: run pnpm fix' }];
  },
};

/** Tables that the page cannot show: not exported, or not of named options. */
export function hiddenTables(workspace: Workspace): readonly Finding[] {
  return optionTablesOf(workspace)
    .filter(({ exported, options }) => !exported || options === undefined)
    .map(({ path, line, name }) => ({
      path,
      line,
      problem: `${name}: export it as OptionTable<keyof SomeOptions>, so that ${optionPagePath} can show it`,
    }));
}
