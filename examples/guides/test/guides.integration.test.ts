import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const loader = createRequire(import.meta.url).resolve('tsx');

/** Runs a guide as its README says; no AWS, no credentials. */
async function run(name: string): Promise<{ exitStatus: number | string; output: string }> {
  const script = fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
  const args = ['--conditions=@shardline/source', '--import', loader, script];
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      resolve({ exitStatus: error?.code ?? error?.signal ?? 0, output: `${stdout}${stderr}` });
    });
  });
}

/** Lines in the order in which they must appear, whatever stands between them, and 0 at the end. */
async function expectLines(name: string, ...lines: readonly (string | RegExp)[]): Promise<string[]> {
  return expectEnd(name, 0, ...lines);
}

async function expectEnd(
  name: string,
  status: number,
  ...lines: readonly (string | RegExp)[]
): Promise<string[]> {
  const { exitStatus, output } = await run(name);
  const said = output.trim().split('\n');
  let from = 0;
  for (const line of lines) {
    const at = said.findIndex((text, index) => {
      return index >= from && (typeof line === 'string' ? text === line : line.test(text));
    });
    expect(at, `${name} says ${line} after line ${from} of:\n${output}`).not.toBe(-1);
    from = at + 1;
  }
  expect(exitStatus, output).toBe(status);
  return said;
}

/** Every guide runs as it is written, ends by itself, and shows what it says it shows. Says nothing about speed. */
describe('guides', () => {
  it('01-produce', async () => {
    await expectLines(
      '01-produce',
      /^order 1 is stored in shardId-00000000000\d under \d+$/,
      'record 3 failed: INVALID_RECORD',
      '4 orders stored',
    );
  });

  it('02-produce-high-volume', async () => {
    await expectLines(
      '02-produce-high-volume',
      '50000 clicks settled, 50000 stored',
      /^\d+ clicks to a Kinesis record, \d+ requests$/,
    );
  });

  it('03-consume', async () => {
    const said = await expectLines(
      '03-consume',
      /^trouble: .*attempt 1/,
      '10 orders processed; ended because of stop',
    );
    expect(said.filter((line) => / customer-\d order \d$/.test(line))).toHaveLength(10);
  });

  it('04-consume-many-workers', async () => {
    await expectLines(
      '04-consume-many-workers',
      'ana has all 4 shards',
      'ana and bo have 2 shards each',
      '1,000 records are processed',
      'bo has all 4 shards',
      '0 records were processed twice',
    );
  });

  it('05-custom-lease-store', async () => {
    await expectLines(
      '05-custom-lease-store',
      'first run: 1 2 3 4 5 6',
      'second run: 7 8 9 10',
      /^shardId-000000000000: free, counter \d+$/,
      /^shardId-000000000001: free, counter \d+$/,
    );
  });

  it('06-graceful-shutdown', async () => {
    const said = await expectLines('06-graceful-shutdown', 'SIGTERM: stopping', /^ended because of stop: /);
    const [, handled, stored] =
      /: (\d+) orders handled, (\d+) invoices stored$/.exec(said.at(-1) ?? '') ?? [];
    expect(Number(handled)).toBeGreaterThanOrEqual(3);
    expect(stored).toBe(handled);
  });

  it('07-lambda', async () => {
    await expectLines(
      '07-lambda',
      'invocation with 3 records',
      /^record \d+\/1 failed: the database is busy$/,
      'invocation with 2 records',
      /^orders processed: 1 2 3 3 4 5 6 /,
    );
  });

  it('08-fan-out', async () => {
    const said = await expectLines(
      '08-fan-out',
      'subscribed: TRIM_HORIZON',
      'subscribed: AFTER_SEQUENCE_NUMBER',
      'the subscription failed: InternalFailureException',
      'subscribed: AFTER_SEQUENCE_NUMBER',
      'orders read: 1 2 3 4 5',
    );
    expect(said.filter((line) => line.startsWith('subscribed: '))).toHaveLength(3);
  });

  it('09-process-exit', async () => {
    const said = await expectEnd(
      '09-process-exit',
      1,
      '100 orders are on their way',
      '100 orders stored; the process ends with 1',
    );
    expect(said).toContain('Error: a bug of ours');
  });

  it('10-http-ingest', async () => {
    const summary = /^(\d+) requests answered with 200, (\d+) records stored$/;
    const said = await expectLines('10-http-ingest', 'SIGTERM: closing', summary);
    const [, answered, stored] = summary.exec(said.find((line) => summary.test(line)) ?? '') ?? [];
    expect(Number(answered)).toBeGreaterThanOrEqual(1);
    expect(stored).toBe(answered);
  });

  it('11-lambda-producer', async () => {
    await expectLines(
      '11-lambda-producer',
      'invocation 1: 200, 0 records left for the freezer',
      'invocation 2: 200, 0 records left for the freezer',
      '6 orders stored',
    );
  });

  it('12-worker-threads', async () => {
    await expectLines('12-worker-threads', '1000 clicks stored by 2 threads');
  });

  it('13-cluster', async () => {
    await expectLines(
      '13-cluster',
      'SIGTERM: telling the workers',
      'a worker stored 500 clicks',
      'a worker stored 500 clicks',
      'the workers ended with 0 and 0',
    );
  });

  it('14-produce-stream', async () => {
    await expectLines(
      '14-produce-stream',
      'not stored: INVALID_RECORD {"page":"/page/of-nobody"}',
      '20001 visits taken, 20000 stored',
    );
  });

  it('15-many-streams', async () => {
    const said = await expectLines(
      '15-many-streams',
      /^5000 records stored in 50 streams, \d+ sockets open$/,
      /^The connection is in use for streams "tenant-1", .* and 45 more, and was not closed\./,
      'closed',
    );
    const [, open] = /, (\d+) sockets open/.exec(said.join('\n')) ?? [];
    expect(Number(open)).toBeLessThanOrEqual(24);
  });
});
