import { expect, test } from 'vitest';
import { untested } from '../../checks/exceptions.js';
import { testTwins } from '../../checks/test-twins.js';
import { foundBy } from './found-by.js';

const listed = Object.fromEntries(untested.map(({ path }) => [path, 'export const a = 1;']));
const judge = (files: Record<string, string>) => foundBy(testTwins, { ...listed, ...files });
const code = 'export const a = 1;';

test.each([
  'packages/core/test/loop.test.ts',
  'packages/core/test/loop.property.test.ts',
  'packages/core/test/loop.integration.test.ts',
])('%s is the test of src/loop.ts', async (path) => {
  expect(await judge({ 'packages/core/src/loop.ts': code, [path]: '' })).toEqual([]);
});

test.each(['packages/local/test/put.test.ts', 'packages/local/test/operations/put.test.ts'])(
  '%s is the test of a nested source',
  async (path) => {
    expect(await judge({ 'packages/local/src/operations/put.ts': code, [path]: '' })).toEqual([]);
  },
);

test('the test of another package or of a longer name is not', async () => {
  const files = { 'packages/core/test/put.test.ts': '', 'packages/local/test/put-records.test.ts': '' };
  expect(await judge({ 'packages/local/src/operations/put.ts': code, ...files })).toHaveLength(1);
});

test('a file of types only, a door and a reference twin need none', async () => {
  const found = await judge({
    'packages/core/src/shape.ts':
      "import type { B } from './b.js';\nexport interface A { b: B }\nexport type C = A;",
    'packages/core/src/index.ts': "export { a } from './a.js';",
    'packages/core/src/hot/md5.reference.ts': code,
  });
  expect(found).toEqual([]);
});

test('code without a test is a finding', async () => {
  expect(await judge({ 'packages/core/src/loop.ts': code })).toEqual([
    expect.stringContaining('loop.test.ts'),
  ]);
});
