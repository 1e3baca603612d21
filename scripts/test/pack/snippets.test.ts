import { expect, test } from 'vitest';
import { snippetFiles, snippetsOf } from '../../pack/snippets.js';

test('blocks marked ts are snippets, others are not', () => {
  const text = '# A\n\n```ts\nconst a = 1;\n```\n\n```sh\nnpm test\n```\n\n```js\nb();\n```\n';
  expect(snippetsOf(text)).toEqual([{ line: 4, code: 'export {}; \nconst a = 1;\n' }]);
});

test('what a block takes for granted is put before it, on one line', () => {
  const text =
    '<!-- given:\ndeclare const log: Console;\ndeclare const n: number;\n-->\n\n```ts\nlog.info(n);\n```\n';
  expect(snippetsOf(text)).toEqual([
    { line: 7, code: 'export {}; declare const log: Console; declare const n: number;\nlog.info(n);\n' },
  ]);
});

test('what is given to one block is not given to the next', () => {
  const text = '<!-- given: declare const a: 1; -->\n```ts\na;\n```\n\n```ts\nb;\n```\n';
  expect(snippetsOf(text).map(({ code }) => code.includes('declare'))).toEqual([true, false]);
});

test('files are named after their document and line', () => {
  const documents = new Map([['docs/a.md', '```ts\nx;\n```\n']]);
  expect(Object.keys(snippetFiles(documents))).toEqual(['docs-a.md-line-2.mts']);
});
