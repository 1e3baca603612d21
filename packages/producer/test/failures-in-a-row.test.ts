import { expect, test } from 'vitest';
import { FailuresInARow } from '../src/failures-in-a-row.js';

const last = { next: () => 1 };
const first = { next: () => 0 };

test('each failure in a row waits for longer, up to half a minute, and a success ends the row', () => {
  const failures = new FailuresInARow();
  const waits = Array.from({ length: 9 }, () => failures.failedMs(last));
  expect(waits).toEqual([700, 1_200, 2_200, 4_200, 8_200, 16_200, 30_200, 30_200, 30_200]);
  failures.succeeded();
  expect(failures.failedMs(last)).toBe(700);
});

test('never at once, whatever chance has it', () => {
  expect(new FailuresInARow().failedMs(first)).toBe(200);
});
