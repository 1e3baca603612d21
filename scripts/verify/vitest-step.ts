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
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Nothing interactive, and no reminder from the SDK in every worker that Node 20 will be left behind. */
const quiet = { CI: 'true', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

export interface VitestStepOptions {
  readonly name: string;
  /** The project of vitest.config.ts. */
  readonly project: string;
  /** The Node to run under. */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** After this long it is killed and counts as failed; by default as for any program. */
  readonly limitMs?: number;
}

/**
 * Turns a run into counts. A run that failed without a failed test (a file that did not load, an unhandled rejection,
 * a crash) counts as one failure: the report alone would look clean.
 */
export function vitestResult(ended: Ended, report: VitestReport | undefined): StepResult {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0, output: `no report\n${ended.output}` };
  const failedTests = report.numFailedTests;
  const failed = ended.ok ? failedTests : Math.max(failedTests, 1);
  const skipped = report.numPendingTests + report.numTodoTests;
  const output = failed > 0 ? ended.output : skippedNames(report).join('\n');
  return { passed: report.numPassedTests, failed, skipped, output };
}

/** A skipped test is named, so that it is not forgotten; its name says why it was skipped. */
function skippedNames(report: VitestReport): readonly string[] {
  return report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'pending' || status === 'skipped' || status === 'todo')
    .map(({ fullName }) => `skipped: ${fullName}`);
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
        env: { ...options.env, ...quiet },
        ...(options.limitMs === undefined ? {} : { limitMs: options.limitMs }),
      });
      const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VitestReport) : undefined;
      return vitestResult(ended, report);
    },
  };
}
