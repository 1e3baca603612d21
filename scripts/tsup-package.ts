import { defineConfig } from 'tsup';

/**
 * The build of every package: ESM and CJS with declarations for each.
 * p-queue is ESM only: `require()` of it fails on Node 20 before 20.19, so the CJS output carries it.
 */
export function packageBuild(entry: string[] = ['src/index.ts']): ReturnType<typeof defineConfig> {
  const shared = { entry, target: 'node20', sourcemap: true, treeshake: true, splitting: false } as const;
  return defineConfig([
    { ...shared, format: 'esm', dts: true, clean: true },
    { ...shared, format: 'cjs', dts: true, noExternal: ['p-queue'] },
  ]);
}
