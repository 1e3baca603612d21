/** The command line in a process of its own: how it says that it is ready, and that it stops when told. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@shardline/source', cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => String((await lines.next()).value), exited: once(child, 'exit') };
}

describe('shardline-local', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line of JSON when ready, serves, and stops on %s',
    async (signal) => {
      const { child, line, exited } = start('--port', '0', '--stream', 'tweets:4', '--ready-json');
      const ready = JSON.parse(await line());
      expect(ready).toEqual({
        ready: true,
        endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        streams: [{ name: 'tweets', shards: 4 }],
      });
      expect((await fetch(`${ready.endpoint}/health`)).status).toBe(200);
      child.kill(signal);
      expect(await exited).toEqual([0, null]);
    },
  );

  it('says where it listens in words', async () => {
    const { line } = start('--port', '0', '--stream', 'a');
    expect(await line()).toMatch(
      /^Local Kinesis listens on http:\/\/127\.0\.0\.1:\d+ \(health: .*\/health\)\.$/,
    );
    expect(await line()).toBe('  stream a, 1 open shard');
    expect(await line()).toMatch(/AWS_ENDPOINT_URL_KINESIS=http/);
  });

  it('explains what is wrong with its arguments and fails', async () => {
    const { child, exited } = start('--port', 'many');
    const [text] = await once(child.stderr, 'data');
    expect(String(text)).toContain('"--port" must be a whole number, 0 to 65,535');
    expect(await exited).toEqual([1, null]);
  });

  it('has a help text', async () => {
    const { line, exited } = start('--help');
    expect(await line()).toMatch(/^Usage: shardline-local/);
    expect(await exited).toEqual([0, null]);
  });
});
