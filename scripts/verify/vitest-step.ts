import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/set-up.mjs';
import { type Ended, runProgram, type Step, type StepResult } from './step.js';

/** The counts in vitest's JSON report. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

export interface VitestStepOptions {
  readonly name: string;
  /** The project of vitest.config.ts. */
  readonly project: string;
  /** The Node to run under. */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Turns a run into counts. A run that failed without a failed test (a file that did not load, an unhandled rejection,
 * a crash) counts as one failure: the report alone would look clean.
 */
export function vitestResult(ended: Ended, report: VitestReport | undefined): StepResult {
  const failedTests = report?.numFailedTests ?? 0;
  const failed = ended.ok ? failedTests : Math.max(failedTests, 1);
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0, output: `no report\n${ended.output}` };
  return { passed: report.numPassedTests, failed, skipped, output: failed > 0 ? ended.output : '' };
}

/** A step that runs one vitest project and counts each test. */
export function vitestStep(options: VitestStepOptions): Step {
  return {
    name: options.name,
    async run() {
      const file = join(root, 'temp', `vitest-${options.name.replaceAll(/\W+/g, '-')}.json`);
      rmSync(file, { force: true });
      const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
      const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
      const args = [vitest, 'run', '--project', options.project, ...reporters];
      const ended = await runProgram(options.node ?? process.execPath, args, {
        env: { ...options.env, CI: 'true' },
      });
      const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VitestReport) : undefined;
      return vitestResult(ended, report);
    },
  };
}
