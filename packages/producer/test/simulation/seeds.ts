import { expect } from 'vitest';
import { playSeeds } from '../../../testing/test/support/play-seeds.js';
import { edgeFaultKinds } from './edge-faults.js';
import { happeningKinds, writeModels } from './plan.js';
import { faultNames } from './plan-faults.js';
import { playProducer, type ScenarioReport } from './scenario.js';

/** Everything that goes wrong in the seeds and is counted there. */
export const troubles: readonly string[] = [
  ...faultNames,
  ...edgeFaultKinds,
  ...happeningKinds,
  ...['streamGone', 'poison', 'freeze', 'throwingCallback'],
];

/** How many seeds {@link playSeedsFrom} plays. */
export const seedsAtOnce = 250;

/** Plays seeds and counts what happened in them: two calls together 500 seeds, with each kind of trouble a hundred times. */
export async function playSeedsFrom(firstSeed: number): Promise<void> {
  const replayCommand = (seed: number) => `pnpm simulate --seed ${seed} producer.simulation`;
  const reports = await playSeeds({ firstSeed, count: seedsAtOnce, replayCommand }, playProducer);
  if (!reports) return;
  const total = (count: (report: ScenarioReport) => number) =>
    reports.reduce((sum, one) => sum + count(one), 0);
  const rare = troubles
    .map((what) => [what, total(({ hits }) => hits.get(what) ?? 0)] as const)
    .filter(([, hits]) => hits < 50);
  expect(Object.fromEntries(rare), 'each at least 50 times').toEqual({});
  expect(total((report) => report.stored)).toBeGreaterThan(75_000);
  for (const model of writeModels)
    expect(
      total((report) => (report.writeModel === model ? report.stored : 0)),
      model,
    ).toBeGreaterThan(20_000);
}
