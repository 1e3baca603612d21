import { availableParallelism, loadavg } from 'node:os';
import { prepareJava } from '../interop/test/support/prepare-java.js';
import type { Surroundings, Trial, TrialWork, Verdict } from './benchmark.js';
import { runCase } from './run-case.js';
import { startNullServer } from './start-null-server.js';
import { brokenPace, loadNote, type PaceGoal } from './workload/pace.js';

const KEY_CHARACTERS = 36;
const RECORD_BYTES = 100;
const LINGER_MS = 100;
const PACED_MS = 20_000;
const QUICK_PACED_MS = 6_000;
/** Wall time of a scenario besides. */
const REST_MS = 20_000;

interface PacedScenario {
  /** Of whom nothing is asked. */
  readonly peer?: 'KPL 1.1.1';
  readonly perSecond: number;
  /** One record in so many is timed. */
  readonly timedEvery: number;
  readonly goal: PaceGoal;
}

const scenarios: readonly PacedScenario[] = [
  {
    perSecond: 100_000,
    timedEvery: 20,
    goal: { mostCpuShare: 0.2, mostP50Ms: LINGER_MS, mostP99Ms: LINGER_MS + 25 },
  },
  { perSecond: 5_000, timedEvery: 1, goal: { mostCpuShare: 0.2, mostP50Ms: 60, mostP99Ms: 110 } },
];

/** Its record buffering time is the same 100 ms. */
const kplScenario: PacedScenario = {
  peer: 'KPL 1.1.1',
  perSecond: 5_000,
  timedEvery: 1,
  goal: {
    mostCpuShare: Number.POSITIVE_INFINITY,
    mostP50Ms: Number.POSITIVE_INFINITY,
    mostP99Ms: Number.POSITIVE_INFINITY,
  },
};

async function tryScenario(
  { peer, perSecond, timedEvery, goal }: PacedScenario,
  { quick, bundleFolder }: TrialWork,
  surroundings: Surroundings,
): Promise<Verdict> {
  const pacedMs = quick ? QUICK_PACED_MS : PACED_MS;
  const sample = await runCase(
    bundleFolder,
    {
      module: peer === undefined ? 'paced' : 'kpl-paced',
      parameters: {
        ...surroundings.parameters,
        perSecond,
        timedEvery,
        pacedMs,
        lingerMs: LINGER_MS,
        recordBytes: RECORD_BYTES,
        keyCharacters: KEY_CHARACTERS,
      },
      warmMs: 0,
      measureMs: 0,
      wallLimitMs: pacedMs + REST_MS,
    },
    surroundings.environment,
  );
  const { latencyP50Ms = Number.NaN, latencyP99Ms = Number.NaN, perSecond: put = Number.NaN } = sample.facts;
  const cpuShare = sample.cpuSeconds / sample.wallSeconds;
  const facts = { cpuShare, latencyP50Ms, latencyP99Ms, perSecond: put, wantedPerSecond: perSecond };
  return {
    trial: 'paced',
    name: `${peer ?? 'shardline'}, ${perSecond} records of ${RECORD_BYTES} B a second, ${LINGER_MS} ms linger`,
    broken: brokenPace(facts, goal),
    facts: { cpuShare, ...sample.facts },
  };
}

/** A producer at a fixed rate, below what it could do. */
export const paced: Trial = {
  name: 'paced',
  summary: 'time from put to outcome and share of a core at fixed rates; wants a quiet machine',
  async run(work) {
    const note = loadNote(loadavg()[0] ?? 0, availableParallelism());
    if (note !== undefined) console.error(`paced: ${note}`);
    const server = await startNullServer(work.bundleFolder);
    try {
      for (const scenario of scenarios) work.tell(await tryScenario(scenario, work, server));
      if (work.quick) return;
      const java = prepareJava();
      if (java.missing !== undefined) {
        console.error(`paced: the KPL is left out, it ${java.missing}`);
        return;
      }
      const parameters = { ...server.parameters, kplClassPath: java.path };
      work.tell(await tryScenario(kplScenario, work, { ...server, parameters }));
    } finally {
      await server.close();
    }
  },
};
