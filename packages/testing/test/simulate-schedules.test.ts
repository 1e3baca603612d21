import { delay } from '@shardline/core/internal';
import { describe, expect, test } from 'vitest';
import { simulate, type World } from '../src/simulate.js';
import { simulateSchedules } from '../src/simulate-schedules.js';
import type { SimulationError } from '../src/simulation-error.js';

/** Two processes that read, wait and write back: right only if their turns never overlap. */
async function lostUpdate(world: World): Promise<void> {
  let stored = 0;
  const tasks = ['a', 'b'].map((name) => {
    const member = world.process(name);
    return member.spawn(async () => {
      await delay(member.clock, member.random.next() * 100);
      const read = stored;
      member.trace(`read ${read}`);
      await delay(member.clock, 5);
      stored = read + 1;
      member.trace(`wrote ${stored}`);
    });
  });
  await Promise.all(tasks);
  if (stored !== 2) throw new Error(`an update was lost: ${stored}`);
}

describe('simulateSchedules', () => {
  test('runs as many seeds as asked for, in order from the first, the first one twice', async () => {
    const seeds: number[] = [];
    const scenario = async (world: World) => {
      seeds.push(world.seed);
      await world.delay(10);
    };
    const report = await simulateSchedules({ firstSeed: 100, schedules: 4 }, scenario);
    expect(seeds).toEqual([100, 100, 101, 102, 103]);
    expect(report).toEqual({ schedules: 4, steps: 4, virtualMs: 40 });
  });

  test('finds a seed that shows the fault, and the seed shows it again', async () => {
    const error: SimulationError = await simulateSchedules({ schedules: 500 }, lostUpdate).then(
      () => expect.unreachable('no seed showed the fault'),
      (failure) => failure,
    );
    expect(error.message).toContain('an update was lost: 1');
    expect(error.trace).toHaveLength(4);
    const again: SimulationError = await simulate({ seed: error.seed }, lostUpdate).then(
      () => expect.unreachable('the seed did not show it again'),
      (failure) => failure,
    );
    expect(again.message).toBe(error.message);
    for (let seed = 1; seed < error.seed; seed += 1) await simulate({ seed }, lostUpdate);
  });

  test('SIMULATION_SEED plays that seed alone, with its whole trace', async () => {
    const seeds: number[] = [];
    const lines: string[] = [];
    const scenario = async (world: World) => {
      seeds.push(world.seed);
      world.trace('hello');
    };
    const environment = { SIMULATION_SEED: '77', SIMULATION_SCHEDULES: '5' };
    const onTrace = (line: string) => lines.push(line.trim());
    const report = await simulateSchedules({ schedules: 300, environment, onTrace }, scenario);
    expect(seeds).toEqual([77]);
    expect(report.schedules).toBe(1);
    expect(lines).toEqual(['0.000 ms  world: hello']);
  });

  test('SIMULATION_SCHEDULES says how many', async () => {
    const environment = { SIMULATION_SCHEDULES: '3', SIMULATION_SEED: '' };
    const report = await simulateSchedules({ schedules: 300, environment }, async () => {});
    expect(report.schedules).toBe(3);
  });

  test('refuses counts and seeds that are none', async () => {
    const run = (options: Parameters<typeof simulateSchedules>[0]) =>
      simulateSchedules(options, async () => {});
    await expect(run({ schedules: 0 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      option: 'schedules',
    });
    await expect(run({ schedules: 1, environment: { SIMULATION_SEED: 'x' } })).rejects.toMatchObject({
      option: 'SIMULATION_SEED',
    });
    await expect(run({ schedules: 1, environment: { SIMULATION_SCHEDULES: '0' } })).rejects.toMatchObject({
      option: 'SIMULATION_SCHEDULES',
    });
  });

  test('notices chance from outside, and where it first shows', async () => {
    let calls = 0;
    const error: SimulationError = await simulateSchedules({ schedules: 10 }, async (world) => {
      world.trace('the same');
      calls += 1;
      world.trace(`call ${calls}`);
    }).then(
      () => expect.unreachable('went unnoticed'),
      (failure) => failure,
    );
    expect(error.reason).toBe('not-deterministic');
    expect(error.trace).toEqual([
      'first:           0.000 ms  world: call 1',
      'second:          0.000 ms  world: call 2',
    ]);
  });

  test('notices time from outside without a trace', async () => {
    let calls = 0;
    const drifting = async (world: World) => {
      calls += 1;
      await world.delay(calls);
    };
    await expect(simulateSchedules({ schedules: 10 }, drifting)).rejects.toMatchObject({
      reason: 'not-deterministic',
    });
  });
});
