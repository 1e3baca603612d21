import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TweetGenerator } from '../src/tweet-generator.js';
import { startLocalDynamoDB } from './local-dynamodb.js';
import { type RunningProgram, runProgram } from './run-program.js';

const credentials = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: 'us-east-1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** The rows that programs printed, by key: a later row replaces an earlier one. */
function rowsOf(
  ...outputs: readonly string[]
): Map<string, { tweets: number; soFar: boolean; tags: string }> {
  const rows = new Map<string, { tweets: number; soFar: boolean; tags: string }>();
  const row = /^(\S+Z shardId-\d{12}) ([\d,]+) tweets(?:, [\d,]+ others)?( so far)?(?:: (.*))?$/gm;
  for (const [, key = '', tweets = '', soFar, tags = ''] of outputs.join('\n').matchAll(row)) {
    rows.set(key, { tweets: number(tweets), soFar: soFar !== undefined, tags });
  }
  return rows;
}

function number(text: string): number {
  return Number(text.replaceAll(',', ''));
}

function tweetsIn(...outputs: readonly string[]): number {
  return [...rowsOf(...outputs).values()].reduce((sum, { tweets }) => sum + tweets, 0);
}

/** Tweets by hashtag over all rows. */
function tagsIn(...outputs: readonly string[]): Record<string, number> {
  const byTag: Record<string, number> = {};
  for (const { tags } of rowsOf(...outputs).values()) {
    for (const [, tag = '', tweets = ''] of tags.matchAll(/#(\S+) ([\d,]+)/g)) {
      byTag[tag] = (byTag[tag] ?? 0) + number(tweets);
    }
  }
  return byTag;
}

/** Resolves once `holds` is true of what the program has said; rejects if it ends before. */
async function untilSaid(program: RunningProgram, holds: (output: string) => boolean): Promise<void> {
  while (!holds(program.output())) {
    const said = once(program.process, 'said').then(() => false);
    const over = await Promise.race([said, program.ended.then(() => true)]);
    if (over && !holds(program.output())) throw new Error(`The program ended too early: ${program.output()}`);
  }
}

/** Runs `tweet-ingest count` as a user would, against a local Kinesis and a local DynamoDB. Says nothing about speed. */
describe('tweet-ingest count', () => {
  let kinesis: LocalKinesisServer;
  let dynamodb: Awaited<ReturnType<typeof startLocalDynamoDB>>;
  let folder = '';
  const running: RunningProgram[] = [];
  beforeAll(async () => {
    kinesis = await startLocalKinesis({ streams: ['tweets', 'others'].map((name) => ({ name, shards: 4 })) });
    dynamodb = await startLocalDynamoDB();
    folder = await mkdtemp(join(tmpdir(), 'tweet-count-'));
  });
  afterEach(() => {
    for (const program of running.splice(0)) program.end();
    kinesis.kinesis.faults.clear();
  });
  afterAll(async () => {
    await Promise.all([kinesis.close(), dynamodb.close()]);
    await rm(folder, { recursive: true });
  });

  const from = (stream: string) => ['--stream', stream, '--endpoint', kinesis.endpoint];
  function run(...args: readonly string[]): RunningProgram {
    const program = runProgram('cli', args, credentials);
    running.push(program);
    return program;
  }
  const count = (stream: string, ...args: readonly string[]) =>
    run('count', ...from(stream), '--dynamodb-endpoint', dynamodb.endpoint, '--window', '1', ...args);
  async function put(
    stream: string,
    records: readonly { partitionKey: string; data: string }[],
  ): Promise<void> {
    const producer = new Producer({ stream, clientConfig: kinesis.clientConfig });
    const outcomes = await producer.putMany(records);
    expect([...outcomes.failures()]).toEqual([]);
    await producer.close();
  }

  it('counts every tweet once, whoever is killed in between', async () => {
    const generator = new TweetGenerator({ seed: 5 });
    const envelopes = Array.from({ length: 4_000 }, () => generator.next());
    const records = envelopes.map((envelope) => {
      return { partitionKey: envelope.data.author_id, data: JSON.stringify(envelope) };
    });
    await writeFile(
      join(folder, 'tweets.ndjson'),
      records
        .slice(0, 1_000)
        .map(({ data }) => data)
        .join('\n'),
    );
    await run('ingest', join(folder, 'tweets.ndjson'), ...from('tweets')).ended;

    const first = count('tweets', '--top', '100');
    await untilSaid(first, (output) => tweetsIn(output) === 1_000);
    await put('tweets', records.slice(1_000, 2_000)); // closes windows
    await untilSaid(first, (output) => tweetsIn(output) === 2_000);
    const open = [...rowsOf(first.output())].filter(([, { soFar }]) => soFar).map(([key]) => key);
    await put('tweets', records.slice(2_000, 3_000)); // closes those, which comes after the checkpoint of what was closed before
    await untilSaid(first, (output) => open.some((key) => rowsOf(output).get(key)?.soFar === false));
    first.process.kill('SIGKILL');
    const { output: untilKilled } = await first.ended;
    expect(untilKilled).toContain('a new application: ');
    // Only what was shown closed is final; the rest is for the next one to count.
    const before = untilKilled.replaceAll(/^.* so far.*$/gm, '');

    await put('tweets', records.slice(3_000));
    const second = count('tweets', '--top', '100');
    await untilSaid(second, (output) => tweetsIn(before, output) === 4_000);
    second.process.kill('SIGTERM');
    const { exitStatus, output } = await second.ended;
    expect(exitStatus).toBe(143);
    expect(output).toContain('SIGTERM: finishing what is read');
    expect(output).toMatch(/counting behind \d+ \(expired\)$/m);
    expect(output).toContain('trouble    none');
    expect(tweetsIn(before, output)).toBe(4_000);
    const expected: Record<string, number> = {};
    for (const { data } of envelopes) {
      for (const tag of new Set(data.entities?.hashtags?.map((hashtag) => hashtag.tag.toLowerCase()))) {
        expected[tag] = (expected[tag] ?? 0) + 1;
      }
    }
    expect(tagsIn(before, output)).toEqual(expected);
    // Nothing that was shown closed is ever shown otherwise.
    const rowsBefore = [...rowsOf(before)];
    const rowsAfter = rowsOf(before, output);
    expect(rowsBefore.length).toBeGreaterThan(0);
    for (const [key, closed] of rowsBefore) expect(rowsAfter.get(key)).toEqual(closed);
  }, 120_000);

  it('says which records are no tweets, and counts the others', async () => {
    const data = ['nonsense', '{"data":{"id":7}}', '{"id":"1","entities":{"hashtags":[{"tag":"Lima"}]}}'];
    await put(
      'others',
      data.map((text) => ({ partitionKey: 'a', data: text })),
    );
    const program = run('count', ...from('others'), '--memory', '--window', '1');
    await program.saying('1 tweets, 2 others so far: #lima 1');
    program.process.kill('SIGINT');
    const { exitStatus, output } = await program.ended;
    expect(output).toMatch(/^record shardId-\d{12} \d+\/0 skipped, not JSON: /m);
    expect(output).toMatch(/^record shardId-\d{12} \d+\/1 skipped, no id: "id" is a number/m);
    expect(output).toContain('skipped    2 records that are no tweets');
    expect(exitStatus).toBe(130);
  });

  it('says what it waits for before it can begin, and can be told not to', async () => {
    const nobody = 'http://127.0.0.1:9';
    const program = run('count', ...from('others'), '--dynamodb-endpoint', nobody);
    await program.saying('LEASE_TABLE_UNREACHABLE: DescribeTable');
    program.process.kill('SIGTERM');
    const { exitStatus, output } = await program.ended;
    expect(output).toMatch(/^trouble {4}tried again: \d+ LEASE_TABLE_UNREACHABLE$/m);
    expect(output).not.toContain('tweet-ingest: ');
    expect(exitStatus).toBe(143);
  });

  it('says how to create a stream that does not exist', async () => {
    const { exitStatus, output } = await count('none', '--application', 'none').ended;
    expect(output).toContain(
      'tweet-ingest: There is no stream "none". Check --stream and --region, or create it',
    );
    expect(exitStatus).toBe(2);
  });

  it('says which right is missing', async () => {
    const errorCode = 'AccessDeniedException';
    kinesis.kinesis.faults.add({ kind: 'failCall', operation: 'ListShards', errorCode, statusCode: 400 });
    const { exitStatus, output } = await count('others').ended;
    expect(output).toMatch(/^tweet-ingest: .*kinesis:ListShards/m);
    expect(exitStatus).toBe(2);
  });

  it('leaves a table alone that is no lease table', async () => {
    const { endpoint } = dynamodb;
    const client = new DynamoDBClient({ ...kinesis.clientConfig, endpoint });
    await client.send(
      new CreateTableCommand({
        TableName: 'customers',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    client.destroy();
    const { exitStatus, output } = await count('others', '--application', 'customers').ended;
    expect(output).toContain('tweet-ingest: Table "customers" is no lease table');
    expect(exitStatus).toBe(2);
  });
});
