import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../usage-error.js';

/** A process that the demo has started and will end. */
export interface DemoChild {
  readonly pid: number;
  /** Rejects if the process ends before it is stopped or killed. */
  readonly diedEarly: Promise<never>;
  /** Asks the process to end, waits until it is gone, and kills it after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
  /** SIGKILL: the process has no chance to say or give back anything. Waits until it is gone. */
  kill(): Promise<void>;
}

/** What to start, and who is told what it says. */
export interface DemoChildOptions<Message> {
  /** What it is called when it ends early. */
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly onMessage: (message: Message) => void;
}

/** The word that asks a child to end. */
export const stopWord = 'stop';

/** A program beside `moduleUrl`: `demo-worker.js` where that is built, `demo-worker.ts` where it runs from its sources. */
export function siblingProgram(name: string, moduleUrl: string): string {
  const inSources = moduleUrl.endsWith('.ts');
  return fileURLToPath(new URL(`${inSources ? '../' : './'}${name}${extname(moduleUrl)}`, moduleUrl));
}

/** Starts a program of this example in a process of its own. It is to follow {@link obeyParent}. */
export function startChild<Message>(options: DemoChildOptions<Message>): DemoChild {
  const { name, script, args, onMessage } = options;
  const child = fork(script, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  child.on('message', (message) => onMessage(message as Message));
  let expected = false;
  const gone = once(child, 'exit').catch(() => undefined);
  const diedEarly = new Promise<never>((_resolve, reject) => {
    const died = (how: string) => {
      if (!expected) reject(new UsageError(`${name} ended early (${how}). ${said.trim()}`.trim()));
    };
    child.once('error', (error) => died(error.message));
    child.once('close', (code, signal) => died(signal ?? `exit status ${code}`));
  });
  diedEarly.catch(() => undefined); // whoever awaits it still sees the rejection
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async () => {
    expected = true;
    child.kill('SIGKILL');
    await gone;
  };
  return {
    pid: child.pid ?? 0,
    diedEarly,
    kill,
    async stop(deadlineMs) {
      expected = true;
      if (isGone()) return;
      if (child.connected) child.send(stopWord, () => undefined); // one that is just ending needs no word
      const controller = new AbortController();
      const late = setTimeout(deadlineMs, true, { signal: controller.signal }).catch(() => false);
      const isLate = await Promise.race([gone.then(() => false), late]);
      controller.abort();
      if (isLate) await kill();
    },
  };
}
