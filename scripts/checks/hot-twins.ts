import { basename, dirname } from 'node:path/posix';
import type { Check, Finding } from './check.js';
import { importsOf } from './imports.js';
import type { Workspace } from './workspace.js';

const hot = /^packages\/[^/]+\/src\/(.*\/)?hot\/[^/]+\.ts$/;

/** Code that is ugly to be fast stands beside its plain twin, and one test compares the two. */
export const hotTwins: Check = {
  name: 'hot files have their twins',
  find: (workspace) => workspace.files(hot).flatMap(({ path }) => judge(workspace, path)),
};

function judge(workspace: Workspace, path: string): Finding[] {
  if (path.endsWith('.reference.ts')) {
    const fast = path.replace('.reference.ts', '.ts');
    return workspace.has(fast)
      ? []
      : [{ path, problem: `is the reference of ${basename(fast)}, which does not exist` }];
  }
  const reference = path.replace(/\.ts$/, '.reference.ts');
  if (!workspace.has(reference))
    return [{ path, problem: `needs its plain twin ${basename(reference)} beside it` }];
  const folder = dirname(path).replace('/src/', '/test/');
  const name = basename(path, '.ts');
  const both = [`${name}.js`, `${name}.reference.js`];
  const tests = workspace.files(/\.test\.ts$/).filter((test) => test.path.startsWith(`${folder}/${name}.`));
  const differential = tests.some((test) => {
    const imported = importsOf(workspace.tree(test)).map(({ specifier }) => basename(specifier));
    return both.every((twin) => imported.includes(twin));
  });
  if (differential) return [];
  return [
    {
      path,
      problem: `needs a test ${folder}/${name}.test.ts that imports it and its twin and compares them`,
    },
  ];
}
