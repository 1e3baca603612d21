import process from 'node:process';
import { simulateSchedules, type World } from '../../src/index.js';

/** The seeds of one test. */
export interface SeedRange {
  readonly firstSeed: number;
  readonly count: number;
  /** The command that plays one again. */
  readonly replayCommand: (seed: number) => string;
}

/**
 * Plays `scenario` once for each seed of the range, and returns what it reports: nothing where the environment names others, of
 * which nobody knows what happens in them. `SHARDLINE_SEED` does, as for properties: it is added to each, or, where it is `random`,
 * a number of each test's own.
 */
export async function playSeeds<Report>(
  { firstSeed, count, replayCommand }: SeedRange,
  scenario: (world: World) => Promise<Report>,
): Promise<readonly Report[] | undefined> {
  const { SHARDLINE_SEED: elsewhere, ...environment } = process.env;
  const offset = elsewhere === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(elsewhere ?? 0);
  const reports: Report[] = [];
  const seeds = { firstSeed: firstSeed + offset, schedules: count, environment, replayCommand };
  await simulateSchedules(seeds, async (world) => {
    reports.push(await scenario(world));
  });
  return offset === 0 && reports.length >= count ? reports : undefined;
}
