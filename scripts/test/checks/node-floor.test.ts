import { expect, test } from 'vitest';
import { nodeFloor } from '../../checks/node-floor.js';
import { foundBy } from './found-by.js';

const agreed = {
  'package.json': '{ "engines": { "node": ">=20" } }',
  'packages/core/package.json': '{ "engines": { "node": ">=20" } }',
  'pnpm-workspace.yaml': "catalog:\n  '@types/node': 20.19.43\n",
  '.github/workflows/ci.yml': 'matrix:\n  node: [20, 22, 24]\n',
  'README.md': 'Needs Node 20 or newer. Also runs on Node 24.',
};

test('everything says the same', async () => {
  expect(await foundBy(nodeFloor, agreed)).toEqual([]);
});

test.each([
  ['packages/core/package.json', '{ "engines": { "node": ">=18" } }'],
  ['packages/core/package.json', '{}'],
  ['examples/a/package.json', '{ "engines": { "node": ">=22" } }'],
  ['examples/a/tsup.config.ts', "target: 'node22'"],
  ['pnpm-workspace.yaml', "catalog:\n  '@types/node': 24.1.0\n"],
  ['.github/workflows/ci.yml', 'matrix:\n  node: [22, 24]\n'],
  ['.github/workflows/ci.yml', 'matrix:\n  node: [20, 22]\n'],
  ['README.md', 'Needs Node 18 or newer.'],
  ['README.md', 'Needs Node.js ≥ 22+.'],
])('%s disagrees: %s', async (path, text) => {
  expect(await foundBy(nodeFloor, { ...agreed, [path]: text })).toHaveLength(1);
});

test('a root without a floor', async () => {
  expect(await foundBy(nodeFloor, { ...agreed, 'package.json': '{}' })).toHaveLength(1);
});
