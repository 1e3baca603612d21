import { defineConfig } from 'tsup';

/** Two programs, ESM only: nothing imports this package, so it needs no declarations and no CJS. */
export default defineConfig({
  entry: ['src/cli.ts', 'src/demo.ts'],
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: true,
});
