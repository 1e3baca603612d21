import { expect, test } from 'vitest';
import { documentedCommands } from '../../checks/documented-commands.js';
import { foundBy } from './found-by.js';

const files = {
  'package.json': '{ "scripts": { "check": "x" } }',
  'benchmarks/package.json': '{ "scripts": { "compare": "x" } }',
};
const judge = (path: string, text: string) => foundBy(documentedCommands, { ...files, [path]: text });

test.each([
  ['README.md', 'Run `pnpm check` or `pnpm install`.'],
  ['README.md', '```sh\npnpm check\n```'],
  ['benchmarks/README.md', '`pnpm compare` and `pnpm check`'],
  ['README.md', 'It needs pnpm and Node.'],
])('%s: %s', async (path, text) => {
  expect(await judge(path, text)).toEqual([]);
});

test.each([
  ['README.md', 'Run `pnpm chek`.'],
  ['README.md', '```sh\nnpm run demonstrate\n```'],
  ['docs/a.md', '`pnpm compare`'],
])('%s: %s is a finding', async (path, text) => {
  expect(await judge(path, text)).toHaveLength(1);
});
