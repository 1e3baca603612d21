import { expect, test } from 'vitest';
import { root } from '../../bootstrap/set-up.mjs';
import { allChecks } from '../../checks/all-checks.js';
import { Workspace } from '../../checks/workspace.js';

test('every check that exists is run', () => {
  const declared = Workspace.load(root)
    .files(/^scripts\/checks\/.*\.ts$/)
    .filter(({ text }) => /^export const \w+: Check = /m.test(text));
  expect(allChecks).toHaveLength(declared.length);
});

test('names are unique', () => {
  expect(new Set(allChecks.map(({ name }) => name)).size).toBe(allChecks.length);
});
