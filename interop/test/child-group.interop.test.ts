import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { ChildGroup, endWithStdin } from '../src/child-group.js';
import { awsEnvironment } from './support/aws-environment.js';
import { interopFolder, pathOf } from './support/tool.js';

const idle = ['-e', 'setInterval(() => {}, 1_000)'];
/** Tells the process id of a child of its own, which would outlive it. */
const withChild = `const { pid } = require('node:child_process').spawn(process.execPath, ${JSON.stringify(idle)}, { stdio: 'ignore' });
console.log(pid); setInterval(() => {}, 1_000)`;

it('ends a child, and what that has started, by force', async () => {
  const group = new ChildGroup(process.execPath, ['-e', withChild]);
  const [line] = (await once(group.child.stdout, 'data')) as [Buffer];
  await group.stop();
  expect([group.hasEnded, group.child.signalCode]).toEqual([true, 'SIGKILL']);
  await expect.poll(() => isAlive(Number(line)), { timeout: 30_000 }).toBe(false);
});

it('ends it when this process exits, and forgets it once it has ended', async () => {
  const before = process.listeners('exit');
  const group = new ChildGroup(process.execPath, idle);
  const [atExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
  atExit?.(0);
  await group.ended;
  expect(group.child.signalCode).toBe('SIGKILL');
  expect(process.listeners('exit')).toEqual(before);
});

it('tells why a program could not be started', async () => {
  const group = new ChildGroup('/nowhere/program', []);
  expect((await group.ended)?.message).toContain('ENOENT');
  await group.stop();
});

it('has a Node program end with its standard input', async () => {
  const { child, ended } = new ChildGroup(process.execPath, [...endWithStdin, ...idle]);
  child.stdin.end();
  await ended;
  expect(child.exitCode).toBe(1);
});

const python = inject('python');

it.skipIf(python.missing !== undefined)(
  'has the Python program end with its standard input, whatever it waits for',
  async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const program = join(interopFolder, 'python', 'checks.py');
    const env = awsEnvironment({ AWS_ENDPOINT_URL_KINESIS: endpoint });
    const group = new ChildGroup(pathOf(python), [program, 'streams', 'nobody'], { env });
    const [connection] = await once(silent, 'connection');
    group.child.stdin.end();
    await group.ended;
    expect(group.child.exitCode).toBe(1);
    connection.destroy();
    silent.close();
  },
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
