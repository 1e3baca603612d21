import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface LineProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with the fields of each line of its standard output, which stand between tabs. */
  readonly onLine?: (fields: readonly string[]) => void;
}

/** How much of what a process logs is kept, in lines. */
const keptLogLines = 60;

/** A child process that is talked to in lines. It leads a group of processes, and they all end with it. */
export class LineProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #name: string;
  readonly #log: string[] = [];
  readonly #ended: Promise<unknown>;
  readonly #listeners = new Set<() => void>();
  #hasEnded = false;

  constructor(program: string, args: readonly string[], options: LineProcessOptions = {}) {
    this.#name = program;
    const { cwd, env = process.env, onLine } = options;
    this.#child = spawn(program, args, { ...(cwd === undefined ? {} : { cwd }), env, detached: true });
    this.#ended = once(this.#child, 'close').catch((error: Error) => this.#note(error.message));
    createInterface(this.#child.stderr).on('line', (line) => this.#note(line));
    createInterface(this.#child.stdout).on('line', (line) => {
      onLine?.(line.split('\t'));
      this.#tellListeners();
    });
    // Writing to a child that died: whoever waits for its answer is told that it ended.
    this.#child.stdin.on('error', (error) => this.#note(error.message));
    // A test that timed out never gets to stop it.
    const killAtExit = () => this.kill();
    process.once('exit', killAtExit);
    void this.#ended.then(() => {
      this.#hasEnded = true;
      process.off('exit', killAtExit);
      this.#tellListeners();
    });
  }

  /** What it logged last. */
  get log(): string {
    return this.#log.join('\n');
  }

  write(...fields: readonly (string | number)[]): void {
    this.#child.stdin.write(`${fields.join('\t')}\n`);
  }

  /** Resolves once `isDone`, which is asked after each line; rejects when the process ends or the time is up before. */
  async until(isDone: () => boolean, what: string, withinMs: number): Promise<void> {
    let stopWaiting = () => {};
    const settled = new Promise<void>((resolve, reject) => {
      const fail = (how: string) => reject(new Error(`${this.#name} ${how}:\n${this.log}`));
      const look = () => {
        if (isDone()) resolve();
        else if (this.#hasEnded) fail(`ended before ${what}`);
      };
      const timer = setTimeout(() => fail(`did not get to ${what} within ${withinMs} ms`), withinMs);
      this.#listeners.add(look);
      stopWaiting = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      look();
    });
    await settled.finally(stopWaiting);
  }

  /** Its status, once it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  /** Ends it and all that it started, by force. */
  async stop(): Promise<void> {
    this.kill();
    await this.#ended;
  }

  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasEnded) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  #note(line: string): void {
    this.#log.push(line);
    if (this.#log.length > keptLogLines) this.#log.shift();
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }
}
