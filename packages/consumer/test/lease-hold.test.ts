import { expect, test } from 'vitest';
import { wasTaken } from '../src/lease-hold.js';

test.each([
  ['taken', true],
  ['deleted', true],
  ['fenced', true],
  ['stop', false],
  ['hand-off', false],
  ['shard-end', false],
  ['shard-gone', false],
  ['stream-gone', false],
] as const)('a lease that went by "%s" was lost against its will: %s', (reason, taken) => {
  expect(wasTaken(reason)).toBe(taken);
});
