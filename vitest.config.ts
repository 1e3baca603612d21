import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * Every project reads the packages' sources, so no build is needed to test. No 'module' here: vitest hands these
 * conditions to Node, which then loads the AWS SDK's bundler-only files and fails. Nor 'import' or 'default', which both resolvers
 * have anyhow: `require` would get ESM files, and CommonJS packages such as dynalite break.
 */
const conditions = ['@shardline/source', 'node'];
// A minute is for tests that hang, not for slow ones: a loaded machine is no failure.
const project = (name: string, include: string[], exclude: string[] = [], testTimeout = 60_000) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
    testTimeout,
    hookTimeout: testTimeout,
    setupFiles: [fileURLToPath(new URL('vitest.seed.ts', import.meta.url))],
  },
});

const tests = '{packages,examples}/*/test/**';
const others = ['**/*.integration.test.ts', '**/*.simulation.test.ts'];
const unit = project('unit', [`${tests}/*.test.ts`, 'benchmarks/test/**/*.test.ts'], others);
const scripts = project('scripts', ['scripts/test/**/*.test.ts']);
const interop = project('interop', ['interop/test/**/*.interop.test.ts'], [], 300_000);
const simulation = project('simulation', [`${tests}/*.simulation.test.ts`], [], 300_000);
// Two, where each of several processes has a small share of a core.
const integration = project(
  'integration',
  [`${tests}/*.integration.test.ts`, 'benchmarks/test/**/*.integration.test.ts'],
  [],
  120_000,
);
export default defineConfig({
  test: {
    projects: [
      // Not isolated: a process and its imports for each of some 350 files take longer than all tests together. There is
      // no module state that one file could leave to the next (pnpm check).
      { ...unit, test: { ...unit.test, isolate: false, maxWorkers: 2 } },
      // Two files at once: on two cores vitest would run one.
      { ...simulation, test: { ...simulation.test, maxWorkers: 2 } },
      // Not isolated, as the unit tests, and three files at once: many wait for processes, servers and timers, on two cores of CI.
      {
        ...integration,
        test: {
          ...integration.test,
          isolate: false,
          maxWorkers: 3,
          globalSetup: ['scripts/integration/compile-programs.ts'],
          // Sockets of a machine that is busy elsewhere.
          expect: { poll: { timeout: 20_000 } },
        },
      },
      // Three files at once: they wait for other people's programs most of the time, but these start together, each with a
      // core of its own in mind, and CI has two.
      {
        ...interop,
        test: { ...interop.test, globalSetup: ['interop/test/support/prepare.ts'], maxWorkers: 3 },
      },
      // Not isolated: nearly all of their time would go into loading the TypeScript compiler anew for each file.
      { ...scripts, test: { ...scripts.test, isolate: false } },
    ],
  },
});
