import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Surroundings } from './benchmark.js';
import type { NullServerAddress } from './null-server.js';

/** Starts the null server in a process of its own. Cases find it in their parameters and trust its certificate. */
export async function startNullServer(bundleFolder: string): Promise<Surroundings> {
  const child = fork(join(bundleFolder, 'null-server.js'), [], { execArgv: ['--enable-source-maps'] });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (first === undefined) throw new Error(`the null server ended at once (exit status ${child.exitCode})`);
  const [{ httpEndpoint, httpsEndpoint, certificate }] = first as [NullServerAddress];
  const certificateFile = join(bundleFolder, `null-server-${child.pid}.pem`);
  await writeFile(certificateFile, certificate);
  return {
    parameters: { httpEndpoint, httpsEndpoint },
    environment: {
      NODE_EXTRA_CA_CERTS: certificateFile,
      // The SDK would write it into every case's output.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    async close() {
      child.disconnect();
      await ended;
    },
  };
}
