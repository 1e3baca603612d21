import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';

/** A program of this example, compiled from its sources and run in a process group of its own. */
export interface RunningProgram {
  readonly process: ChildProcess;
  /** Output so far, both kinds together. */
  output(): string;
  /** Resolves once the output contains `text`, or matches it; rejects if the program ends before. */
  saying(text: string | RegExp): Promise<void>;
  /** Resolves when the program has ended and its output is complete. */
  readonly ended: Promise<{ exitStatus: number | null; output: string }>;
  /** Resolves to true once no process of its group is left, to false after ten seconds. */
  isGone(): Promise<boolean>;
  /** Sends a signal to the processes that the program has started and whose command contains `part`. */
  signalChildren(part: string, signal: NodeJS.Signals): void;
  /** Sends a signal to the program and all that it has started, as Ctrl-C on a terminal does. */
  signalAll(signal: NodeJS.Signals): void;
  /** Ends whatever is left of its group. */
  end(): void;
}

/** Starts `src/<name>.ts` with `args`. */
export function runProgram(
  name: 'cli' | 'demo',
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): RunningProgram {
  const script = join(inject('programs')['examples/tweet-ingest'], `${name}.js`);
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
  });
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
      const isSaid = () => (typeof text === 'string' ? output.includes(text) : text.test(output));
      while (!isSaid()) {
        const over = await Promise.race([once(child, 'said').then(() => false), ended.then(() => true)]);
        if (over && !isSaid()) throw new Error(`The program ended without saying "${text}": ${output}`);
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
    signalChildren(part, signal) {
      for (const { pid, parent, command } of processes()) {
        if (parent === child.pid && command.includes(part)) process.kill(pid, signal);
      }
    },
    signalAll: (signal) => void signalGroup(child, signal),
    end: () => void signalGroup(child, 'SIGKILL'),
  };
}

interface MachineProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process of the machine, from /proc where there is one: small images have no `ps`. */
function processes(): MachineProcess[] {
  if (!existsSync('/proc/self/stat')) {
    const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
    return list.split('\n').map((line) => {
      const [pid = 0, parent = 0] = line.trim().split(/\s+/, 2).map(Number);
      return { pid, parent, command: line };
    });
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const afterName = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return [{ pid: Number(name), parent: Number(afterName.split(' ')[1]), command }];
      } catch {
        return []; // it ended while we looked
      }
    });
}

/** False when there is nobody left to get the signal. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false;
  }
}
