import { expect, it } from 'vitest';
import { deadlineIn } from './support/deadline.js';

it('gives each wait what the ones before it have left', () => {
  let now = 1_000;
  const leftMs = deadlineIn(300, () => now);
  const seen = [leftMs()];
  for (const at of [1_200, 1_299, 1_300, 9_000]) {
    now = at;
    seen.push(leftMs());
  }
  expect(seen).toEqual([300, 100, 1, 1, 1]);
});
