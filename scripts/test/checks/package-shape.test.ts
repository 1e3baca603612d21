import { expect, test } from 'vitest';
import { packageShape } from '../../checks/package-shape.js';
import { foundBy } from './found-by.js';

const good = {
  name: '@shardline/core',
  version: '0.0.0',
  description: 'What it is',
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  files: ['dist'],
  exports: {
    '.': {
      '@shardline/source': './src/index.ts',
      import: { types: './dist/index.d.ts', default: './dist/index.js' },
      require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
    },
    './package.json': './package.json',
  },
  dependencies: { '@shardline/aggregation': 'workspace:^' },
  peerDependencies: { '@aws-sdk/client-kinesis': 'catalog:peers' },
};
const judge = (manifest: object, licence = 'the licence') =>
  foundBy(packageShape, {
    LICENSE: 'the licence',
    'packages/core/LICENSE': licence,
    'packages/core/README.md': '',
    'packages/core/package.json': JSON.stringify({ ...good, ...manifest }),
  });

test('the shape of every package', async () => {
  expect(await judge({})).toEqual([]);
});

test('doors besides the main one, each with its types for the older resolution of TypeScript', async () => {
  const door = {
    '@shardline/source': './src/internal.ts',
    import: { types: './dist/internal.d.ts', default: './dist/internal.js' },
    require: { types: './dist/internal.d.cts', default: './dist/internal.cjs' },
  };
  const exports = { ...good.exports, './internal': door };
  const typesVersions = { '*': { internal: ['./dist/internal.d.ts'] } };
  expect(await judge({ exports, typesVersions })).toEqual([]);
  expect(await judge({ exports })).toEqual([expect.stringContaining('"typesVersions" must be')]);
});

test.each([
  ['another name', { name: 'core' }],
  ['no licence', { license: undefined }],
  ['no description', { description: undefined }],
  ['side effects', { sideEffects: true }],
  ['more files', { files: ['dist', 'src'] }],
  ['an SDK of its own', { dependencies: { '@aws-sdk/client-kinesis': '^3.0.0' } }],
  ['a sibling by number', { dependencies: { '@shardline/aggregation': '1.0.0' } }],
  ['a peer range of its own', { peerDependencies: { '@aws-sdk/client-kinesis': '>=3' } }],
  ['types of a door that is not there', { typesVersions: { '*': { internal: ['./dist/internal.d.ts'] } } }],
  ['a door without CJS', { exports: { '.': { import: './dist/index.js' } } }],
])('%s', async (_name, change) => {
  expect(await judge(change)).toHaveLength(1);
});

test('another licence text', async () => {
  expect(await judge({}, 'all rights reserved')).toHaveLength(1);
});

test('no page for npm', async () => {
  const files = {
    LICENSE: '',
    'packages/core/LICENSE': '',
    'packages/core/package.json': JSON.stringify(good),
  };
  expect(await foundBy(packageShape, files)).toEqual([expect.stringContaining('README.md')]);
});

test('two versions', async () => {
  const found = await foundBy(packageShape, {
    LICENSE: '',
    'packages/core/LICENSE': '',
    'packages/core/README.md': '',
    'packages/core/package.json': JSON.stringify(good),
    'packages/local/LICENSE': '',
    'packages/local/README.md': '',
    'packages/local/package.json': JSON.stringify({ ...good, name: '@shardline/local', version: '0.1.0' }),
  });
  expect(found).toEqual([expect.stringContaining('one version')]);
});
