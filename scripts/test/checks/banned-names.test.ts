import { expect, test } from 'vitest';
import { bannedNames } from '../../checks/banned-names.js';
import { foundBy } from './found-by.js';

test.each([
  'packages/core/src/utils.ts',
  'packages/core/src/string-utils.ts',
  'packages/core/src/helpers/split.ts',
  'packages/core/src/lease-manager.ts',
  'packages/core/src/types.ts',
  'packages/core/test/helper.ts',
  'scripts/common.ts',
])('%s', async (path) => {
  expect(await foundBy(bannedNames, { [path]: '' })).toHaveLength(1);
});

test('a class called a manager', async () => {
  expect(await foundBy(bannedNames, { 'packages/core/src/leases.ts': 'class LeaseManager {}' })).toHaveLength(
    1,
  );
});

test('a name that says what the file does', async () => {
  const files = {
    'packages/core/src/member-types.ts': 'class Utility {}',
    'packages/core/src/backoff.ts': '',
  };
  expect(await foundBy(bannedNames, files)).toEqual([]);
});
