import { siblingDoors } from '../pack/doors.js';
import type { Check, Finding } from './check.js';
import { importsOf, type ModuleReference } from './imports.js';
import type { Manifest, SourceFile, Workspace } from './workspace.js';

const scope = '@shardline/';

/**
 * Which sibling packages the sources of each package may import (docs/architecture.md). Producer and consumer never
 * know each other; `types` may be imported as types only.
 */
const allowed: Readonly<
  Record<string, { readonly values: readonly string[]; readonly types?: readonly string[] }>
> = {
  aggregation: { values: [] },
  core: { values: [] },
  producer: { values: ['aggregation', 'core'] },
  consumer: { values: ['aggregation', 'core'] },
  'checkpoint-dynamodb': { values: ['aggregation', 'core'], types: ['consumer'] },
  local: { values: ['aggregation', 'core'] },
  testing: { values: ['aggregation', 'core', 'local', 'producer', 'consumer'] },
};

const source = /^(packages|examples)\/([^/]+)\/src\/.*\.ts$/;

/** Sources import only the sibling packages below them, through their doors. */
export const packageDirection: Check = {
  name: 'dependency direction',
  find: (workspace) => workspace.files(source).flatMap((file) => judge(workspace, file)),
};

function judge(workspace: Workspace, file: SourceFile): Finding[] {
  const [, parent = '', owner = ''] = source.exec(file.path) ?? [];
  return importsOf(workspace.tree(file)).flatMap((reference) => {
    const problem =
      parent === 'packages'
        ? packageProblem(workspace, file, owner, reference)
        : exampleProblem(workspace, reference);
    return problem === undefined ? [] : [{ path: file.path, line: reference.line, problem }];
  });
}

function packageProblem(
  workspace: Workspace,
  file: SourceFile,
  owner: string,
  reference: ModuleReference,
): string | undefined {
  const { specifier } = reference;
  if (specifier.startsWith('.')) return relativeProblem(file.path, specifier);
  if (!specifier.startsWith(scope)) return undefined;
  const [sibling = '', ...door] = specifier.slice(scope.length).split('/');
  if (sibling === owner) return `imports its own package by name: use a relative path`;
  const rule = allowed[owner];
  if (rule === undefined) return `package "${owner}" has no row in scripts/checks/package-direction.ts`;
  if (!isDoor(workspace, sibling, door)) return `reaches past the doors of ${scope}${sibling}`;
  if (rule.values.includes(sibling)) return undefined;
  if (rule.types?.includes(sibling) === true) {
    return reference.typeOnly ? undefined : `may import ${scope}${sibling} as types only (import type)`;
  }
  return `@shardline/${owner} must not import ${scope}${sibling}`;
}

function exampleProblem(workspace: Workspace, { specifier }: ModuleReference): string | undefined {
  if (!specifier.startsWith(scope)) return undefined;
  const [sibling = '', ...door] = specifier.slice(scope.length).split('/');
  if (!siblingDoors.has(door[0] ?? '') && isDoor(workspace, sibling, door)) return undefined;
  return 'an example imports what a user can: the public doors of a package';
}

/** Whether a package exports this path. */
function isDoor(workspace: Workspace, sibling: string, door: readonly string[]): boolean {
  if (door.length === 0) return true;
  const { exports = {} } = JSON.parse(workspace.text(`packages/${sibling}/package.json`) ?? '{}') as Manifest;
  return `./${door.join('/')}` in exports;
}

function relativeProblem(path: string, specifier: string): string | undefined {
  const depth = path.split('/').length - 4; // folders below packages/<name>/src
  const climbs = specifier.split('/').filter((segment) => segment === '..').length;
  return climbs > depth ? 'leaves src by a relative path: import the package by name' : undefined;
}
