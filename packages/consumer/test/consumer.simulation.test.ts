import { simulateSchedules } from '@shardline/testing';
import { expect, test } from 'vitest';
import { happenings } from './simulation/fleet.js';
import { playConsumers, type ScenarioReport } from './simulation/scenario.js';

const schedules = 200;

/**
 * Seeds of a fleet of workers over a table and a service that misbehave, in virtual time: crashes, pauses, stops, splits, merges,
 * failing handlers. Catches: records lost, skipped, out of order or delivered by two workers' leave; checkpoints that run ahead or
 * back; children before parents; buffers above their bound; fleets that do not heal. Cannot catch: what the SDK, DynamoDB, sockets and
 * real clocks add (integration tests), speed.
 */
test('C1 to C7 and C10 to C12 hold over many seeds with faults', async () => {
  const reports: ScenarioReport[] = [];
  const replayCommand = (seed: number) => `pnpm simulate --seed ${seed}`;
  await simulateSchedules({ schedules, environment: process.env, replayCommand }, async (world) => {
    reports.push(await playConsumers(world));
  });
  if (reports.length < schedules) return;
  const total = (count: (report: ScenarioReport) => number) =>
    reports.reduce((sum, one) => sum + count(one), 0);
  expect(total((report) => report.delivered)).toBeGreaterThan(50_000);
  expect(total((report) => report.deliveredAgain)).toBeGreaterThan(1_000);
  for (const kind of ['throttled', 'lost', 'stalled', 'late'] as const) {
    expect(
      total((report) => report.storeMishaps[kind]),
      kind,
    ).toBeGreaterThan(100);
  }
  for (const what of happenings) {
    expect(
      total((report) => report.counts.get(what) ?? 0),
      what,
    ).toBeGreaterThan(40);
  }
});
