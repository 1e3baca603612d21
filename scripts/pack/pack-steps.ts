import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../bootstrap/set-up.mjs';
import { printFinding } from '../checks/check.js';
import { Workspace } from '../checks/workspace.js';
import { oneFailed, onePassed, oneSkipped, programStep, runProgram, type Step } from '../verify/step.js';
import { judgeApi } from './api-report.js';
import { undeclaredImports } from './declared-imports.js';
import { doorNameProblems } from './door-names.js';
import { type PublishedPackage, publishedPackages } from './doors.js';
import { newerNodes, nodeBinary, otherNodes } from './node-binary.js';
import { sdkFloor } from './sdk-floor.js';
import { SmokeFolder } from './smoke.js';
import { snippetFiles } from './snippets.js';

const sdk = '@aws-sdk/client-kinesis';
const tarballFolder = join(root, 'temp', 'tarballs');
const program = join(root, 'scripts', 'pack', 'smoke', 'program.mjs');

/** Largest tarball, source maps included: a guard against bundling something by accident. */
const tarballCapBytes = 400_000;
/** The local Kinesis is a whole service of 40 operations, for development alone; the producer has 90 source files, twice in its maps. */
const tarballCapsBytes: Readonly<Record<string, number>> = { local: 500_000, producer: 450_000 };

/** What `pnpm pack-check` runs on built packages: how they look from outside, and whether they work there. */
export function packSteps(): readonly Step[] {
  const packages = publishedPackages(root);
  const folder = mkdtempSync(join(tmpdir(), 'pack-smoke-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const smoke = new SmokeFolder(folder);
  return [
    ...packages.flatMap((one) => one.doors.map((door) => apiStep(one, door))),
    { name: 'types and values of the doors', run: () => doorNames(packages) },
    { name: 'declared imports', run: async () => declaredImports(packages) },
    { name: 'pack', run: () => pack(packages) },
    ...packages.map((one) => programStep(`publint ${one.short}`, 'publint', ['--strict', one.folder])),
    ...packages.map((one) => attwStep(one)),
    ...installedSteps(smoke),
    ...packages.filter(({ manifest }) => manifest.bin !== undefined).map((one) => npxStep(smoke, one)),
    ...newestSdkSteps(smoke),
  ];
}

function apiStep(one: PublishedPackage, door: string): Step {
  return {
    name: `API report ${one.short}${door === 'index' ? '' : `/${door}`}`,
    run: async () => {
      const problems = judgeApi(one, door, false);
      return problems.length === 0 ? onePassed : oneFailed(problems.join('\n'));
    },
  };
}

async function doorNames(packages: readonly PublishedPackage[]) {
  const problems = await doorNameProblems(packages);
  return problems.length === 0 ? onePassed : oneFailed(problems.join('\n'));
}

function declaredImports(packages: readonly PublishedPackage[]) {
  const findings = packages.flatMap(({ short, folder, manifest }) => {
    const names = readdirSync(join(folder, 'dist')).filter((name) => /\.c?js$|\.d\.c?ts$/.test(name));
    const built = names.map(
      (name) => [`${short}/dist/${name}`, readFileSync(join(folder, 'dist', name), 'utf8')] as const,
    );
    return undeclaredImports(manifest, new Map(built));
  });
  return findings.length === 0 ? onePassed : oneFailed(findings.map(printFinding).join('\n'));
}

async function pack(packages: readonly PublishedPackage[]) {
  rmSync(tarballFolder, { recursive: true, force: true });
  mkdirSync(tarballFolder, { recursive: true });
  for (const { folder } of packages) {
    const ended = await runProgram('pnpm', ['pack', '--pack-destination', tarballFolder], { cwd: folder });
    if (!ended.ok) return oneFailed(ended.output);
  }
  const large = packages.flatMap(({ short }) => {
    const cap = tarballCapsBytes[short] ?? tarballCapBytes;
    const path = tarballs().find((tarball) => tarball.includes(`shardline-${short}-`));
    const size = path === undefined ? Number.POSITIVE_INFINITY : statSync(path).size;
    return size > cap ? [`${short} has ${size} bytes, more than ${cap}`] : [];
  });
  return large.length === 0 ? onePassed : oneFailed(large.join('\n'));
}

function tarballs(): readonly string[] {
  return readdirSync(tarballFolder).map((name) => join(tarballFolder, name));
}

/** Are the types wrong? Resolution of node10 is among the modes: TypeScript 5 has it where `module` is `commonjs`. */
function attwStep({ short }: PublishedPackage): Step {
  return {
    name: `attw ${short}`,
    async run() {
      const tarball = tarballs().find((path) => path.includes(`shardline-${short}-`)) ?? 'no tarball';
      const ended = await runProgram('attw', [
        tarball,
        '--profile',
        'strict',
        '--format',
        'ascii',
        '--no-emoji',
      ]);
      return ended.ok ? onePassed : oneFailed(ended.output);
    },
  };
}

/** What the documents import of vitest, which is not installed beside the tarballs. */
const vitestInSnippets = `declare module 'vitest' {
  export function beforeAll(run: () => unknown): void;
  export function afterAll(run: () => unknown): void;
  export function test(name: string, run: () => unknown): void;
  export function expect(value: unknown): { resolves: { toHaveProperty(name: string): Promise<void> } };
}
`;

/** From an empty folder, with the oldest SDK that we claim to work with. */
function installedSteps(smoke: SmokeFolder): Step[] {
  const workspace = Workspace.load(root);
  const catalog = workspace.text('pnpm-workspace.yaml') ?? '';
  const versionOf = (name: string): string =>
    new RegExp(`'?${name}'?: (\\S+)`).exec(catalog)?.[1] ?? 'latest';
  const oldest = firstRelease(workspace.rootManifest().engines?.node ?? '');
  const besides = [
    `${sdk}@${sdkFloor(catalog)}`,
    `typescript@${versionOf('typescript')}`,
    `@types/node@${versionOf('@types/node')}`,
  ];
  const usage = readFileSync(join(root, 'scripts', 'pack', 'smoke', 'usage.ts'), 'utf8');
  const documents = workspace.files(
    /^(README\.md|docs\/.*\.md|packages\/[^/]+\/README\.md|examples\/.*\.md)$/,
  );
  const snippets = snippetFiles(new Map(documents.map(({ path, text }) => [path, text])));
  return [
    { name: 'install the tarballs', run: () => smoke.install(tarballs(), besides) },
    { name: 'ESM and CJS from tarballs', run: () => smoke.run(process.execPath, program) },
    ...[oldest, ...otherNodes()].map((version) => ({
      name: `ESM and CJS, Node ${version}`,
      run: () => underNode(version, (node) => smoke.run(node, program)),
    })),
    {
      name: 'TypeScript, NodeNext',
      run: () => smoke.compile({ 'usage.mts': usage, 'usage.cts': usage }, 'NodeNext'),
    },
    { name: 'TypeScript, Node10', run: () => smoke.compile({ 'usage.ts': usage }, 'Node10') },
    { name: 'TypeScript, bundler', run: () => smoke.compile({ 'usage.ts': usage }, 'Bundler') },
    {
      name: 'snippets in the documents',
      run: () => smoke.compile({ ...snippets, 'vitest.d.ts': vitestInSnippets }, 'NodeNext'),
    },
  ];
}

/** A package with a program of its own runs by its name. */
function npxStep(smoke: SmokeFolder, { short, manifest }: PublishedPackage): Step {
  return { name: `npx ${short}`, run: () => smoke.npx(manifest.name) };
}

/** The newest SDK may have left the floor behind: it is tried under the newest Node. */
function newestSdkSteps(smoke: SmokeFolder): Step[] {
  return [
    {
      name: 'newest SDK',
      async run() {
        const replaced = await smoke.replace(`${sdk}@latest`);
        if (replaced.failed > 0) return oneSkipped(`the newest SDK could not be fetched: ${replaced.output}`);
        return underNode(newerNodes.at(-1) ?? '', (node) => smoke.run(node, program));
      },
    },
  ];
}

/** Runs something under another Node; skipped with the reason where that Node cannot be had. */
export async function underNode(
  version: string,
  run: (node: string) => ReturnType<Step['run']>,
): ReturnType<Step['run']> {
  if (process.versions.node.split('.')[0] === version) return run(process.execPath);
  const node = await nodeBinary(version);
  return 'path' in node ? run(node.path) : oneSkipped(node.problem);
}

/** The very first release that `>=20` lets in: `20.0.0`. */
function firstRelease(range: string): string {
  const [major = '', minor = '0', patch = '0'] = range.replace('>=', '').split('.');
  return `${major}.${minor}.${patch}`;
}
