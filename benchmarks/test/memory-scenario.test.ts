import { describe, expect, it } from 'vitest';
import {
  memoryParameters,
  memoryScenarioName,
  memoryScenarioOf,
  memoryScenarios,
  quickMemoryScenarios,
} from '../workload/memory-scenario.js';

describe('memoryScenarios', () => {
  it('have a name each', () => {
    expect(new Set(memoryScenarios.map(memoryScenarioName)).size).toBe(memoryScenarios.length);
    expect(new Set(quickMemoryScenarios.map(memoryScenarioName)).size).toBe(quickMemoryScenarios.length);
  });

  it('press every way in against slow and silent servers, over few and many lanes', () => {
    const cells = new Set(
      memoryScenarios.map(({ way, whenFull, answerPutsAfter, shards, recordBytes }) =>
        [way === 'try-put' ? way : `${way} ${whenFull}`, answerPutsAfter, shards, recordBytes].join(' '),
      ),
    );
    for (const way of ['put wait', 'put reject', 'put-many wait', 'put-many reject', 'try-put'])
      for (const server of [2_000, 'never'])
        for (const shards of [64, 4_096])
          for (const bytes of [100, 10_000]) expect(cells).toContain(`${way} ${server} ${shards} ${bytes}`);
  });

  it('name what sets them apart', () => {
    expect(memoryScenarioName(quickMemoryScenarios[0] as (typeof quickMemoryScenarios)[number])).toBe(
      'answers after 2 s, 64 shards, 100 B, put, whenFull wait',
    );
    expect(memoryScenarios.map(memoryScenarioName)).toContain(
      'answers at once, 64 shards, 100 B, put-many, whenFull wait, one shard fails',
    );
    expect(memoryScenarios.map(memoryScenarioName)).toContain('silent server, 4096 shards, 10000 B, try-put');
  });
});

describe('memoryScenarioOf', () => {
  it('reads what memoryParameters wrote', () => {
    for (const one of memoryScenarios)
      expect(memoryScenarioOf(memoryParameters(one, 1))).toEqual({ ...one, pressureMs: 1 });
  });

  it('names what is missing', () => {
    expect(() => memoryScenarioOf({ shards: 64 })).toThrow(/lacks answerPutsAfter, recordBytes/);
  });
});
