import { expect, test } from 'vitest';
import { simulationCommand } from '../simulation-command.js';

test('a seed and a number of schedules reach the tests through the environment', () => {
  expect(simulationCommand(['--seed', '7', '--schedules', '5000'])).toMatchObject({
    env: { SIMULATION_SEED: '7', SIMULATION_SCHEDULES: '5000' },
  });
});

test('without arguments the tests decide', () => {
  expect(simulationCommand([])).toMatchObject({ env: {} });
});

test('a file name narrows the run', () => {
  expect(simulationCommand(['producer'])).toMatchObject({ args: expect.arrayContaining(['producer']) });
});

test.each([
  ['--seed', 'x'],
  ['--seed', '-1'],
  ['--sed', '1'],
])('%s %s is explained', (...given) => {
  expect(simulationCommand(given)).toMatchObject({ problem: expect.stringContaining('Usage') });
});
