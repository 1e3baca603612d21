// The two commands of the README: set-up, then the program, with its exit status passed on.
import { spawn } from 'node:child_process';
import { step } from './progress.mjs';
import { buildIfStale, root, setUp } from './set-up.mjs';

/** Runs a program on this terminal; resolves to its exit status. @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} env */
function hand(program, args, env) {
  const child = spawn(program, args, {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const forward = () => undefined; // the terminal sends the signal to the child as well: let it end in its own way
  process.on('SIGINT', forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 1));
  });
}

/** @param {() => Promise<unknown>} command */
async function exitWith(command) {
  try {
    process.exitCode = Number(await command());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** @param {string[]} args */
export function demo(args) {
  return exitWith(async () => {
    const env = await setUp();
    await buildIfStale(env, step);
    return hand(process.execPath, ['examples/tweet-ingest/dist/demo.js', ...args], env);
  });
}

/** `pnpm verify`, which builds; a set-up that fails counts as one failure. */
export function test() {
  return exitWith(async () => {
    let env;
    try {
      env = await setUp();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      console.log('0 passed, 1 failed');
      return 1;
    }
    return hand('pnpm', ['--silent', 'verify'], env);
  });
}
