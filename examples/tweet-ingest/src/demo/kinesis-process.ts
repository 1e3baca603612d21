import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A local Kinesis that runs in a process of its own. */
export interface KinesisProcess {
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Rejects if the process ends before {@link KinesisProcess.close} is called. */
  readonly diedEarly: Promise<never>;
  /** Ends the process and waits until it is gone. */
  close(): Promise<void>;
}

/**
 * Ends the child when this process is gone, even after a SIGKILL: the channel between them breaks then. The channel itself must
 * not keep the child running.
 */
const endWithParent =
  'data:text/javascript,process.once("disconnect",()=>process.exit(1));process.channel.unref()';

/** Starts the command of `@shardline/local` with one stream, and waits until it listens. */
export async function startKinesisProcess(stream: string, shards: number): Promise<KinesisProcess> {
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      '--import',
      endWithParent,
      commandPath(),
      ...['--port', '0', '--stream', `${stream}:${shards}`, '--ready-json'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const said: string[] = [];
  child.stderr?.on('data', (text: Buffer) => said.push(text.toString()));
  let closing = false;
  const diedEarly = new Promise<never>((_resolve, reject) => {
    const died = (how: string) => {
      if (!closing) reject(new Error(`The local Kinesis ended early (${how}). ${said.join('').trim()}`));
    };
    child.once('error', (error) => died(error.message));
    child.once('exit', (code, signal) => died(signal ?? `exit status ${code}`));
  });
  diedEarly.catch(() => undefined); // whoever awaits it still sees the rejection
  const endpoint = await Promise.race([endpointOf(child), diedEarly]);
  return {
    clientConfig: {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    },
    diedEarly,
    async close() {
      closing = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Built, the command that the package declares; run from sources, as in tests, its source. */
function commandPath(): string {
  const manifest = createRequire(import.meta.url).resolve('@shardline/local/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { 'shardline-local': string } };
  const fromSource = import.meta.url.endsWith('.ts');
  return join(dirname(manifest), fromSource ? 'src/cli.ts' : bin['shardline-local']);
}

async function endpointOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The local Kinesis has no output to read.');
  const lines = createInterface(child.stdout);
  for await (const line of lines) {
    const { endpoint } = JSON.parse(line) as { endpoint: string };
    return endpoint;
  }
  throw new Error('The local Kinesis did not say where it listens.');
}
