import { simulateSchedules } from '@shardline/testing';
import { expect, test } from 'vitest';
import { faultKinds, writeModels } from './simulation/plan.js';
import { playProducer, type ScenarioReport } from './simulation/scenario.js';

/**
 * Seeds of a producer against a local Kinesis that misbehaves, with each of its write models, in virtual time. Catches: records lost, doubled in reporting, or
 * acknowledged where a KCL reader drops them; order lost without late stores; bounds exceeded; a flush or close that never ends.
 * Cannot catch: what the SDK, sockets and real clocks add (integration tests), speed, memory in bytes.
 */
test('P1 to P7 hold over 300 seeds with faults', async () => {
  const reports: ScenarioReport[] = [];
  const replayCommand = (seed: number) => `pnpm simulate --seed ${seed}`;
  await simulateSchedules({ schedules: 300, environment: process.env, replayCommand }, async (world) => {
    reports.push(await playProducer(world));
  });
  if (reports.length < 300) return;
  const total = (count: (report: ScenarioReport) => number) =>
    reports.reduce((sum, one) => sum + count(one), 0);
  expect(total((report) => report.stored)).toBeGreaterThan(100_000);
  for (const kind of faultKinds)
    expect(
      total((report) => report.faults[kind]),
      kind,
    ).toBeGreaterThan(50);
  for (const model of writeModels)
    expect(
      total((report) => (report.writeModel === model ? report.stored : 0)),
      model,
    ).toBeGreaterThan(30_000);
});
