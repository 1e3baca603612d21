import { spawnSync } from 'node:child_process';

/** Runs a program to its end; undefined when the machine has no such program. */
export function version(program: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}` : undefined;
}

/** Runs a program that must succeed. */
export function runTool(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status === 0) return;
  const said = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim().slice(-4_000);
  throw new Error(`${program} ${args.join(' ')} failed (status ${status}):\n${said}`);
}
