import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { RecordLedger, readStream, sdkReads } from '@shardline/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TweetGenerator } from '../src/tweet-generator.js';
import { identifyTweet } from '../src/tweet-ledger.js';
import { runProgram } from './run-program.js';

const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1' };
const noCredentials = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_PROFILE: undefined,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_CONFIG_FILE: '/dev/null',
};

/** Runs `tweet-ingest` as a user would, against a local Kinesis over HTTP. Says nothing about speed. */
describe('tweet-ingest ingest', () => {
  let kinesis: LocalKinesisServer;
  let folder = '';
  beforeAll(async () => {
    kinesis = await startLocalKinesis({ streams: ['tweets', 'others'].map((name) => ({ name, shards: 4 })) });
    folder = await mkdtemp(join(tmpdir(), 'tweet-ingest-'));
  });
  afterAll(async () => {
    await kinesis.close();
    await rm(folder, { recursive: true });
  });

  const file = (name: string) => join(folder, name);
  const into = (stream: string) => ['--stream', stream, '--endpoint', kinesis.endpoint];

  it('stores every tweet of a file byte for byte, in order, and reports the lines that are none', async () => {
    const generator = new TweetGenerator({ seed: 11 });
    const lines = Array.from({ length: 3_000 }, () => String(generator.nextRecord().data));
    const broken = ['{"data":{"id":"1"', '{"data":{"id":"1"}}', ''];
    await writeFile(
      file('tweets.ndjson'),
      `\ufeff${[...lines.slice(0, 9), ...broken, ...lines.slice(9)].join('\r\n')}`,
    );
    const args = ['ingest', file('tweets.ndjson'), ...into('tweets'), '--ledger', file('tweets.ledger')];
    const { exitStatus, output } = await runProgram('cli', args, credentials).ended;
    expect(output).toContain('line 10 skipped, not JSON:');
    expect(output).toContain('line 11 skipped, no author_id: tweet 1 names no author');
    expect(output).toContain('lines      3,002 read, 2 skipped (1 not JSON, 1 no author_id)');
    expect(output).toContain('tweets     3,000 put, 3,000 stored, 0 failed');
    expect(output).toMatch(/^lost +0$/m);
    expect(exitStatus).toBe(0);

    const client = new KinesisClient(kinesis.clientConfig);
    const stored = readStream({ kinesis: sdkReads(client), stream: 'tweets' });
    const inStream: string[] = [];
    const ledgers = [file('tweets.ledger')];
    const verdict = await RecordLedger.judge({
      ledgers,
      stored,
      repeatsAllowed: false,
      identify(record) {
        inStream.push(Buffer.from(record.data).toString());
        return identifyTweet(record);
      },
    });
    client.destroy();
    expect(verdict).toMatchObject({
      ok: true,
      accepted: 3_000,
      stored: 3_000,
      repeats: 0,
      lost: 0,
      outOfOrder: 0,
    });
    expect(verdict.records).toBeLessThan(300);
    expect(inStream.sort()).toEqual([...lines].sort());
    const [first] = (await readFile(file('tweets.ledger'), 'utf8')).split('\n');
    const checksum = createHash('md5')
      .update(lines[0] ?? '')
      .digest()
      .readUInt32BE(0);
    expect(JSON.parse(first ?? '')).toMatchObject({ event: 'accepted', checksum });
  });

  it('reads standard input into the local Kinesis of its own by default, and says so', async () => {
    const program = runProgram('cli', ['ingest', '-']);
    program.process.stdin?.end('{"id":"1","author_id":"a"}\n{"id":"2","author_id":"a"}');
    const { exitStatus, output } = await program.ended;
    expect(output).toContain('No --stream given: putting into a local Kinesis inside this process');
    expect(output).toContain('tweets     2 put, 2 stored, 0 failed');
    expect(exitStatus).toBe(0);
  });

  it('settles what was put when told to stop, however silent its input', async () => {
    const program = runProgram('cli', ['ingest', ...into('others')], credentials);
    program.process.stdin?.write('nonsense\n{"id":"1","author_id":"a"}\n');
    await program.saying('line 1 skipped');
    program.process.kill('SIGTERM');
    const { exitStatus, output } = await program.ended;
    expect(output).toContain('SIGTERM: settling what was put');
    expect(output).toContain('tweets     1 put, 1 stored, 0 failed');
    expect(output).toContain('interrupted');
    expect(exitStatus).toBe(143);
  });

  it('says why a tweet is not stored at once', async () => {
    const operation = 'PutRecords';
    const fault = kinesis.kinesis.faults.add({ kind: 'reset', operation, when: 'before', times: 1 });
    const args = ['ingest', '--generate', '1', ...into('others')];
    const { exitStatus, output } = await runProgram('cli', args, credentials).ended;
    expect(fault.injected).toBe(1);
    expect(output).toMatch(/^no answer from Kinesis \(\w+\): tweets are put again$/m);
    expect(output).toContain('tweets     1 put, 1 stored, 0 failed');
    expect(exitStatus).toBe(0);
  });

  it.each([
    ['a missing file', ['ingest', '/no/such/file'], {}, 'Cannot read /no/such/file: there is no such file.'],
    ['an unknown option', ['ingest', '--strem', 'x'], {}, 'Unknown option --strem. Did you mean --stream?'],
    ['a missing region', ['ingest', '--stream', 'x'], { ...noCredentials, AWS_REGION: '' }, 'No AWS region.'],
    [
      'missing credentials',
      ['ingest', '--stream', 'x', '--region', 'us-east-1'],
      noCredentials,
      'No usable AWS credentials: ',
    ],
    [
      'an endpoint where nobody listens',
      ['ingest', '--stream', 'x', '--endpoint', 'http://127.0.0.1:9'],
      credentials,
      'Kinesis did not answer (ListShards: ECONNREFUSED',
    ],
  ])('says in one line what is wrong with %s', async (_what, args, env, text) => {
    const program = runProgram('cli', args, {
      ...env,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    });
    program.process.stdin?.end('{"id":"1","author_id":"a"}\n');
    const { exitStatus, output } = await program.ended;
    expect(output).toContain(`tweet-ingest: ${text}`);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(exitStatus).toBe(2);
  });

  it('says how to create a stream that does not exist', async () => {
    const { exitStatus, output } = await runProgram(
      'cli',
      ['ingest', '--generate', '5', ...into('none')],
      credentials,
    ).ended;
    expect(output).toContain(
      'There is no stream "none". Check --stream and --region, or create it: aws kinesis',
    );
    expect(exitStatus).toBe(2);
  });
});
