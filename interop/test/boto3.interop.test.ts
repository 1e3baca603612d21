import { join } from 'node:path';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { awsEnvironment } from './support/aws-environment.js';
import { LineProcess } from './support/line-process.js';
import { interopFolder, pathOf, titleOf } from './support/tool.js';
import { trustFile } from './support/trust-file.js';

/** Each check is a Python program of its own, as users write them; the endpoint is all that it is told. */
const python = inject('python');
const program = join(interopFolder, 'python', 'checks.py');

/** A shard that took a record of 1 MB takes no other for 100 s: nothing depends on how fast the program is. */
const shardWriteBytesPerSecond = 10_000;

const checks = [
  ['makes, describes, lists, tags and deletes streams', 'streams'],
  ['pages through shards and splits one', 'shards'],
  ['puts records and reads them back', 'records'],
  ['registers a consumer and subscribes to a shard', 'fan-out'],
  ['gets its own exception classes', 'errors'],
] as const;

describe.skipIf(python.missing !== undefined)(titleOf('boto3 1.44.5', python), () => {
  describe.each([
    ['HTTP', false],
    ['HTTPS', true],
  ])('over %s', (_, tls) => {
    const ends: (() => unknown)[] = [];
    let kinesis: LocalKinesisServer;
    let env: NodeJS.ProcessEnv;

    beforeAll(async () => {
      kinesis = await startLocalKinesis({ tls, limits: { shardWriteBytesPerSecond } });
      ends.push(() => kinesis.close());
      env = awsEnvironment({ AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint });
      if (!tls) return;
      const trusted = trustFile(kinesis.certificate);
      ends.push(() => trusted.remove());
      env = { ...env, AWS_CA_BUNDLE: trusted.path };
    });

    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    });

    it.each(checks)(
      '%s',
      async (_title, name) => {
        const run = new LineProcess(pathOf(python), [program, name, `boto3-${name}`], { env });
        try {
          expect(await run.ended(), run.log).toBe(0);
        } finally {
          await run.stop();
        }
      },
      150_000,
    );
  });
});
