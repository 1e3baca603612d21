import type { Benchmark, CaseParameters, CaseReference, Comparison, Surroundings } from './benchmark.js';
import type { RunRequest } from './child.js';
import { type CaseSamples, type Result, type Sample, sliceMs, summarise, turns } from './harness.js';

/** How much to measure. */
export interface Plan {
  readonly rounds: number;
  /** Only the comparisons marked for it. */
  readonly quick: boolean;
  /** CPU time before timing and of timing, per run. */
  readonly warmMs: number;
  readonly measureMs: number;
  /** Wall time per run. */
  readonly wallLimitMs: number;
  /** Part of its records that a lap has; short laps let a run end on time. */
  readonly lapShare: number;
  /** Wall time by which everything ends, from now; `undefined` for no limit. */
  readonly totalMs: number | undefined;
}

export const FULL_PLAN: Plan = {
  rounds: 3,
  quick: false,
  // A client of the SDK has warmed up after some hundreds of requests: the laps before take up to twice the time.
  warmMs: 3_000,
  measureMs: 2_000,
  wallLimitMs: 60_000,
  lapShare: 1,
  totalMs: undefined,
};

/** The 30 s of `--quick`, less what compiling and the last process's end may take. */
export const QUICK_PLAN: Plan = {
  rounds: 1,
  quick: true,
  warmMs: 400,
  measureMs: 1_000,
  wallLimitMs: 5_000,
  lapShare: 0.1,
  totalMs: 26_000,
};

/** Wall time of a run beyond its laps: verification and the end of the process. */
const RUN_TAIL_MS = 250;

/** Runs one case once. */
export type RunCase = (request: RunRequest, environment: Readonly<Record<string, string>>) => Promise<Sample>;

/** The comparisons of `benchmark` that `plan` measures. */
export function chosen(benchmark: Benchmark, plan: Plan): readonly Comparison[] {
  return benchmark.comparisons.filter((comparison) => comparison.quick || !plan.quick);
}

/** Hands out wall time to runs so that all of them fit. */
export class Budget {
  readonly #plan: Plan;
  readonly #endMs: number;
  #remainingRuns: number;
  readonly #nowMs: () => number;

  constructor(plan: Plan, runs: number, nowMs: () => number) {
    this.#plan = plan;
    this.#remainingRuns = runs;
    this.#nowMs = nowMs;
    this.#endMs = plan.totalMs === undefined ? Number.POSITIVE_INFINITY : nowMs() + plan.totalMs;
  }

  /** Whether the time for everything is over. */
  get isSpent(): boolean {
    return this.#nowMs() >= this.#endMs;
  }

  /** Wall time for the next run. */
  nextMs(): number {
    const share = sliceMs(this.#endMs - this.#nowMs(), this.#remainingRuns);
    this.#remainingRuns -= 1;
    return Math.min(this.#plan.wallLimitMs, Math.max(0, share - RUN_TAIL_MS));
  }
}

/** How many processes a plan starts for a benchmark. */
export function runCount(benchmark: Benchmark, plan: Plan): number {
  const cases = chosen(benchmark, plan).map(
    ({ subjects, references }) => subjects.length + references.length,
  );
  return plan.rounds * cases.reduce((sum, count) => sum + count, 0);
}

/** Measures one comparison: every case once a round, turn by turn. */
export async function measureComparison(
  benchmark: string,
  comparison: Comparison,
  plan: Plan,
  budget: Budget,
  surroundings: Surroundings | undefined,
  run: RunCase,
): Promise<readonly Result[]> {
  const cases: {
    readonly reference: CaseReference;
    readonly role: CaseSamples['role'];
    samples: Sample[];
  }[] = [
    ...comparison.subjects.map((reference) => ({ reference, role: 'subject' as const, samples: [] })),
    ...comparison.references.map((reference) => ({ reference, role: reference.role, samples: [] })),
  ];
  for (const turn of turns(cases.length, plan.rounds)) {
    const entry = cases[turn];
    if (entry === undefined) continue;
    const { module, parameters } = entry.reference;
    const { warmMs, measureMs } = plan;
    const request = {
      module,
      parameters: { ...surroundings?.parameters, ...withShorterLaps(parameters, plan.lapShare) },
      warmMs,
      measureMs,
      wallLimitMs: budget.nextMs(),
    };
    entry.samples.push(await run(request, surroundings?.environment ?? {}));
  }
  const collected = cases.map(({ reference, role, samples }) => ({ name: reference.name, role, samples }));
  const references = collected.filter(({ role }) => role !== 'subject');
  return collected
    .filter(({ role }) => role === 'subject')
    .map((subject) => summarise(heading(benchmark, comparison, subject.name), subject, references));
}

function withShorterLaps(parameters: CaseParameters, share: number): CaseParameters {
  const { lapRecords } = parameters;
  return typeof lapRecords === 'number'
    ? { ...parameters, lapRecords: Math.ceil(lapRecords * share) }
    : parameters;
}

function heading(benchmark: string, comparison: Comparison, subject: string) {
  const name = subject === 'shardline' ? comparison.name : `${comparison.name}, ${subject}`;
  return { benchmark, name, unit: comparison.unit, bytesPerUnit: comparison.bytesPerUnit };
}
