import { join } from 'node:path';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endWithStdin } from '../src/child-group.js';
import { awsEnvironment } from './support/aws-environment.js';
import { LineProcess } from './support/line-process.js';
import { interopFolder } from './support/tool.js';
import { trustFile } from './support/trust-file.js';

/** The SDK for JavaScript with its own handler, which speaks HTTP/2, in a program that knows nothing but an endpoint. */
const program = join(interopFolder, 'node', 'checks.mjs');
/** A shard that took a record of 1 MB takes no other for 100 s: nothing depends on how fast the program is. */
const shardWriteBytesPerSecond = 10_000;
let kinesis: LocalKinesisServer;
let trusted: ReturnType<typeof trustFile>;

beforeAll(async () => {
  kinesis = await startLocalKinesis({ tls: true, limits: { shardWriteBytesPerSecond } });
  trusted = trustFile(kinesis.certificate);
});

afterAll(async () => {
  await kinesis?.close();
  trusted?.remove();
});

it.each(['http', 'https'])(
  'the SDK for JavaScript makes, fills and subscribes to a stream over %s',
  async (protocol) => {
    const endpoint = kinesis.endpoint.replace('https', protocol);
    const env = {
      ...awsEnvironment({ AWS_ENDPOINT_URL_KINESIS: endpoint }),
      NODE_EXTRA_CA_CERTS: trusted.path,
    };
    const run = new LineProcess(process.execPath, [...endWithStdin, program, `node-${protocol}`], { env });
    try {
      expect(await run.ended(), run.log).toBe(0);
    } finally {
      await run.stop();
    }
  },
  150_000,
);
