import type { Step, StepResult, Totals } from './step.js';

/** The last line of `npm test`. */
export function totalsLine(totals: Totals): string {
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
  return `${totals.passed} passed, ${totals.failed} failed${skipped}`;
}

/** One step's line: result, name, counts, duration. */
export function stepLine(name: string, result: StepResult, elapsedMs: number): string {
  const mark = result.failed > 0 ? '✗' : result.passed === 0 && result.skipped > 0 ? '-' : '✓';
  return `${mark} ${name.padEnd(34)} ${totalsLine(result)}, ${(elapsedMs / 1000).toFixed(1)} s`;
}

/** Where the report goes. A live terminal also sees what is under way. */
export interface ReportTarget {
  readonly print: (line: string) => void;
  /** Shows the step under way; called again every `progressEveryMs`. */
  readonly progress: (name: string, elapsedMs: number) => void;
  readonly progressEveryMs: number;
}

/** Runs the steps, each with its line as it ends, and sums them up. A step that throws has failed. */
export async function runSteps(steps: readonly Step[], target: ReportTarget, atOnce = 1): Promise<Totals> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { result, elapsedMs } = await runStep(step, target);
      target.print(stepLine(step.name, result, elapsedMs));
      if (result.output !== '') target.print(indent(result.output));
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return sumOf(results);
}

function sumOf(results: readonly Totals[]): Totals {
  const sum = (count: (result: Totals) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
  };
}

async function runStep(step: Step, target: ReportTarget): Promise<{ result: StepResult; elapsedMs: number }> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  target.progress(step.name, 0);
  const ticker = setInterval(() => target.progress(step.name, elapsed()), target.progressEveryMs);
  try {
    return { result: await step.run(), elapsedMs: elapsed() };
  } catch (error) {
    const output = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { result: { passed: 0, failed: 1, skipped: 0, output }, elapsedMs: elapsed() };
  } finally {
    clearInterval(ticker);
  }
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

/** The report on stdout: one line a step, and on a terminal the running step rewritten in place. */
export function consoleTarget(): ReportTarget {
  const live = process.stdout.isTTY === true && process.env.CI === undefined;
  return {
    print: (line) => console.log(live ? `\r\u001b[K${line}` : line),
    progress(name, elapsedMs) {
      const seconds = (elapsedMs / 1000).toFixed(0);
      if (live) process.stdout.write(`\r\u001b[K  ${name} … ${seconds} s`);
      else if (elapsedMs > 0) console.log(`  ${name} … ${seconds} s`);
    },
    progressEveryMs: live ? 1_000 : 30_000,
  };
}
