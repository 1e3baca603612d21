/**
 * Entry of a case's own process: prepares the case, proves it, warms it up, times laps and sends the sample to its
 * parent. CPU time is that of the whole process (or of the server that the case names), read around each lap; input for a lap is made outside of it.
 */
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { CaseModule, CaseParameters, PreparedCase } from './benchmark.js';
import type { Sample } from './harness.js';

/** What the parent asks for. */
export interface RunRequest {
  readonly module: string;
  readonly parameters: CaseParameters;
  /** CPU time to spend before timing. */
  readonly warmMs: number;
  /** CPU time to measure. */
  readonly measureMs: number;
  /** Wall time by which the laps end, from the start of the process. */
  readonly wallLimitMs: number;
}

/** What the parent gets. */
export type RunAnswer = { readonly sample: Sample } | { readonly failure: string };

/** Part of the wall limit that preparation, proof and warm-up may use. */
const WARM_SHARE = 0.4;

interface LapTotals {
  units: number;
  cpuSeconds: number;
  wallSeconds: number;
}

/** Adds up the pauses of the collector that begin within given stretches of time. */
class CollectorWatch {
  readonly #stretches: { readonly fromMs: number; readonly toMs: number }[] = [];
  readonly #pauses: { readonly startTime: number; readonly duration: number }[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    this.#pauses.push(...list.getEntries());
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  add(fromMs: number, toMs: number): void {
    this.#stretches.push({ fromMs, toMs });
  }

  /** Node reports a pause some turns of the event loop after it. */
  async seconds(): Promise<number> {
    for (let turn = 0; turn < 3; turn++) await setImmediate();
    this.#observer.disconnect();
    const within = ({ startTime }: { readonly startTime: number }) =>
      this.#stretches.some(({ fromMs, toMs }) => startTime >= fromMs && startTime < toMs);
    return this.#pauses.filter(within).reduce((sum, { duration }) => sum + duration / 1_000, 0);
  }
}

function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function laps(
  prepared: PreparedCase,
  cpuMs: number,
  untilMs: number,
  watch?: CollectorWatch,
): Promise<LapTotals> {
  const totals: LapTotals = { units: 0, cpuSeconds: 0, wallSeconds: 0 };
  const cpuSeconds = () => prepared.cpuSeconds?.() ?? ownCpuSeconds();
  do {
    await prepared.stage?.();
    const startedMs = performance.now();
    const before = cpuSeconds();
    const work = prepared.lap();
    const units = typeof work === 'number' ? work : await work;
    const spent = cpuSeconds() - before;
    const endedMs = performance.now();
    watch?.add(startedMs, endedMs);
    totals.wallSeconds += (endedMs - startedMs) / 1_000;
    totals.cpuSeconds += spent;
    totals.units += units;
  } while (totals.cpuSeconds * 1_000 < cpuMs && performance.now() < untilMs);
  return totals;
}

async function run(request: RunRequest): Promise<Sample> {
  const location = new URL(`./cases/${request.module}.js`, import.meta.url).href;
  const { prepare } = (await import(location)) as CaseModule;
  const prepared = await prepare(request.parameters);
  try {
    await prepared.prove?.();
    await laps(prepared, request.warmMs, request.wallLimitMs * WARM_SHARE);
    prepared.warmed?.();
    const watch = new CollectorWatch();
    const totals = await laps(prepared, request.measureMs, request.wallLimitMs, watch);
    await prepared.verify?.();
    return { ...totals, gcSeconds: await watch.seconds(), facts: prepared.facts?.() ?? {} };
  } finally {
    await prepared.close?.();
  }
}

process.once('message', (request: RunRequest) => {
  run(request).then(
    (sample) => answer({ sample }),
    (error: unknown) =>
      answer({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

/** Sends the answer, after which the process ends, whatever the case still holds open. */
function answer(message: RunAnswer): void {
  process.send?.(message, () => process.disconnect());
}

// Also when the parent is gone: no process outlives its benchmark.
process.once('disconnect', () => process.exit());
