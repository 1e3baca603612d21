import { expect, test, vi } from 'vitest';
import { playSeedsFrom } from './simulation/seeds.js';

/**
 * Seeds of a producer against a local Kinesis that misbehaves, with each of its write models, in virtual time. Catches: records lost, doubled in reporting, or
 * acknowledged where a KCL reader drops them; order lost without late stores; bounds exceeded at any step; a flush or close that never ends or waits for too much;
 * what leaves beyond its time to live, fails without a cause, or still fails when its cause is gone.
 * Cannot catch: what the SDK, sockets and real clocks add (integration tests), speed, memory in bytes.
 */
test('P1 to P7 hold over seeds 1 to 250 with all faults', async () => {
  // Callbacks throw on purpose, each producer warns of that once.
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  await playSeedsFrom(1);
  const texts = warned.mock.calls.map(([text]) => String(text));
  expect(texts.filter((text) => !text.includes('thrown by a callback'))).toEqual([]);
  warned.mockRestore();
});
