import { describe, expect, test } from 'vitest';
import { replayCommandOf, resolveSimulationOptions } from '../src/simulation-options.js';

describe('options of a simulation', () => {
  test('defaults', () => {
    expect(resolveSimulationOptions({ seed: 0 })).toEqual({
      seed: 0,
      maxVirtualMs: 3_600_000,
      maxSteps: 1_000_000,
      tiesWithinProcess: 'fifo',
      traceLines: 60,
      onTrace: undefined,
      replayCommand: replayCommandOf,
    });
    expect(replayCommandOf(12)).toBe('SIMULATION_SEED=12 <your test command>');
  });

  test('refusals name the option', () => {
    const wrong: readonly [string, unknown][] = [
      ['seed', 2 ** 32],
      ['maxVirtualMs', 0],
      ['maxSteps', 1.5],
      ['tiesWithinProcess', 'lifo'],
      ['traceLines', -1],
      ['onTrace', 'print'],
      ['replayCommand', 'again'],
      ['speed', 2],
    ];
    for (const [option, value] of wrong) {
      expect(() => resolveSimulationOptions({ seed: 1, [option]: value })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', option }),
      );
    }
  });
});
