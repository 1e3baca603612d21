import { expect, test } from 'vitest';
import { undeclaredImports } from '../../pack/declared-imports.js';

const manifest = {
  name: '@shardline/core',
  dependencies: { '@smithy/node-http-handler': '^4.0.0' },
  peerDependencies: { '@aws-sdk/client-kinesis': '>=3' },
};
const judge = (text: string, path = 'dist/index.d.ts') =>
  undeclaredImports(manifest, new Map([[path, text]]));

test.each([
  "import { A } from '@aws-sdk/client-kinesis';",
  "import { B } from '@smithy/node-http-handler/deep';",
  "import { C } from './chunk.js';",
  "import { D } from 'node:http';",
  "const e = require('events');",
])('%s', (text) => {
  expect(judge(text)).toEqual([]);
});

test.each([
  ["import { A } from '@smithy/types';", 'dist/index.d.ts'],
  ["type A = import('@aws-sdk/types').Provider<string>;", 'dist/index.d.ts'],
  ["const a = require('p-queue');", 'dist/index.cjs'],
  ["export { a } from '@shardline/aggregation';", 'dist/index.js'],
])('%s in %s is not declared', (text, path) => {
  expect(judge(text, path)).toHaveLength(1);
});
