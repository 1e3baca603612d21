import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import type { TestProject } from 'vitest/node';

type Compiled = 'packages/local' | 'packages/testing' | 'examples/guides' | 'examples/tweet-ingest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a package's compiled programs are, by its folder: `cli.js` for `src/cli.ts`. */
    programs: Readonly<Record<Compiled, string>>;
  }
}

/** What integration tests start in processes of their own, by the folder of the package. */
const sources: Readonly<Record<Compiled, readonly string[]>> = {
  'packages/local': ['src/cli.ts'],
  'packages/testing': ['test/support/endless-writer.ts'],
  'examples/guides': ['test/support/producing-program.ts'],
  'examples/tweet-ingest': ['src/cli.ts', 'src/demo.ts', 'src/demo-servers.ts', 'src/demo-worker.ts'],
};

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Before any test file: compiles these programs with the packages' sources, as the packages are built for publication. A loader
 * that reads the sources at each start takes five times as long to start them, and there are a hundred starts; `dist`
 * would be whatever was built last. While vitest watches, they are compiled again before each run; a source that no test
 * imports, such as a program's own, begins none: that is for whoever changed it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const names = Object.keys(sources) as Compiled[];
  const folderOf = (name: Compiled) => join(root, name, 'temp', String(process.pid));
  const compileAll = async () => {
    for (const name of names) await compile(name, folderOf(name));
  };
  const removeAll = async () => {
    for (const name of names) await rm(folderOf(name), { recursive: true, force: true });
  };
  await compileAll();
  // Why it failed is on the screen by then; tests without a program fail, as they should, and watching goes on.
  project.onTestsRerun(() => compileAll().catch(removeAll));
  const programs = names.map((name) => [name, join(folderOf(name), 'dist')]);
  project.provide('programs', Object.fromEntries(programs) as Record<Compiled, string>);
  return removeAll;
}

/** Into a folder that is to the compiled programs what the package is to `dist`. */
async function compile(name: Compiled, folder: string): Promise<void> {
  await build({
    config: false,
    entry: sources[name].map((source) => join(root, name, source)),
    outDir: join(folder, 'dist'),
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    splitting: true,
    silent: true,
    // Found from the folder of the package. Not so what its packages depend on.
    external: [/^@aws-sdk\//, 'dynalite', 'selfsigned'],
    esbuildOptions(options) {
      options.conditions = ['@shardline/source'];
    },
    // Some of that is CommonJS.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  await copyFile(join(root, name, 'package.json'), join(folder, 'package.json'));
}
