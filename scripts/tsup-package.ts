import { readFileSync, writeFileSync } from 'node:fs';
import { build, defineConfig } from 'tsup';
import { withTypeOnlyExports } from './type-only-exports.js';

/** `engines.node` of the root package.json is the one place that says which Node is the oldest. */
function oldestNode(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { engines: { node: string } }).engines.node.replace('>=', 'node');
}

/**
 * The build of every package: ESM and CJS with declarations for each.
 *
 * Doors of one package share their code in chunks: two copies of an error class would break `instanceof` inside one
 * module system. p-queue is ESM only and `require()` of it fails on Node 20 before 20.19, so the CJS output carries it.
 */
export function packageBuild(entry: string[] = ['src/index.ts']): ReturnType<typeof defineConfig> {
  const shared = {
    entry,
    target: oldestNode(),
    sourcemap: true,
    treeshake: true,
    splitting: true,
    silent: true,
  };
  return defineConfig([
    { ...shared, format: 'esm', onSuccess: () => declare(entry) },
    { ...shared, format: 'cjs', noExternal: ['p-queue'] },
  ]);
}

/** Writes the declarations of the doors, and sees to it that they promise no value that a door does not have. */
async function declare(entry: readonly string[]): Promise<void> {
  const format = ['esm', 'cjs'] as const;
  await build({ entry: [...entry], format: [...format], dts: { only: true }, silent: true, config: false });
  for (const source of entry) {
    const door = readFileSync(source, 'utf8');
    for (const extension of ['.d.ts', '.d.cts']) {
      const built = source.replace(/^src/, 'dist').replace(/\.ts$/, extension);
      writeFileSync(built, withTypeOnlyExports(door, readFileSync(built, 'utf8')));
    }
  }
}
