import { expect, test } from 'vitest';
import { repeatedCode } from '../../checks/repeated-code.js';
import { foundBy } from './found-by.js';

const body = (seed: number) =>
  Array.from(
    { length: 12 },
    (_, line) => `  const v${line} = input.get(${seed + line}) + total * ${seed * line};`,
  ).join('\n');
const code = (name: string, seed: number) => `export function ${name}(input, total) {\n${body(seed)}\n}\n`;

test('the same dozen lines in two files are a finding', async () => {
  const found = await foundBy(repeatedCode, {
    'packages/core/src/a.ts': code('first', 7),
    'packages/local/src/b.ts': code('second', 7),
  });
  expect(found).toEqual([expect.stringContaining('stand at packages/')]);
});

test('comments do not hide a repetition', async () => {
  const commented = code('second', 7).replaceAll('\n', '\n  // another word\n');
  const found = await foundBy(repeatedCode, {
    'packages/core/src/a.ts': code('first', 7),
    'packages/local/src/b.ts': commented,
  });
  expect(found).toHaveLength(1);
});

test('different code is not', async () => {
  const found = await foundBy(repeatedCode, {
    'packages/core/src/a.ts': code('first', 7),
    'packages/core/src/b.ts': 'export const b = 1;\n',
  });
  expect(found).toEqual([]);
});
