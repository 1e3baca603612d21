import { expect, test, vi } from 'vitest';
import { playSeedsFrom, seedsAtOnce } from './simulation/seeds.js';

const { SIMULATION_SEED, SIMULATION_SCHEDULES } = process.env;

/** The other half of producer.simulation.test.ts, on another worker; a run that names its seeds has them all there. */
test.skipIf(SIMULATION_SEED || SIMULATION_SCHEDULES)(
  'P1 to P7 hold over seeds 251 to 500 with all faults',
  async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    await playSeedsFrom(1 + seedsAtOnce);
    const texts = warned.mock.calls.map(([text]) => String(text));
    expect(texts.filter((text) => !text.includes('thrown by a callback'))).toEqual([]);
    warned.mockRestore();
  },
);
