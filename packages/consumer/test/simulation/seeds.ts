import { expect } from 'vitest';
import { playSeeds } from '../../../testing/test/support/play-seeds.js';
import { happenings } from './fleet.js';
import { playConsumers, type ScenarioReport } from './scenario.js';

/** How many seeds {@link playSeedsFrom} plays. */
export const seedsAtOnce = 100;

/** Plays seeds and counts what happened in them, so that no kind of trouble is missing. */
export async function playSeedsFrom(firstSeed: number): Promise<void> {
  const replayCommand = (seed: number) => `pnpm simulate --seed ${seed}`;
  const reports = await playSeeds({ firstSeed, count: seedsAtOnce, replayCommand }, playConsumers);
  if (!reports) return;
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
