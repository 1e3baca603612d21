import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CaseParameters, stringParameter } from '../benchmark.js';
import { JsonCaller } from './json-caller.js';
import { cpuSecondsOf } from './process-cpu.js';

/** A process on a busy machine takes its time. */
const STARTS_WITHIN_MS = 150_000;
const PROBE_MS = 2_000;

/** A Kinesis in a process of its own, and a caller for it. */
export interface KinesisUnderTest {
  readonly endpoint: string;
  readonly caller: JsonCaller;
  /** CPU time of the server so far. */
  cpuSeconds(): number;
  /** A new stream, ACTIVE. */
  createStream(name: string, shards: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts the server that the parameter `server` names: `shardline` or `kinesis-local`. */
export async function startKinesis(parameters: CaseParameters): Promise<KinesisUnderTest> {
  const ours = stringParameter(parameters, 'server') === 'shardline';
  const { child, endpoint } = await (ours ? startOurs() : startKinesisLocal());
  const pid = child.pid ?? 0;
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const caller = new JsonCaller(endpoint);
  return {
    endpoint,
    caller,
    cpuSeconds: () => cpuSecondsOf(pid),
    async createStream(StreamName, ShardCount) {
      await caller.call('CreateStream', { StreamName, ShardCount });
      await untilActive(caller, StreamName);
    },
    async close() {
      caller.close();
      process.off('exit', end);
      const ended = once(child, 'exit');
      end();
      await ended;
    },
  };
}

interface Started {
  readonly child: ChildProcess;
  readonly endpoint: string;
}

async function startOurs(): Promise<Started> {
  const child = fork(new URL('./local-server.js', entryFolder()), { execArgv: ['--enable-source-maps'] });
  const ended = once(child, 'exit').then(() => undefined);
  const first = await Promise.race([once(child, 'message'), ended]);
  if (first === undefined) throw new Error(`the local Kinesis ended at once (exit status ${child.exitCode})`);
  return { child, endpoint: String(first[0]) };
}

/** Where the bundle's entries lie; this file's code may end up in any of its parts. */
function entryFolder(): string {
  return new URL('.', `file://${process.argv[1]}`).href;
}

async function startKinesisLocal(): Promise<Started> {
  const [plainPort, tlsPort] = await Promise.all([freePort(), freePort()]);
  const main = createRequire(`${process.argv[1]}`).resolve('kinesis-local');
  const moment = Object.fromEntries(
    ['CREATE_STREAM', 'DELETE_STREAM', 'REGISTER_STREAM_CONSUMER'].map((name) => [`${name}_DURATION`, '1ms']),
  );
  const child = spawn(process.execPath, [main], {
    // It reads its certificate from the folder it runs in.
    cwd: dirname(main),
    env: {
      PATH: process.env.PATH,
      ...moment,
      KINESIS_MOCK_PLAIN_PORT: String(plainPort),
      KINESIS_MOCK_TLS_PORT: String(tlsPort),
      SHARD_LIMIT: '20000',
      LOAD_DATA_IF_EXISTS: 'false',
      LOG_LEVEL: 'ERROR',
    },
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${plainPort}`;
  const untilMs = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < untilMs && child.exitCode === null) {
    const signal = AbortSignal.timeout(PROBE_MS);
    const response = await fetch(`${endpoint}/healthcheck`, { signal }).catch(() => undefined);
    if (response?.ok) return { child, endpoint };
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error('kinesis-local did not start');
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function untilActive(caller: JsonCaller, StreamName: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const answer = await caller.call('DescribeStreamSummary', { StreamName });
    const { StreamDescriptionSummary: summary } = answer as {
      StreamDescriptionSummary?: { StreamStatus: string };
    };
    if (summary?.StreamStatus === 'ACTIVE') return;
    await sleep(10);
  }
  throw new Error(`stream ${StreamName} did not become ACTIVE`);
}
