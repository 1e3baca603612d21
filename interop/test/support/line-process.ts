import { createInterface } from 'node:readline';
import { ChildGroup, type ChildGroupOptions } from '../../src/child-group.js';

export interface LineProcessOptions extends ChildGroupOptions {
  /** Called with the fields of each line of its standard output, which stand between tabs. */
  readonly onLine?: (fields: readonly string[]) => void;
}

/** How much of what a process logs is kept, in lines. */
const keptLogLines = 60;

/** A child process that is talked to in lines. */
export class LineProcess {
  readonly #group: ChildGroup;
  readonly #name: string;
  readonly #log: string[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(program: string, args: readonly string[], options: LineProcessOptions = {}) {
    this.#name = program;
    const { onLine, ...rest } = options;
    this.#group = new ChildGroup(program, args, rest);
    const { stdin, stdout, stderr } = this.#group.child;
    createInterface(stderr).on('line', (line) => this.#note(line));
    createInterface(stdout).on('line', (line) => {
      onLine?.(line.split('\t'));
      this.#tellListeners();
    });
    // Writing to a child that died: whoever waits for its answer is told that it ended.
    stdin.on('error', (error) => this.#note(error.message));
    void this.#group.ended.then((error) => {
      if (error !== undefined) this.#note(error.message);
      this.#tellListeners();
    });
  }

  /** What it logged last. */
  get log(): string {
    return this.#log.join('\n');
  }

  write(...fields: readonly (string | number)[]): void {
    this.#group.child.stdin.write(`${fields.join('\t')}\n`);
  }

  /** Resolves once `isDone`, which is asked after each line; rejects when the process ends or the time is up before. */
  async until(isDone: () => boolean, what: string, withinMs: number): Promise<void> {
    let stopWaiting = () => {};
    const settled = new Promise<void>((resolve, reject) => {
      const fail = (how: string) => reject(new Error(`${this.#name} ${how}:\n${this.log}`));
      const look = () => {
        if (isDone()) resolve();
        else if (this.#group.hasEnded) fail(`ended before ${what}`);
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
    await this.#group.ended;
    return this.#group.child.exitCode;
  }

  /** Ends it and all that it started, by force. */
  stop(): Promise<void> {
    return this.#group.stop();
  }

  #note(line: string): void {
    this.#log.push(line);
    if (this.#log.length > keptLogLines) this.#log.shift();
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }
}
