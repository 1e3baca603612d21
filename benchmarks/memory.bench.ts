import type { Trial, TrialWork, Verdict } from './benchmark.js';
import { runCase } from './run-case.js';
import { startNullServer } from './start-null-server.js';
import { brokenBound } from './workload/memory-growth.js';
import {
  type MemoryScenario,
  memoryParameters,
  memoryScenarioName,
  memoryScenarios,
  quickMemoryScenarios,
} from './workload/memory-scenario.js';

/** Scenarios at once. The verdict does not depend on how fast they are. */
const AT_ONCE = 2;
/** How long a producer is pressed once it is full: 10 minutes or 20 s in all, with what each process needs besides. */
const PRESSURE_MS = 22_000;
const QUICK_PRESSURE_MS = 3_000;
/** Wall time of a scenario besides. */
const REST_MS = 60_000;

async function tryScenario(scenario: MemoryScenario, { quick, bundleFolder }: TrialWork): Promise<Verdict> {
  const server = await startNullServer(bundleFolder);
  const pressureMs = quick ? QUICK_PRESSURE_MS : PRESSURE_MS;
  try {
    const { facts } = await runCase(
      bundleFolder,
      {
        module: 'memory',
        parameters: { ...server.parameters, ...memoryParameters(scenario, pressureMs) },
        warmMs: 0,
        measureMs: 0,
        wallLimitMs: pressureMs + REST_MS,
      },
      server.environment,
      undefined,
      ['--expose-gc'],
    );
    const { grownBytes = Number.NaN, boundBytes = Number.NaN, fullTurns = Number.NaN } = facts;
    const broken = brokenBound({ grownBytes, boundBytes, fullTurns });
    return { trial: 'memory', name: memoryScenarioName(scenario), broken, facts };
  } finally {
    await server.close();
  }
}

/** A producer pressed against the bound of its memory: does the process grow by more? */
export const memory: Trial = {
  name: 'memory',
  summary: 'what a process grows by while its producer is full; against slow and silent servers',
  async run(work) {
    const waiting = [...(work.quick ? quickMemoryScenarios : memoryScenarios)];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        work.tell(await tryScenario(next, work));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  },
};
