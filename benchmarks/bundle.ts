import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Compiles the processes of the benchmarks with the packages' sources, in the way the packages are built for
 * publication, into a folder of this run. Running the sources through a loader instead would time the loader's own rewriting (it names every
 * closure at run time), and running `dist` would time whatever was built last.
 */
export async function bundle(): Promise<string> {
  const folder = join(here, 'dist', String(process.pid));
  const cases = await readdir(join(here, 'cases'));
  await build({
    absWorkingDir: here,
    entryPoints: [
      'child.ts',
      'null-server.ts',
      'limited-server.ts',
      'local-server.ts',
      ...cases.map((file) => join('cases', file)),
    ],
    outdir: folder,
    outbase: here,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    conditions: ['@shardline/source'],
    external: [
      '@aws-sdk/*',
      '@smithy/node-http-handler',
      'aws-kinesis-agg',
      'protobufjs',
      'protobufjs/*',
      'selfsigned',
    ],
    // The SDK's codecs, which our sources bring along, are CommonJS.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  return folder;
}
