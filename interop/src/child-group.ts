import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ChildGroupOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Flags with which a Node program that does not read its standard input ends when that ends. */
export const endWithStdin: readonly string[] = [
  '--import',
  new URL('../node/end-with-stdin.mjs', import.meta.url).href,
];

/**
 * A child process that leads a group of its own, all of which ends with it. A test that timed out never gets to stop it: the
 * group is ended when this process exits, and, where this process was killed, the child sees the end of its standard input.
 */
export class ChildGroup {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves once it has ended and all that it wrote was read, to why it could not be started, if so. */
  readonly ended: Promise<Error | undefined>;
  #hasEnded = false;

  constructor(program: string, args: readonly string[], options: ChildGroupOptions = {}) {
    const { cwd, env = process.env } = options;
    this.child = spawn(program, args, { ...(cwd === undefined ? {} : { cwd }), env, detached: true });
    const killAtExit = () => this.kill();
    process.once('exit', killAtExit);
    this.ended = once(this.child, 'close').then(
      () => undefined,
      (error: Error) => error,
    );
    void this.ended.then(() => {
      this.#hasEnded = true;
      process.off('exit', killAtExit);
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Ends it and all that it started, by force. */
  async stop(): Promise<void> {
    this.kill();
    await this.ended;
  }

  kill(): void {
    const { pid } = this.child;
    if (pid === undefined || this.#hasEnded) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
