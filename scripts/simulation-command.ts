import { parseArgs } from 'node:util';

/** What to run, or what was wrong with the arguments. */
export type SimulationCommand =
  | { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }
  | { readonly problem: string };

const usage = 'Usage: pnpm simulate [--seed N] [--schedules N] [part of a file name]';

/** The vitest command for the arguments of `pnpm simulate`; the seeds reach the tests through the environment. */
export function simulationCommand(given: readonly string[]): SimulationCommand {
  try {
    const options = { seed: { type: 'string' }, schedules: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...given], options, allowPositionals: true });
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      if (!/^\d+$/.test(value))
        return { problem: `--${name} takes a whole number, not "${value}". ${usage}` };
      env[`SIMULATION_${name.toUpperCase()}`] = value;
    }
    // A longer run than usual is what was asked for: no time-out.
    const args = [
      'run',
      '--project',
      'simulation',
      '--disable-console-intercept',
      '--test-timeout=0',
      ...positionals,
    ];
    return { args, env };
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : String(error)} ${usage}` };
  }
}
