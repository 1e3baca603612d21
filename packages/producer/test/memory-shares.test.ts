import { expect, test } from 'vitest';
import { memoryShares } from '../src/memory-shares.js';

test('P2: what is set aside for encoders and bodies leaves at least half of the bound to records', () => {
  const { setAsideBytes, maxIdleBytes, callBytes } = memoryShares(1_048_576);
  expect(callBytes).toBe(131_072);
  expect(2 * setAsideBytes).toBeLessThanOrEqual(1_048_576 / 2);
  expect(maxIdleBytes).toBeGreaterThanOrEqual(setAsideBytes);
});
