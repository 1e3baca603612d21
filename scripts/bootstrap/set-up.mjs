// From a clean clone and Node with npm to built packages: pinned pnpm, dependencies from the lockfile, build.
// Each step is left out when its inputs have not changed since it last succeeded.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, step } from './progress.mjs';
import { digest, isStamped, stamp } from './stamp.mjs';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pinned = /^pnpm@([^+]+)/.exec(manifest.packageManager)?.[1] ?? '';
const windows = process.platform === 'win32';

/** Version of the pnpm on PATH; asked outside the repository, where pnpm does not swap itself for the pinned one. */
function pnpmOnPath() {
  const found = spawnSync('pnpm', ['--version'], { cwd: tmpdir(), encoding: 'utf8', shell: windows });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

/** Environment whose PATH begins with the pinned pnpm, installed into .tools/ unless it is the machine's own. */
async function withPinnedPnpm() {
  const env = { ...process.env };
  if (pnpmOnPath() === pinned) return env;
  const home = join(root, '.tools', `pnpm-${pinned}`);
  const binaries = join(home, 'node_modules', '.bin');
  if (!existsSync(join(binaries, windows ? 'pnpm.cmd' : 'pnpm'))) {
    await step(`install pnpm ${pinned} into .tools/`, async () => {
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
      await run('npm', ['install', '--no-audit', '--no-fund', `pnpm@${pinned}`], {
        cwd: home,
        shell: windows,
      });
    });
  }
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  env[name] = `${binaries}${delimiter}${env[name] ?? ''}`;
  return env;
}

/** Folders of the workspace that exist. */
function projects() {
  return ['packages', 'examples'].flatMap((parent) =>
    existsSync(join(root, parent))
      ? readdirSync(join(root, parent))
          .map((name) => `${parent}/${name}`)
          .filter((path) => existsSync(join(root, path, 'package.json')))
      : [],
  );
}

/** @param {NodeJS.ProcessEnv} env */
async function installDependencies(env) {
  const manifests = [...projects(), 'benchmarks'].map((path) => `${path}/package.json`);
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', 'package.json', ...manifests];
  const file = join(root, 'node_modules', '.shardline-installed');
  const wanted = digest(root, inputs);
  if (isStamped(file, wanted)) return;
  // engine-strict is for whoever adds a dependency; a tool that wants a later patch of Node must not stop the demo.
  await step('install dependencies', async () => {
    await run('pnpm', ['install', '--frozen-lockfile', '--config.engine-strict=false'], {
      cwd: root,
      shell: windows,
      env: { ...env, CI: 'true' },
    });
  });
  stamp(file, wanted);
}

/** Builds unless the stamp says it was done from exactly these sources. @param {NodeJS.ProcessEnv} env @param {typeof step} within */
export async function buildIfStale(env, within = (_title, work) => work()) {
  const built = projects().filter((path) => existsSync(join(root, path, 'tsup.config.ts')));
  const inputs = built.flatMap((path) => [`${path}/src`, `${path}/package.json`, `${path}/tsup.config.ts`]);
  const shared = [
    'pnpm-lock.yaml',
    'tsconfig.json',
    'tsconfig.base.json',
    'scripts/tsup-package.ts',
    'scripts/type-only-exports.ts',
  ];
  const file = join(root, 'node_modules', '.shardline-built');
  const wanted = digest(root, [...shared, ...inputs]);
  if (isStamped(file, wanted) && built.every((path) => existsSync(join(root, path, 'dist')))) return;
  await within(`build ${built.length} packages`, () =>
    run('pnpm', ['build'], { cwd: root, shell: windows, env }),
  );
  stamp(file, wanted);
}

/** Installs whatever is missing or stale; resolves to the environment to run things in. */
export async function setUp() {
  const env = await withPinnedPnpm();
  await installDependencies(env);
  return env;
}
