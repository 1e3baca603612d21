import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { deaggregate } from '@shardline/aggregation';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';

/*
 * Producers in processes of their own that end, crash, are told to end, or are frozen; what docs/running-a-producer.md says of them.
 * Cannot catch: what a virtual machine does to clocks and sockets that signals do not.
 */

const program = join(inject('programs')['examples/guides'], 'producing-program.js');

async function localKinesis(): Promise<LocalKinesisServer> {
  const kinesis = await startLocalKinesis({ streams: [{ name: 'tweets', shards: 1 }] });
  onTestFinished(() => kinesis.close());
  return kinesis;
}

interface Running {
  readonly child: ChildProcess;
  /** How it ended, and what it has said. */
  readonly ended: Promise<{ readonly status: number | string; readonly output: string }>;
  /** The next message that it sends. */
  message<Message>(): Promise<Message>;
}

function start(way: string, clientConfig: object, options: object = {}, env: object = {}): Running {
  const child = spawn(process.execPath, [program, way], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      CLIENT_CONFIG: JSON.stringify(clientConfig),
      PRODUCER_OPTIONS: JSON.stringify(options),
      ...env,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')));
  const ended = once(child, 'exit').then(async ([code, signal]) => ({
    status: (code ?? signal) as number | string,
    output: (await said).join(''),
  }));
  const message = async () => {
    const [first] = await Promise.race([
      once(child, 'message'),
      ended.then(({ status, output }) => Promise.reject(new Error(`It ended with ${status}: ${output}`))),
    ]);
    return first;
  };
  return { child, ended, message };
}

/** The user records that the stream holds, as text. */
async function storedIn({ kinesis }: LocalKinesisServer): Promise<string[]> {
  const from = { StreamName: 'tweets', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = (await kinesis.call('GetShardIterator', from)) as { ShardIterator: string };
  const page = (await kinesis.call('GetRecords', { ShardIterator })) as Parameters<typeof deaggregate>[0];
  return [...deaggregate(page)].map((record) => record.text());
}

const hundred = Array.from({ length: 100 }, (_, at) => `${at}`);
const sorted = (texts: readonly string[]) => texts.toSorted((one, other) => Number(one) - Number(other));

describe('a process that ends', () => {
  test.each([
    // It waits for what is outstanding, and for nothing else.
    ['end of the program', 0, hundred],
    ['end of the program, idle', 0, ['0']],
    ['beforeExit', 0, hundred],
    // It waits for nothing.
    ['process.exit', 0, []],
    ['uncaught exception', 1, []],
    ['rejection that nobody handles', 1, []],
    ['SIGTERM', 'SIGTERM', []],
    // The recipe.
    ['uncaught exception, closed on a crash', 1, hundred],
    ['rejection that nobody handles, closed on a crash', 1, hundred],
  ])('by %s: status %s', async (way, status, stored) => {
    const kinesis = await localKinesis();
    const { ended } = start(way, kinesis.clientConfig);
    const end = await ended;
    expect(end.status, end.output).toBe(status);
    expect(sorted(await storedIn(kinesis))).toEqual(stored);
    if (way === 'beforeExit') expect(end.output).toContain('outstanding: 0');
  });

  test('waits through throttling, and through a service that is away, until every record is settled', async () => {
    const kinesis = await localKinesis();
    kinesis.kinesis.faults.add({ kind: 'throttleShard', times: 5 });
    kinesis.kinesis.faults.add({
      kind: 'failCall',
      operation: 'PutRecords',
      errorCode: 'InternalFailure',
      times: 3,
    });
    const throttled = start('end of the program', kinesis.clientConfig);
    expect(await throttled.ended).toMatchObject({ status: 0 });
    expect(sorted(await storedIn(kinesis))).toEqual(hundred);

    const away = { ...kinesis.clientConfig, endpoint: await nobodyListens() };
    const { status, output } = await start('end of the program', away, { recordTtlMs: 500 }).ended;
    expect(status, output).toBe(0);
    expect(output.match(/failed: RECORD_EXPIRED/g)).toHaveLength(100);
  });

  test('by a crash while the service is away: no longer than the deadline', async () => {
    const kinesis = await localKinesis();
    const away = { ...kinesis.clientConfig, endpoint: await nobodyListens() };
    const { status, output } = await start('rejection that nobody handles, closed on a crash', away).ended;
    expect(status, output).toBe(1);
    expect(output.match(/failed: SHUTDOWN_TIMEOUT/g)).toHaveLength(100);
    expect(output).toContain('reached its deadline of 500 ms; 100 records not settled');
  });
});

describe('a web server that gets a SIGTERM', () => {
  /** Sends events until nobody answers any more; the statuses, in the order sent. */
  async function send(url: string, count: number): Promise<(number | undefined)[]> {
    return Promise.all(
      Array.from({ length: count }, async (_, at) => {
        try {
          const request = { method: 'POST', headers: { 'x-user': `user-${at}` }, body: `${at}` };
          const { status } = await fetch(url, request);
          return status;
        } catch {
          return undefined; // it was not let in
        }
      }),
    );
  }

  test('answers what came in, and ends with 0: what it said is stored is, and nothing else', async () => {
    const kinesis = await localKinesis();
    const web = start('a web server', kinesis.clientConfig, { lingerMs: 300 }, { DEADLINE_MS: 20_000 });
    const { port } = await web.message<AddressInfo>();
    const sent = send(`http://127.0.0.1:${port}`, 40);
    await wait(100);
    web.child.kill('SIGTERM');
    const statuses = await sent;
    const end = await web.ended;
    expect(end.status, end.output).toBe(0);
    const said = statuses.flatMap((status, at) => (status === 200 ? [`${at}`] : []));
    expect(sorted(await storedIn(kinesis))).toEqual(said);
    expect(statuses.filter((status) => status !== 200 && status !== undefined)).toEqual([]);
  });

  test('ends with 1 at its deadline, and tells the callers that it is not known whether their event is stored', async () => {
    const kinesis = await localKinesis();
    const web = start('a web server', kinesis.clientConfig, {}, { DEADLINE_MS: 800 });
    const { port } = await web.message<AddressInfo>();
    kinesis.kinesis.faults.add({ kind: 'stall', operation: 'PutRecords' });
    const answered = fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: { 'x-user': 'a' },
      body: 'x',
    });
    await vi.waitFor(() => expect(kinesis.kinesis.faults.counts()).toMatchObject({ stall: 1 }), 10_000);
    web.child.kill('SIGTERM');
    const response = await answered;
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ code: 'SHUTDOWN_TIMEOUT', mayBeStored: true });
    const end = await web.ended;
    expect(end.status, end.output).toBe(1);
    expect(end.output).toContain('1 record not settled');
  });
});

describe('a function that is frozen', () => {
  // Longer than the time-out of its requests, which has room for how long a busy machine takes to freeze it.
  const options = { lingerMs: 5, requestTimeoutMs: 2_000 };

  async function freeze({ child }: Running, meanwhile: () => void, forMs = 2_500): Promise<void> {
    child.kill('SIGSTOP');
    meanwhile();
    await wait(forMs);
    child.kill('SIGCONT');
  }

  test('between invocations, with its connections cut meanwhile: all is stored, once', async () => {
    const kinesis = await localKinesis();
    const proxy = await cuttableProxy(kinesis);
    const frozen = start(
      'a function that is frozen',
      { ...kinesis.clientConfig, endpoint: proxy.endpoint },
      options,
    );
    await frozen.message();
    for (let invocation = 1; invocation <= 3; invocation += 1) {
      frozen.child.send(10);
      expect(await frozen.message()).toEqual({ settled: 10, stored: 10, outstanding: 0 });
      await freeze(frozen, proxy.cut, 500);
    }
    expect(await storedIn(kinesis)).toHaveLength(30);
  });

  test('with a request under way that is answered meanwhile, longer than its time-out: the answer is read, nothing is stored twice', async () => {
    const kinesis = await localKinesis();
    const proxy = await cuttableProxy(kinesis);
    const frozen = start(
      'a function that is frozen',
      { ...kinesis.clientConfig, endpoint: proxy.endpoint },
      options,
    );
    await frozen.message();
    const answer = proxy.holdAnswers();
    const told = frozen.message();
    frozen.child.send(10);
    await answer.isThere;
    await freeze(frozen, answer.letGo);
    expect(await told).toEqual({ settled: 10, stored: 10, outstanding: 0 });
    expect(await storedIn(kinesis)).toHaveLength(10);
  });

  test('with a request under way whose answer is lost: stored, and repeated once, in order', async () => {
    const kinesis = await localKinesis();
    const proxy = await cuttableProxy(kinesis);
    const frozen = start(
      'a function that is frozen',
      { ...kinesis.clientConfig, endpoint: proxy.endpoint },
      options,
    );
    await frozen.message();
    kinesis.kinesis.faults.add({ kind: 'loseAnswer', operation: 'PutRecords', times: 1 });
    const told = frozen.message();
    frozen.child.send(10);
    await vi.waitFor(() => expect(kinesis.kinesis.faults.counts()).toMatchObject({ loseAnswer: 1 }), 10_000);
    await freeze(frozen, proxy.cut);
    expect(await told).toEqual({ settled: 10, stored: 10, outstanding: 0 });
    const ten = hundred.slice(0, 10);
    expect(await storedIn(kinesis)).toEqual([...ten, ...ten]);
  });
});

async function nobodyListens(): Promise<string> {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  return `http://127.0.0.1:${port}`;
}

/** A TCP proxy whose connections can be cut, and which can keep what the service answers for a while. */
async function cuttableProxy({ endpoint }: LocalKinesisServer) {
  const { hostname, port } = new URL(endpoint);
  const open = new Set<Socket>();
  let onAnswer: ((pass: () => void) => void) | undefined;
  const proxy = createServer((socket) => {
    const through = connect(Number(port), hostname);
    socket.pipe(through);
    through.on('data', (bytes) => {
      const pass = () => void socket.write(bytes);
      if (onAnswer) onAnswer(pass);
      else pass();
    });
    through.on('end', () => socket.end());
    for (const one of [socket, through]) {
      open.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => open.delete(one));
    }
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const holdAnswers = () => {
    const held: (() => void)[] = [];
    const isThere = new Promise<void>((resolve) => {
      onAnswer = (pass) => {
        held.push(pass);
        resolve();
      };
    });
    const letGo = () => {
      onAnswer = undefined;
      for (const pass of held) pass();
    };
    return { isThere, letGo };
  };
  onTestFinished(async () => {
    proxy.close();
    cut();
    await once(proxy, 'close');
  });
  return { endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, cut, holdAnswers };
}
