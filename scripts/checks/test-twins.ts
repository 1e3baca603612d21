import { basename } from 'node:path/posix';
import ts from 'typescript';
import { type Check, type Finding, withoutExceptions } from './check.js';
import { untested } from './exceptions.js';
import type { SourceFile, Workspace } from './workspace.js';

const source = /^(packages|examples)\/[^/]+\/src\/.*\.ts$|^scripts\/(checks|docs|pack|verify)\/.*\.ts$/;
const door = /\/(index|internal|connection)\.ts$/;
const reference = /\.reference\.ts$/;

/** The test of `src/loop.ts` is `test/loop.test.ts`, at any depth, so that whoever changes one finds the other. */
export const testTwins: Check = {
  name: 'every source has its test',
  find: (workspace) => withoutExceptions(missing(workspace), untested),
};

function missing(workspace: Workspace): Finding[] {
  const tests = workspace.files(/\.test\.ts$/).map(({ path }) => path);
  return workspace
    .files(source)
    .filter(({ path }) => !door.test(path) && !reference.test(path))
    .filter((file) => hasRunTime(workspace, file))
    .flatMap(({ path }) => {
      const folder = path.startsWith('scripts/') ? 'scripts/test/' : path.replace(/\/src\/.*$/, '/test/');
      const name = basename(path, '.ts');
      const found = tests.some((test) => test.startsWith(folder) && basename(test).startsWith(`${name}.`));
      return found ? [] : [{ path, problem: `has no test: write ${folder}${name}.test.ts` }];
    });
}

/** Whether anything of the file is left when its types are gone. */
function hasRunTime(workspace: Workspace, file: SourceFile): boolean {
  return workspace.tree(file).statements.some((statement) => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return false;
    if (ts.isImportDeclaration(statement)) return false;
    if (ts.isExportDeclaration(statement)) return false;
    return true;
  });
}
