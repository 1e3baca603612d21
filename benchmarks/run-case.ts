import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { RunAnswer, RunRequest } from './child.js';
import type { Sample } from './harness.js';

/** How long a process may outlive its wall limit: input for the last lap, its verification, its end. */
const GRACE_MS = 15_000;

/** A case that failed, did not end in time or did not answer. */
export class CaseFailure extends Error {
  override readonly name = 'CaseFailure';
}

/** Runs a case once in a process of its own. */
export function runCase(
  bundleFolder: string,
  request: RunRequest,
  environment: Readonly<Record<string, string>>,
  graceMs = GRACE_MS,
  nodeOptions: readonly string[] = [],
): Promise<Sample> {
  const child = fork(join(bundleFolder, 'child.js'), [], {
    env: { ...process.env, ...environment },
    execArgv: ['--enable-source-maps', ...nodeOptions],
    serialization: 'advanced',
  });
  return new Promise<Sample>((resolve, reject) => {
    const limitMs = request.wallLimitMs + graceMs;
    const fail = (reason: string) => reject(new CaseFailure(`${request.module}: ${reason}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`did not end in ${limitMs} ms`);
    }, limitMs);
    let answer: RunAnswer | undefined;
    child.once('message', (message) => {
      answer = message as RunAnswer;
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (answer === undefined) fail(`ended without an answer (${signal ?? `exit status ${code}`})`);
      else if ('failure' in answer) fail(answer.failure);
      else resolve(answer.sample);
    });
    child.send(request);
  });
}
