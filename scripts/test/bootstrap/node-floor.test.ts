import { expect, test } from 'vitest';
import { meetsFloor } from '../../bootstrap/node-floor.mjs';

test.each([
  ['20.0.0', '20', true],
  ['20.19.1', '20.19', true],
  ['22.1.0', '20.19', true],
  ['18.20.4', '20', false],
  ['20.9.0', '20.19', false],
  ['20.19.0', '20.19.1', false],
  ['100.0.0', '20', true],
])('Node %s with a floor of %s: %s', (version, floor, wanted) => {
  expect(meetsFloor(version, floor)).toBe(wanted);
});
