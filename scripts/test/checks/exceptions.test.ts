import { expect, test } from 'vitest';
import { edgeFiles, moduleState, sizeExceptions, timeAndChance, untested } from '../../checks/exceptions.js';

const all = [
  ...Object.values(edgeFiles).flat(),
  ...moduleState,
  ...sizeExceptions,
  ...timeAndChance,
  ...untested,
];

test.each(all)('$path has a reason', ({ reason }) => {
  expect(reason.length).toBeGreaterThan(8);
});
