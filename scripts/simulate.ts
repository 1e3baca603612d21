/** `pnpm simulate [--seed N] [--schedules N] [file]`: many seeds, or one seed again with its whole trace. */
import { spawnSync } from 'node:child_process';
import { root } from './bootstrap/set-up.mjs';
import { simulationCommand } from './simulation-command.js';

const command = simulationCommand(process.argv.slice(2));
if ('problem' in command) {
  console.error(command.problem);
  process.exitCode = 2;
} else {
  const env = { ...process.env, ...command.env };
  const { status } = spawnSync('vitest', command.args, { cwd: root, env, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
