import { defineConfig } from 'tsup';

/** The command, and the demo with the processes it starts. ESM only: nothing imports this package, so it needs no declarations and no CJS. */
export default defineConfig({
  entry: ['src/cli.ts', 'src/demo.ts', 'src/demo-servers.ts', 'src/demo-worker.ts'],
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: true,
});
