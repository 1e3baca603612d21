import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A program of this example, run from its sources in a process group of its own. */
export interface RunningProgram {
  readonly process: ChildProcess;
  /** Output so far, both kinds together. */
  output(): string;
  /** Resolves once the output contains `text`; rejects if the program ends before. */
  saying(text: string): Promise<void>;
  /** Resolves when the program has ended and its output is complete. */
  readonly ended: Promise<{ exitStatus: number | null; output: string }>;
  /** Resolves to true once no process of its group is left, to false after ten seconds. */
  isGone(): Promise<boolean>;
  /** Sends a signal to the local Kinesis processes that the program has started. */
  signalServers(signal: NodeJS.Signals): void;
  /** Ends whatever is left of its group. */
  end(): void;
}

const loader = createRequire(import.meta.url).resolve('tsx');

/** Starts `src/<name>.ts` with `args`. */
export function runProgram(
  name: 'cli' | 'demo',
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): RunningProgram {
  const script = fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@shardline/source', '--import', loader, script, ...args],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: { ...process.env, ...env } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('said');
    });
  }
  const ended = once(child, 'close').then(() => ({ exitStatus: child.exitCode, output }));
  return {
    process: child,
    output: () => output,
    async saying(text) {
      while (!output.includes(text)) {
        const over = await Promise.race([once(child, 'said').then(() => false), ended.then(() => true)]);
        if (over && !output.includes(text))
          throw new Error(`The program ended without saying "${text}": ${output}`);
      }
    },
    ended,
    async isGone() {
      for (let tries = 0; tries < 200; tries += 1) {
        if (!signalGroup(child, 0)) return true;
        await setTimeout(50);
      }
      return false;
    },
    signalServers(signal) {
      const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
      for (const line of list.split('\n')) {
        const [pid, parent] = line.trim().split(/\s+/, 2).map(Number);
        if (parent === child.pid && pid && line.includes('--ready-json')) process.kill(pid, signal);
      }
    },
    end: () => void signalGroup(child, 'SIGKILL'),
  };
}

/** False when there is nobody left to get the signal. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false;
  }
}
