import { expect, it } from 'vitest';
import { machineTiming } from '../src/timing.js';

/** In real time, so nothing is said here about how long anything takes. */
it('machineTiming sleeps until the time is up or the signal fires, and lets others run', async () => {
  const before = machineTiming.nowMs();
  await machineTiming.sleep(1, new AbortController().signal);
  expect(machineTiming.nowMs()).toBeGreaterThanOrEqual(before);
  const hour = 3_600_000;
  await machineTiming.sleep(hour, AbortSignal.abort());
  const stop = new AbortController();
  const asleep = machineTiming.sleep(hour, stop.signal);
  stop.abort();
  await asleep;
  let ran = false;
  setImmediate(() => {
    ran = true;
  });
  await machineTiming.turn();
  expect(ran).toBe(true);
});
