import { spawnSync } from 'node:child_process';

/** A download that stands still must not stand for ever: nobody else ends it. */
const limitMs = 300_000;
const killSignal = 'SIGKILL';

/** Runs a program to its end; undefined when the machine has no such program. */
export function version(program: string, args: readonly string[]): string | undefined {
  const limits = { timeout: limitMs, killSignal } as const;
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', ...limits });
  return status === 0 ? `${stdout}${stderr}` : undefined;
}

/** Runs a program that must succeed, and in time. */
export function runTool(program: string, args: readonly string[], timeout = limitMs): void {
  const limits = { timeout, killSignal } as const;
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...limits });
  if (status === 0) return;
  const late = (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
  const how = late ? `was killed after ${timeout} ms` : `failed (status ${status})`;
  const said = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim().slice(-4_000);
  throw new Error(`${program} ${args.join(' ')} ${how}:\n${said}`);
}
