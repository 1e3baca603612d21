import { consoleTarget, runSteps, totalsLine } from './report.js';
import type { Step } from './step.js';

/** Runs the steps as a program: the last line is the sum, and the exit status says whether all passed. */
export async function main(steps: readonly Step[], atOnce = 1): Promise<void> {
  // Leaving through exit() lets what is running be stopped too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const totals = await runSteps(steps, consoleTarget(), atOnce);
  console.log(totalsLine(totals));
  process.exitCode = totals.failed > 0 ? 1 : 0;
}
