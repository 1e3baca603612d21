import { expect, test } from 'vitest';
import { documentedFiles } from '../../checks/documented-files.js';
import { foundBy } from './found-by.js';

const files = { 'packages/core/src/clock.ts': '', 'packages/core/src/hot/md5.reference.ts': '' };
const judge = (path: string, text: string) => foundBy(documentedFiles, { ...files, [path]: text });

test.each([
  ['docs/architecture.md', 'See `clock.ts`, `core/src/clock.ts` and `hot/md5.reference.ts`.'],
  ['docs/architecture.md', 'Each has a `.reference.ts` twin; `sdk-*.ts` are the edges.'],
  ['AGENTS.md', 'No `types.ts`.'],
  ['docs/other.md', 'Write `my-test.ts`.'],
])('%s: %s', async (path, text) => {
  expect(await judge(path, text)).toEqual([]);
});

test.each([
  ['docs/architecture.md', '| time | `clocks.ts` |'],
  ['AGENTS.md', 'one\n`hot/clock.ts`'],
  ['docs/architecture.md', '`lock.ts`'],
])('%s: %s is a finding', async (path, text) => {
  expect(await judge(path, text)).toHaveLength(1);
});
