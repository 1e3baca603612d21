/** `pnpm bench`: see README.md beside this file. */
import { rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { aggregation } from './aggregation.bench.js';
import {
  type Baseline,
  compareWithBaseline,
  mergeBaseline,
  passes,
  readBaseline,
  writeBaseline,
} from './baseline.js';
import type { Benchmark, Trial } from './benchmark.js';
import { bundle } from './bundle.js';
import { type CommandLine, readCommandLine, UsageError } from './command-line.js';
import { consume } from './consume.bench.js';
import type { Result } from './harness.js';
import { kpl } from './kpl.bench.js';
import { limits } from './limits.bench.js';
import { local } from './local.bench.js';
import { type MachineFacts, machineFacts } from './machine.js';
import { Budget, chosen, FULL_PLAN, measureComparison, type Plan, QUICK_PLAN, runCount } from './measure.js';
import { memory } from './memory.bench.js';
import { paced } from './paced.bench.js';
import { putPath } from './put-path.bench.js';
import { benchmarkList, jsonReport, type Report, tableReport } from './report.js';
import { CaseFailure, runCase } from './run-case.js';
import { runsUnder, underNode, withoutNode } from './under-node.js';

const benchmarks: readonly Benchmark[] = [aggregation, putPath, kpl, consume, local];
const trials: readonly Trial[] = [limits, memory, paced];
const baselines = new URL('./baselines/', import.meta.url);

interface Session {
  readonly plan: Plan;
  readonly budget: Budget;
  readonly bundleFolder: string;
  readonly report: Report;
}

/** Measures one benchmark and prints each line as it is known. */
async function measure(benchmark: Benchmark, session: Session): Promise<readonly Result[]> {
  const { plan, budget, bundleFolder, report } = session;
  const surroundings = await benchmark.surround?.(bundleFolder);
  const graceMs = 15_000;
  const results: Result[] = [];
  try {
    for (const comparison of chosen(benchmark, plan)) {
      if (budget.isSpent) {
        console.error(`${benchmark.name}: ${comparison.name} is left out, time is over`);
        continue;
      }
      const lines = await measureComparison(
        benchmark.name,
        comparison,
        plan,
        budget,
        surroundings,
        (request, environment) => runCase(bundleFolder, request, environment, graceMs),
      );
      for (const line of lines) console.log(report.result(line));
      results.push(...lines);
    }
  } finally {
    await surroundings?.close();
  }
  return results;
}

/** Prints how the ratios stand against the baseline; false where one is worse or gone. */
function compare(
  benchmark: string,
  results: readonly Result[],
  baseline: Baseline | undefined,
  report: Report,
): boolean {
  if (baseline === undefined) {
    console.error(`${benchmark} has no baseline; write one with --write-baseline`);
    return false;
  }
  const changes = compareWithBaseline(results, baseline);
  for (const change of changes) console.log(report.change(benchmark, change));
  return passes(changes);
}

async function settle(
  command: CommandLine,
  benchmark: string,
  results: readonly Result[],
  machine: MachineFacts,
  report: Report,
): Promise<boolean> {
  if (!command.compare && !command.writeBaseline) return true;
  const earlier = await readBaseline(baselines, benchmark);
  if (command.compare) return compare(benchmark, results, earlier, report);
  await writeBaseline(baselines, benchmark, mergeBaseline(earlier, results, machine));
  return true;
}

/** False where a bound does not hold. */
async function tryOut(trial: Trial, quick: boolean, bundleFolder: string, report: Report): Promise<boolean> {
  let good = true;
  await trial.run({
    quick,
    bundleFolder,
    tell(verdict) {
      console.log(report.verdict(verdict));
      good = good && verdict.broken === undefined;
    },
  });
  return good;
}

async function main(): Promise<number> {
  const all = [...benchmarks, ...trials];
  const command = readCommandLine(
    process.argv.slice(2),
    all.map(({ name }) => name),
  );
  if (command.names.length === 0) {
    console.log(benchmarkList(all));
    return 0;
  }
  if (command.node !== undefined && !runsUnder(command.node, process.versions.node)) {
    return underNode(command.node, withoutNode(process.argv.slice(2)));
  }
  const plan = command.quick ? QUICK_PLAN : FULL_PLAN;
  const report = command.json ? jsonReport : tableReport;
  const machine = machineFacts();
  console.log(report.machine(machine, plan.quick));
  const wanted = benchmarks.filter(({ name }) => command.names.includes(name));
  const runs = wanted.reduce((sum, benchmark) => sum + runCount(benchmark, plan), 0);
  const budget = new Budget(plan, runs, () => performance.now());
  const bundleFolder = await bundle();
  let good = true;
  try {
    for (const benchmark of wanted) {
      const results = await measure(benchmark, { plan, budget, bundleFolder, report });
      good = (await settle(command, benchmark.name, results, machine, report)) && good;
    }
    for (const trial of trials.filter(({ name }) => command.names.includes(name)))
      good = (await tryOut(trial, plan.quick, bundleFolder, report)) && good;
  } finally {
    await rm(bundleFolder, { recursive: true, force: true });
  }
  return good ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof CaseFailure)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
