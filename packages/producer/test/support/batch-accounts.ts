import type { BatchAccount } from '../../src/batch-memory.js';

/** For a call whose memory nobody counts. */
export const uncounted: BatchAccount = { hold() {}, mostCallBytes: 0 };

/** One whose sum a test looks at. */
export function makeAccount(mostCallBytes = 100_000) {
  const held = { bytes: 0 };
  const account: BatchAccount = {
    hold(deltaBytes) {
      held.bytes += deltaBytes;
    },
    mostCallBytes,
  };
  return { held, account };
}
