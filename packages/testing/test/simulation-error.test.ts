import { expect, test } from 'vitest';
import { SimulationError } from '../src/simulation-error.js';

const facts = {
  reason: 'deadlock',
  what: 'nothing moves',
  seed: 3,
  virtualMs: 5,
  steps: 7,
  trace: [],
  replayCommand: 'again --seed 3',
} as const;

test('SimulationError keeps its facts, and says where the trace is empty', () => {
  const { what, ...kept } = facts;
  const error = new SimulationError(facts);
  expect(error).toMatchObject({ ...kept, code: 'SIMULATION_FAILED', retryable: false });
  expect(error.message).toContain(what);
  expect(error.message).toContain('(the scenario traced nothing)');
  expect('cause' in error).toBe(false);
  const cause = new Error('below');
  expect(new SimulationError({ ...facts, cause }).cause).toBe(cause);
});
