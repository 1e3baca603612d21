import type { Check, Finding } from './check.js';
import type { Workspace, WorkspacePackage } from './workspace.js';

/** The SDK clients are the application's: peers, with one tested range for all packages. */
const peerOnly = /^@aws-sdk\//;

/** Published packages have one shape; what users' tools rely on is the same in each. */
export const packageShape: Check = {
  name: 'package shape',
  find: (workspace) => [
    ...workspace.packages().flatMap((one) => judge(workspace, one)),
    ...oneVersion(workspace.packages()),
  ],
};

function judge(workspace: Workspace, one: WorkspacePackage): Finding[] {
  const path = `${one.folder}/package.json`;
  const manifest = JSON.parse(workspace.text(path) ?? '{}') as Readonly<Record<string, unknown>>;
  const doors = Object.entries(one.manifest.exports ?? {}).filter(([door]) => door !== './package.json');
  const licensed = workspace.text(`${one.folder}/LICENSE`) === workspace.text('LICENSE');
  return [
    ...fieldProblems(one, manifest),
    ...(licensed ? [] : ['LICENSE must be the text of the root LICENSE']),
    ...(workspace.has(`${one.folder}/README.md`) ? [] : ['README.md is missing: it is the page on npm']),
    ...doors.flatMap(([door, target]) => doorProblems(door, target)),
    ...oldResolutionProblems(
      manifest,
      doors.map(([door]) => door),
    ),
    ...dependencyProblems(one),
  ].map((problem) => ({ path, problem }));
}

function fieldProblems(one: WorkspacePackage, manifest: Readonly<Record<string, unknown>>): string[] {
  const wanted = {
    name: `@shardline/${one.short}`,
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    files: ['dist'],
  };
  const problems = Object.entries(wanted)
    .filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value))
    .map(([field, value]) => `"${field}" must be ${JSON.stringify(value)}`);
  return typeof manifest.description === 'string' ? problems : [...problems, '"description" is missing'];
}

function dependencyProblems({ manifest }: WorkspacePackage): string[] {
  const dependencies = Object.entries(manifest.dependencies ?? {});
  const peers = Object.entries(manifest.peerDependencies ?? {});
  return [
    ...dependencies
      .filter(([name]) => peerOnly.test(name))
      .map(([name]) => `${name} must be a peer dependency`),
    ...dependencies
      .filter(([name, range]) => name.startsWith('@shardline/') && range !== 'workspace:^')
      .map(([name]) => `${name} must be "workspace:^"`),
    ...peers
      .filter(([name, range]) => peerOnly.test(name) && range !== 'catalog:peers')
      .map(([name]) => `peer ${name} must be "catalog:peers"`),
  ];
}

/** Both module systems, each with types of its own, and the private condition that lets tests read the sources. */
function doorProblems(door: string, target: unknown): string[] {
  const stem = door === '.' ? 'index' : door.slice(2);
  const wanted = {
    '@shardline/source': `./src/${stem}.ts`,
    import: { types: `./dist/${stem}.d.ts`, default: `./dist/${stem}.js` },
    require: { types: `./dist/${stem}.d.cts`, default: `./dist/${stem}.cjs` },
  };
  return JSON.stringify(target) === JSON.stringify(wanted)
    ? []
    : [`exports["${door}"] must be ${JSON.stringify(wanted)}`];
}

/** TypeScript 5 with `module: commonjs` reads no `exports` unless told to: it finds doors besides the main one here. */
function oldResolutionProblems(
  manifest: Readonly<Record<string, unknown>>,
  doors: readonly string[],
): string[] {
  const stems = doors.filter((door) => door !== '.').map((door) => door.slice(2));
  const files = Object.fromEntries(stems.map((stem) => [stem, [`./dist/${stem}.d.ts`]]));
  const wanted = stems.length === 0 ? undefined : { '*': files };
  return JSON.stringify(manifest.typesVersions) === JSON.stringify(wanted)
    ? []
    : [`"typesVersions" must be ${wanted === undefined ? 'absent' : JSON.stringify(wanted)}`];
}

function oneVersion(packages: readonly WorkspacePackage[]): Finding[] {
  const versions = new Set(packages.map(({ manifest }) => manifest.version));
  if (versions.size <= 1) return [];
  return [{ path: 'packages', problem: `all packages share one version; found ${[...versions].join(', ')}` }];
}
