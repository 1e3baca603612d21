import { expect, test } from 'vitest';
import { root } from '../../bootstrap/set-up.mjs';
import { Workspace } from '../../checks/workspace.js';

test('the repository is loaded without what is not its own', () => {
  const workspace = Workspace.load(root);
  expect(workspace.has('scripts/checks/workspace.ts')).toBe(true);
  expect(workspace.files(/(^|\/)(node_modules|dist|\.git)\//)).toEqual([]);
});

test('packages are the folders of packages/ with a package.json', () => {
  const workspace = new Workspace({
    'packages/a/package.json': '{ "name": "@shardline/a" }',
    'packages/b/src/index.ts': '',
    'examples/c/package.json': '{}',
  });
  expect(workspace.packages().map(({ folder, short }) => [folder, short])).toEqual([['packages/a', 'a']]);
});

test('files come in order of path', () => {
  const workspace = new Workspace({ 'b.ts': '', 'a.ts': '', 'c.md': '' });
  expect(workspace.files(/\.ts$/).map(({ path }) => path)).toEqual(['a.ts', 'b.ts']);
});
