/**
 * The command line in a process of its own: how it says that it is ready, what its options do to the server, how it fails, and
 * that it stops when told. Cannot show what npm does; the shell here stands where npx puts one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { goodHeaders, rawRequest } from './support/raw-request.js';

const command = [process.execPath, join(inject('programs')['packages/local'], 'cli.js')] as const;
const children: ChildProcess[] = [];
/** Processes that nobody else ends where a test fails. */
const orphans: number[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const orphan of orphans.splice(0)) process.kill(orphan, 'SIGKILL');
  await rm(folder, { recursive: true });
});

function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    line: async () => String((await lines.next()).value),
    ended: once(child.stdout, 'close'),
    exited: once(child, 'exit'),
  };
}

function start(...args: readonly string[]) {
  const [program, ...own] = command;
  return run(program, [...own, ...args]);
}

async function ready(...args: readonly string[]) {
  const started = start('--port', '0', '--ready-json', ...args);
  return { ...started, facts: JSON.parse(await started.line()) };
}

/** What it says when it fails, and its exit status. */
async function failure(...args: readonly string[]) {
  const { child, exited } = start(...args);
  const [[text], [status]] = await Promise.all([once(child.stderr, 'data'), exited]);
  return { text: String(text), status };
}

/** An API call, and the answer's status and body. */
async function call(endpoint: string, operation: string, input: object) {
  const headers = { ...goodHeaders, 'x-amz-target': `Kinesis_20131202.${operation}` };
  const { status, text } = await rawRequest(endpoint, { headers, body: JSON.stringify(input) });
  return { status, body: text === '' ? {} : JSON.parse(text) };
}

describe('shardline-local', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line of JSON when ready, serves, and stops on %s',
    async (signal) => {
      const { child, exited, facts } = await ready('--stream', 'tweets:4');
      expect(facts).toEqual({
        ready: true,
        endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        clientConfig: {
          endpoint: facts.endpoint,
          region: 'us-east-1',
          credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        },
        streams: [{ name: 'tweets', shards: 4 }],
      });
      expect((await fetch(`${facts.endpoint}/health`)).status).toBe(200);
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

  it('has a help text', async () => {
    const { line, exited } = start('--help');
    expect(await line()).toMatch(/^Usage: shardline-local/);
    expect(await exited).toEqual([0, null]);
  });

  it('says its version', async () => {
    const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { line, exited } = start('--version');
    expect(await line()).toBe(JSON.parse(manifest).version);
    expect(await exited).toEqual([0, null]);
  });

  it('has streams that are ACTIVE at once where they are to be', async () => {
    const { facts } = await ready('--transition-ms', '0');
    await call(facts.endpoint, 'CreateStream', { StreamName: 'a', ShardCount: 1 });
    const { body } = await call(facts.endpoint, 'DescribeStreamSummary', { StreamName: 'a' });
    expect(body.StreamDescriptionSummary.StreamStatus).toBe('ACTIVE');
  });

  it('speaks TLS with the certificate that it writes', async () => {
    const certFile = join(folder, 'certificate.pem');
    const { facts } = await ready('--tls', '--tls-name', 'kinesis', '--cert-file', certFile);
    const certificate = await readFile(certFile, 'utf8');
    expect(facts).toMatchObject({
      endpoint: expect.stringMatching(/^https:/),
      tls: { certificate, certificateFile: certFile },
    });
    expect(new X509Certificate(certificate).checkHost('kinesis')).toBe('kinesis');
    const outgoing = request(`${facts.endpoint}/health`, { ca: certificate }).end();
    const [answer] = await once(outgoing, 'response');
    expect(answer.statusCode).toBe(200);
    outgoing.destroy();
  });

  it('has streams, limits and faults as asked', async () => {
    const faultsFile = join(folder, 'faults.json');
    await writeFile(
      faultsFile,
      '[{"kind":"failCall","operation":"ListStreams","errorCode":"ThrottlingException"}]',
    );
    const { facts } = await ready(
      ...['--stream', 'a:on-demand-auto', '--account-id', '123456789012', '--region', 'eu-central-1'],
      ...['--limit', 'putRecordsMaxRecords=2', '--max-retained-bytes', '5000', '--admin-port', '0'],
      ...['--fault', '{"kind":"failCall","operation":"DescribeLimits","errorCode":"ServiceUnavailable"}'],
      ...['--faults-file', faultsFile],
    );
    const { endpoint, adminEndpoint, streams } = facts;
    expect(streams).toEqual([{ name: 'a', shards: 4, mode: 'on-demand-auto' }]);
    const summary = await call(endpoint, 'DescribeStreamSummary', { StreamName: 'a' });
    expect(summary.body.StreamDescriptionSummary).toMatchObject({
      StreamARN: 'arn:aws:kinesis:eu-central-1:123456789012:stream/a',
      RecordDistributionStrategy: 'AUTO',
    });
    const records = (count: number, size: number) => ({
      StreamName: 'a',
      Records: Array.from({ length: count }, () => ({ Data: Buffer.alloc(size).toString('base64') })),
    });
    expect((await call(endpoint, 'PutRecords', records(3, 1))).status).toBe(400);
    expect((await call(endpoint, 'PutRecords', records(2, 1))).status).toBe(200);
    expect((await call(endpoint, 'PutRecords', records(1, 6_000))).body.__type).toBe(
      'LocalMemoryExceededException',
    );
    expect((await call(endpoint, 'DescribeLimits', {})).status).toBe(503);
    expect((await call(endpoint, 'ListStreams', {})).body.__type).toBe('ThrottlingException');
    const counts = await (await fetch(`${adminEndpoint}/counts`)).json();
    expect(counts).toMatchObject({ failCall: 2 });
  });

  it('strikes the same calls with the same seed, whoever asks after its health', async () => {
    const outcome = async (seed: string, checked = false) => {
      const fault = '{"kind":"failCall","errorCode":"InternalFailure","probability":0.5}';
      const { facts, child, exited } = await ready('--seed', seed, '--fault', fault, '--no-limits');
      const statuses: number[] = [];
      for (let n = 0; n < 40; n += 1) {
        if (checked) await fetch(`${facts.endpoint}/health`);
        statuses.push((await call(facts.endpoint, 'ListStreams', {})).status);
      }
      child.kill('SIGTERM');
      await exited;
      return statuses;
    };
    const [first, again, other] = await Promise.all([outcome('7'), outcome('7', true), outcome('8')]);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 500]));
  });

  it('lets time pass when it is told to', async () => {
    const { facts } = await ready('--manual-clock', '--admin-port', '0');
    const status = async () => {
      const { body } = await call(facts.endpoint, 'DescribeStreamSummary', { StreamName: 'a' });
      return body.StreamDescriptionSummary.StreamStatus;
    };
    await call(facts.endpoint, 'CreateStream', { StreamName: 'a', ShardCount: 1 });
    expect(await status()).toBe('CREATING');
    const advanced = await fetch(`${facts.adminEndpoint}/clock/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"ms":500}',
    });
    expect(advanced.status).toBe(200);
    expect(await status()).toBe('ACTIVE');
  });

  it('has idle events and empty pages as often as asked', async () => {
    const { facts } = await ready(
      ...['--manual-clock', '--admin-port', '0', '--stream', 'a', '--transition-ms', '0'],
      ...['--idle-event-ms', '20', '--empty-page-gap-ms', '30'],
    );
    const advance = (ms: number) =>
      fetch(`${facts.adminEndpoint}/clock/advance`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ms }),
      });
    const of = async (operation: string, input: object) =>
      (await call(facts.endpoint, operation, input)).body;
    for (const Data of ['MQ==', 'Mg==']) {
      await of('PutRecord', { StreamName: 'a', PartitionKey: 'k', Data });
      await advance(31);
    }
    const shard = { ShardId: 'shardId-000000000000' };
    const begin = { StreamName: 'a', ...shard, ShardIteratorType: 'TRIM_HORIZON' };
    const first = await of('GetRecords', await of('GetShardIterator', begin));
    expect(first.Records).toHaveLength(1);

    const { StreamDescriptionSummary: stream } = await of('DescribeStreamSummary', { StreamName: 'a' });
    const register = { StreamARN: stream.StreamARN, ConsumerName: 'c' };
    const { ConsumerARN } = (await of('RegisterStreamConsumer', register)).Consumer;
    const subscribed = await fetch(facts.endpoint, {
      method: 'POST',
      headers: { ...goodHeaders, 'x-amz-target': 'Kinesis_20131202.SubscribeToShard' },
      body: JSON.stringify({ ConsumerARN, ...shard, StartingPosition: { Type: 'LATEST' } }),
    });
    const reader = subscribed.body?.pipeThrough(new TextDecoderStream('latin1')).getReader();
    let text = '';
    const readUntil = async (part: string) => {
      while (!text.includes(part)) text += (await reader?.read())?.value ?? expect.fail(text);
    };
    await readUntil('initial-response');
    await advance(20);
    await readUntil('SubscribeToShardEvent');
    await reader?.cancel();
  });
});

describe('shardline-local that cannot start', () => {
  it('says in one line what is wrong with its arguments', async () => {
    expect(await failure('--port', 'many')).toEqual({
      text: 'shardline-local: --port must be a whole number, 0 to 65,535; received "many".\n',
      status: 2,
    });
    expect(await failure('--prt', '1')).toMatchObject({
      text: expect.stringContaining('Did you mean --port?'),
    });
  });

  it('says which file it cannot read or write, and leaves nothing running', async () => {
    const nowhere = join(folder, 'no', 'file');
    const reason = 'there is no such file or directory.\n';
    expect(await failure('--faults-file', nowhere)).toEqual({
      text: `shardline-local: Cannot read ${nowhere}: ${reason}`,
      status: 2,
    });
    expect(await failure('--port', '0', '--tls', '--cert-file', nowhere)).toEqual({
      text: `shardline-local: Cannot write ${nowhere}: ${reason}`,
      status: 2,
    });
  });

  it('says that a port is in use, and by which option to choose another', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const told = (option: string) =>
      `shardline-local: Port ${port} on 127.0.0.1 is in use. Choose another with ${option}, or any free one with ${option} 0.\n`;
    expect(await failure('--port', String(port))).toEqual({ text: told('--port'), status: 1 });
    expect(await failure('--port', '0', '--admin-port', String(port))).toEqual({
      text: told('--admin-port'),
      status: 1,
    });
    taken.close();
  });
});

describe('shardline-local whose parent goes', () => {
  it('stops when npx has run it: the shell between them dies of the signal that it was to pass on', async () => {
    const words = [...command, '--port', '0', '--ready-json'].map((word) => `'${word}'`);
    const shell = run('/bin/sh', ['-c', `${words.join(' ')} & echo "$!"; wait`], {
      npm_lifecycle_event: 'npx',
      npm_lifecycle_script: "'shardline-local'",
    });
    orphans.push(Number(await shell.line()));
    const { endpoint } = JSON.parse(await shell.line());
    expect((await fetch(`${endpoint}/health`)).status).toBe(200);
    shell.child.kill('SIGTERM');
    // The pipe is closed only when the program has ended too.
    await shell.ended;
    await expect(fetch(`${endpoint}/health`)).rejects.toThrow();
    orphans.pop();
  });
});
