import { defineConfig } from 'vitest/config';

/**
 * Every project reads the packages' sources, so no build is needed to test. No 'module' here: vitest hands these
 * conditions to Node, which then loads the AWS SDK's bundler-only files and fails.
 */
const conditions = ['@shardline/source', 'node', 'import', 'default'];
const project = (name: string, include: string[], exclude: string[] = [], testTimeout = 10_000) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name, include, exclude: ['**/node_modules/**', '**/dist/**', ...exclude], testTimeout },
});

const tests = '{packages,examples}/*/test/**';
const own = '{scripts,benchmarks}/test/**';
export default defineConfig({
  test: {
    projects: [
      project(
        'unit',
        [`${tests}/*.test.ts`, `${own}/*.test.ts`],
        ['**/*.integration.test.ts', '**/*.simulation.test.ts'],
      ),
      project('simulation', [`${tests}/*.simulation.test.ts`], [], 300_000),
      project('integration', [`${tests}/*.integration.test.ts`, `${own}/*.integration.test.ts`], [], 60_000),
    ],
  },
});
