import { simulateSchedules } from '@shardline/testing';
import { expect } from 'vitest';
import { happenings } from './fleet.js';
import { playConsumers, type ScenarioReport } from './scenario.js';

/** How many seeds {@link playSeeds} plays. */
export const seedsAtOnce = 100;

/** Plays seeds and counts what happened in them, so that no kind of trouble is missing. */
export async function playSeeds(
  firstSeed: number,
  environment: Record<string, string | undefined>,
): Promise<void> {
  const reports: ScenarioReport[] = [];
  const replayCommand = (seed: number) => `pnpm simulate --seed ${seed}`;
  await simulateSchedules(
    { firstSeed, schedules: seedsAtOnce, environment, replayCommand },
    async (world) => {
      reports.push(await playConsumers(world));
    },
  );
  if (reports.length < seedsAtOnce) return;
  const total = (count: (report: ScenarioReport) => number) =>
    reports.reduce((sum, one) => sum + count(one), 0);
  expect(total((report) => report.delivered)).toBeGreaterThan(25_000);
  expect(total((report) => report.deliveredAgain)).toBeGreaterThan(500);
  for (const kind of ['throttled', 'lost', 'stalled', 'late'] as const) {
    expect(
      total((report) => report.storeMishaps[kind]),
      kind,
    ).toBeGreaterThan(50);
  }
  for (const what of happenings) {
    expect(
      total((report) => report.counts.get(what) ?? 0),
      what,
    ).toBeGreaterThan(20);
  }
}
