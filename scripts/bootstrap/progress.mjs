// Set-up takes a minute on a fresh machine: one line per step with its seconds, live on a terminal.
import { spawn } from 'node:child_process';

const live = process.stdout.isTTY === true && process.env.CI === undefined;

/**
 * Runs `work` under a line that shows how long it takes.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  const ticker = setInterval(
    () => process.stdout.write(live ? `\r  ${title} … ${seconds()}` : `  ${title} … ${seconds()}\n`),
    live ? 1_000 : 15_000,
  );
  if (live) process.stdout.write(`  ${title} …`);
  try {
    const result = await work();
    process.stdout.write(`${live ? '\r' : ''}✓ ${title}, ${seconds()}    \n`);
    return result;
  } catch (error) {
    process.stdout.write(`${live ? '\r' : ''}✗ ${title}, ${seconds()}    \n`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

/**
 * Runs a program without a terminal; its output is kept and shown only if it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<string>} what it wrote to stdout
 */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let all = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      all += chunk;
    });
    child.stderr.on('data', (chunk) => {
      all += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      reject(
        new Error(`${command} ${args.join(' ')} ended with ${signal ?? `status ${code}`}:\n${all.trim()}`),
      );
    });
  });
}
