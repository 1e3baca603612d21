import { expect, test } from 'vitest';
import { exportBudget } from '../../checks/export-budget.js';
import { foundBy } from './found-by.js';

const door = 'packages/core/src/index.ts';
const names = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`).join(', ');

test('fifteen values and any number of types are within the budget', async () => {
  const text = `export { ${names(15)}, type B, type C } from './a.js';\nexport type { D } from './d.js';`;
  expect(await foundBy(exportBudget, { [door]: text })).toEqual([]);
});

test('the sixteenth value is a finding', async () => {
  const text = `export { ${names(15)} } from './a.js';\nexport { b } from './b.js';`;
  expect(await foundBy(exportBudget, { [door]: text })).toEqual([expect.stringContaining('16 values')]);
});

test('code in a door is a finding', async () => {
  expect(await foundBy(exportBudget, { [door]: 'export const a = 1;' })).toHaveLength(1);
});

test('the door for siblings has no budget', async () => {
  const text = `export { ${names(40)} } from './a.js';`;
  expect(await foundBy(exportBudget, { 'packages/core/src/internal.ts': text })).toEqual([]);
});
