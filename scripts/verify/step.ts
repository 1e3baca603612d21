import { spawn } from 'node:child_process';
import { root } from '../bootstrap/set-up.mjs';

/** How many tests or checks ended how. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What became of a step. */
export interface StepResult extends Totals {
  /** Shown when something failed or was skipped. */
  readonly output: string;
}

/** One line of the report. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<StepResult>;
}

/** What a program left behind. */
export interface Ended {
  readonly ok: boolean;
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** After this long the program and its children are killed and count as failed. */
  readonly limitMs?: number;
}

export const onePassed: StepResult = Object.freeze({ passed: 1, failed: 0, skipped: 0, output: '' });

export function oneFailed(output: string): StepResult {
  return { passed: 0, failed: 1, skipped: 0, output };
}

export function oneSkipped(reason: string): StepResult {
  return { passed: 0, failed: 0, skipped: 1, output: reason };
}

/** Runs a program without a terminal and keeps what it wrote. Never rejects. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Ended> {
  const limitMs = options.limitMs ?? 15 * 60_000;
  return new Promise((resolve) => {
    const env: NodeJS.ProcessEnv = { ...process.env, ...options.env, NO_COLOR: '1' };
    delete env.FORCE_COLOR;
    delete env.NODE_PATH; // set by pnpm's shims: it would let a program find what its folder does not have
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, so that a hung test's children go with it
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const kill = () => killGroup(child.pid);
    process.once('exit', kill);
    const timer = setTimeout(() => {
      output += `\nkilled after ${limitMs / 1000} s\n`;
      kill();
    }, limitMs);
    const ended = (result: Ended) => {
      clearTimeout(timer);
      process.off('exit', kill);
      resolve(result);
    };
    child.on('error', (error) => ended({ ok: false, output: `${command}: ${error.message}` }));
    child.on('close', (code) => ended({ ok: code === 0, output: output.trim() }));
  });
}

/** Ends a program and whatever it started, even where it has ended itself and left a child behind. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // nothing of it is left
  }
}

/** A step that is one program: status 0 is one check passed. */
export function programStep(
  name: string,
  command: string,
  args: readonly string[],
  options?: ProgramOptions,
): Step {
  return {
    name,
    async run() {
      const ended = await runProgram(command, args, options);
      return ended.ok ? onePassed : oneFailed(ended.output);
    },
  };
}
