import type { Check } from './check.js';

/** Commands of pnpm and npm themselves, and programs that pnpm runs from node_modules. */
const known = new Set(['install', 'add', 'exec', 'test', 'publish', 'vitest']);
/** `pnpm check` or `npm run demo` in code, inline or at the start of a line of a block. */
const command = /(?:`|^)(?:pnpm|npm run) ([a-z][\w:-]*)/gm;

/** Every command that a document names exists: in the root's package.json, or in that of the document's folder. */
export const documentedCommands: Check = {
  name: 'documented commands exist',
  find: (workspace) =>
    workspace.files(/\.md$/).flatMap(({ path, text }) => {
      const own = workspace.text(path.replace(/[^/]+$/, 'package.json')) ?? '{}';
      const scripts = {
        ...workspace.rootManifest().scripts,
        ...(JSON.parse(own) as { scripts?: object }).scripts,
      };
      return [...text.matchAll(command)].flatMap((match) => {
        const [, name = ''] = match;
        if (known.has(name) || name in scripts) return [];
        const line = text.slice(0, match.index).split('\n').length;
        return [{ path, line, problem: `names the command "${name}", which does not exist` }];
      });
    }),
};
