import { expect, test } from 'vitest';
import { timeAndChance as exceptions } from '../../checks/exceptions.js';
import { timeAndChance } from '../../checks/time-and-chance.js';
import { foundBy } from './found-by.js';

const listed = Object.fromEntries(exceptions.map(({ path }) => [path, 'setTimeout(run, 1);']));

test.each([
  ['a date made from a number', 'const at = new Date(1000);'],
  ['a date as a type', 'let at: Date; const isDate = at instanceof Date;'],
  ['a member of the same name', 'clock.setTimeout(1); const o = { performance: 1 };'],
  ['arithmetic', 'const x = Math.max(1, 2);'],
  ['hashes', "import { createHash } from 'node:crypto';"],
])('allows %s', async (_name, text) => {
  expect(await foundBy(timeAndChance, { ...listed, 'packages/core/src/a.ts': text })).toEqual([]);
});

test.each([
  'setTimeout(run, 5);',
  'const later = setInterval;',
  'globalThis.setTimeout(run, 5);',
  'setImmediate(run);',
  'const now = Date.now();',
  'const now = globalThis.Date.now();',
  'const now = new Date();',
  'const now = Date();',
  'const now = performance.now();',
  'const now = process.hrtime.bigint();',
  'const signal = AbortSignal.timeout(5);',
  'const x = Math.random();',
  "import { setTimeout as wait } from 'node:timers/promises';",
  "import { randomUUID } from 'node:crypto';",
  'const id = globalThis.crypto.randomUUID();',
])('finds %s', async (text) => {
  expect(await foundBy(timeAndChance, { ...listed, 'packages/core/src/a.ts': text })).toHaveLength(1);
});

test('does not judge tests', async () => {
  expect(await foundBy(timeAndChance, { ...listed, 'packages/core/test/a.test.ts': 'Date.now()' })).toEqual(
    [],
  );
});
