import { test } from 'vitest';
import { playSeedsFrom } from './simulation/seeds.js';

/**
 * Seeds of a fleet of workers over a table and a service that misbehave, in virtual time: crashes, pauses, stops, splits, merges,
 * failing handlers. Catches: records lost, skipped, out of order or delivered by two workers' leave; checkpoints that run ahead or
 * back; children before parents; buffers above their bound; fleets that do not heal. Cannot catch: what the SDK, DynamoDB, sockets and
 * real clocks add (integration tests), speed.
 */
test('C1 to C7 and C10 to C12 hold over seeds 1 to 100 with faults', async () => {
  await playSeedsFrom(1);
});
