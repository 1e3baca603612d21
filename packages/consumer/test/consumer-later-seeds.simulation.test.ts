import { test } from 'vitest';
import { playSeedsFrom, seedsAtOnce } from './simulation/seeds.js';

const { SIMULATION_SEED, SIMULATION_SCHEDULES } = process.env;

/** The other half of consumer.simulation.test.ts, on another worker; a run that names its seeds has them all there. */
test.skipIf(SIMULATION_SEED || SIMULATION_SCHEDULES)(
  'C1 to C7 and C10 to C12 hold over seeds 101 to 200 with faults',
  async () => {
    await playSeedsFrom(1 + seedsAtOnce);
  },
);
