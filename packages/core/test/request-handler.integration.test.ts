import { once } from 'node:events';
import {
  createServer as createHttpServer,
  Agent as HttpAgent,
  type RequestListener,
  type Server,
} from 'node:http';
import { Agent } from 'node:https';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../src/clock.js';
import { systemClock } from '../src/clock.js';
import { serviceFaultOf } from '../src/service-fault.js';
import { KinesisConnection, type KinesisConnectionOptions } from '../src/shared-connection.js';

/*
 * Sockets of a connection against servers on loopback, some of which stall. Catches: sockets that are used again when they should
 * not be, calls that hang. Cannot catch: when the service itself closes its connections.
 */

const answer: RequestListener = (request, response) => {
  request.resume();
  request.on('end', () => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end('{"StreamNames":[],"HasMoreStreams":false}');
  });
};

/** A server that listens, the sockets it was connected by, and how to end it. */
async function listening<Kind extends NetServer | Server>(server: Kind) {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { server, sockets, port: (server.address() as AddressInfo).port };
}

function connectTo(endpoint: string, more: KinesisConnectionOptions = {}, clock: Clock = systemClock) {
  const clientConfig = {
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    ...more.clientConfig,
  };
  const connection = new KinesisConnection({ ...more, clientConfig }, clock, { next: () => 1 });
  const { client, leave } = connection.join('test', 'orders');
  onTestFinished(async () => {
    leave();
    await connection.close();
  });
  const list = (abortSignal?: AbortSignal) =>
    client.send(new ListStreamsCommand({}), abortSignal && { abortSignal });
  return { connection, client, list };
}

/** As one of a proxy that never answers CONNECT. */
class NeverConnecting extends HttpAgent {
  override createConnection(): undefined {}
}

/** A listener that holds requests until they are released, one by one. */
function holding() {
  const held: (() => void)[] = [];
  const listener: RequestListener = (request, response) => void held.push(() => answer(request, response));
  const arrival = () => expect.poll(() => held.length).toBeGreaterThan(0);
  const release = async () => {
    await arrival();
    held.shift()?.();
  };
  return { listener, arrival, release };
}

/** The machine's time, and timers that fire by hand, all that are left at once. */
function heldTimers() {
  const left = new Set<() => void>();
  const clock: Clock = {
    ...systemClock,
    schedule(_delayMs, run) {
      left.add(run);
      return { cancel: () => void left.delete(run) };
    },
  };
  const fireAll = () => {
    for (const run of [...left]) run();
  };
  return { clock, fireAll };
}

/** The machine's timers, and a time that is moved by hand. */
function movedClock() {
  const moved = { ms: 0 };
  const clock: Clock = {
    now: () => moved.ms,
    monotonic: () => moved.ms,
    schedule: systemClock.schedule,
  };
  return { moved, clock };
}

describe('sockets', () => {
  test('are as many as requests at once, and used again', async () => {
    const { release, listener } = holding();
    const { port, sockets } = await listening(createHttpServer(listener));
    const { connection, list } = connectTo(`http://127.0.0.1:${port}`, { maxSockets: 3 });
    const first = list();
    await release();
    await first;
    expect(connection.stats()).toMatchObject({ openedSockets: 1, openSockets: 1, idleSockets: 1 });
    const lists = Array.from({ length: 20 }, () => list());
    await expect.poll(() => connection.stats().waitingRequests).toBe(17);
    for (let i = 0; i < 20; i += 1) await release();
    await Promise.all(lists);
    expect(sockets).toHaveLength(3);
    expect(connection.stats()).toMatchObject({ openedSockets: 3, idleSockets: 3, waitingRequests: 0 });
  });

  test('are closed once they lay idle too long, before the service does it', async () => {
    const { port, sockets } = await listening(createHttpServer(answer));
    const { list } = connectTo(`http://127.0.0.1:${port}`, { maxSocketIdleMs: 100 });
    await list();
    await once(sockets[0] as Socket, 'close');
    await list();
    expect(sockets).toHaveLength(2);
  });

  test('that lay idle too long are not used, though their timer has not fired yet', async () => {
    const { moved, clock } = movedClock();
    const { port, sockets } = await listening(createHttpServer(answer));
    const { list } = connectTo(`http://127.0.0.1:${port}`, { maxSocketIdleMs: 60_000 }, clock);
    await list();
    moved.ms += 59_999;
    await list();
    expect(sockets).toHaveLength(1);
    moved.ms += 60_000;
    await list();
    expect(sockets).toHaveLength(2);
  });

  test('that are too old are closed when their request is done, though others wait for them', async () => {
    const { moved, clock } = movedClock();
    const { release, arrival, listener } = holding();
    const { port, sockets } = await listening(createHttpServer(listener));
    const options = { maxSockets: 1, maxSocketAgeMs: 300_000 };
    const { connection, list } = connectTo(`http://127.0.0.1:${port}`, options, clock);
    const lists = [list(), list(), list()];
    await release();
    await release();
    await arrival();
    moved.ms += 300_000;
    await release();
    await Promise.all(lists);
    expect(sockets).toHaveLength(1);
    const more = [list(), list(), list()];
    await expect.poll(() => connection.stats().waitingRequests).toBe(2);
    await arrival();
    moved.ms += 300_000;
    for (let i = 0; i < 3; i += 1) await release();
    await Promise.all(more);
    expect(sockets).toHaveLength(3);
  });

  test('are no more than allowed, also when stale ones make room for requests that wait', async () => {
    const { moved, clock } = movedClock();
    const { release, listener } = holding();
    const { port, sockets } = await listening(createHttpServer(listener));
    const { connection, list } = connectTo(`http://127.0.0.1:${port}`, { maxSockets: 2 }, clock);
    const first = [list(), list()];
    await release();
    await release();
    await Promise.all(first);
    moved.ms += 60_000;
    const lists = [list(), list(), list(), list()];
    await expect.poll(() => connection.stats().waitingRequests).toBe(2);
    for (let i = 0; i < 4; i += 1) await release();
    await Promise.all(lists);
    expect(sockets).toHaveLength(4);
  });

  test('that lie idle are let go when another one breaks', async () => {
    let requests = 0;
    const { port, sockets } = await listening(
      createHttpServer((request, response) => {
        requests += 1;
        if (requests === 5) request.socket.resetAndDestroy();
        else answer(request, response);
      }),
    );
    const { connection, list } = connectTo(`http://127.0.0.1:${port}`);
    await Promise.all([list(), list(), list(), list()]);
    expect(connection.stats().openSockets).toBe(4);
    await expect(list()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await list();
    expect(sockets).toHaveLength(5);
    expect(connection.stats().openSockets).toBe(1);
  });

  test('that lie idle stay when a call is given up: nothing broke', async () => {
    let isSilent = false;
    const { port, sockets } = await listening(
      createHttpServer((request, response) => (isSilent ? undefined : answer(request, response))),
    );
    const { connection, list } = connectTo(`http://127.0.0.1:${port}`);
    await Promise.all([list(), list(), list(), list()]);
    isSilent = true;
    const over = new AbortController();
    const ends = list(over.signal).catch((error: unknown) => error);
    await expect.poll(() => connection.stats().idleSockets).toBe(3);
    over.abort();
    expect(await ends).toMatchObject({ name: 'AbortError' });
    isSilent = false;
    await list();
    await expect.poll(() => connection.stats().idleSockets).toBe(3);
    expect(sockets).toHaveLength(4);
  });

  test('that lie idle stay when one to another place breaks', async () => {
    const { port } = await listening(createHttpServer(answer));
    const breaking = await listening(createServer((socket) => socket.resetAndDestroy()));
    const { connection, list, client } = connectTo(`http://127.0.0.1:${port}`);
    await list();
    const request = {
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: breaking.port,
      method: 'GET',
      path: '/',
    };
    const ends = client.config.requestHandler.handle({ ...request, headers: {} } as never);
    await expect(ends).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(connection.stats()).toMatchObject({ openedSockets: 2, idleSockets: 1 });
  });
});

/** Each stalls at another point; none ever goes on. */
const stalling: readonly [string, (socket: Socket) => void][] = [
  ['accepts and says nothing', () => {}],
  ['answers half a header', (socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncont'))],
  [
    'answers half a body',
    (socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"Str')),
  ],
  ['reads nothing', (socket) => socket.pause()],
];

describe('a server that stalls', () => {
  test.each(stalling)('%s: the call ends with its signal, its socket with it', async (_, stall) => {
    const { port, sockets } = await listening(createServer(stall));
    const { connection, list } = connectTo(`http://127.0.0.1:${port}`);
    const over = new AbortController();
    const ends = list(over.signal).catch((error: unknown) => error);
    await expect.poll(() => sockets.length).toBe(1);
    over.abort();
    expect(await ends).toBeInstanceOf(Error);
    await expect.poll(() => connection.stats().openSockets).toBe(0);
  });

  test.each(stalling)('%s: the call ends after the time-out that was chosen', async (_, stall) => {
    const { port } = await listening(createServer(stall));
    const clientConfig = { requestHandler: { requestTimeout: 100, socketTimeout: 100 } };
    const { connection, list } = connectTo(`http://127.0.0.1:${port}`, { clientConfig });
    const fault = serviceFaultOf(await list().catch((error: unknown) => error));
    expect(fault).toMatchObject({ kind: 'transient', sent: true });
    await expect.poll(() => connection.stats().openSockets).toBe(0);
  });

  test('does not begin the TLS handshake: the connection is given up, and nothing was sent', async () => {
    const { port } = await listening(createServer(() => {}));
    const { connection, list } = connectTo(`https://127.0.0.1:${port}`, { connectTimeoutMs: 100 });
    const fault = serviceFaultOf(await list().catch((error: unknown) => error));
    expect(fault).toMatchObject({
      kind: 'transient',
      name: 'ERR_TLS_HANDSHAKE_TIMEOUT',
      sent: false,
      message: `No TLS handshake with 127.0.0.1:${port} within 100 ms.`,
    });
    await expect.poll(() => connection.stats().openSockets).toBe(0);
  });

  test('hangs up in the TLS handshake: nothing was sent', async () => {
    const { port } = await listening(createServer((socket) => socket.once('data', () => socket.end())));
    const { list } = connectTo(`https://127.0.0.1:${port}`);
    const fault = serviceFaultOf(await list().catch((error: unknown) => error));
    expect(fault).toMatchObject({ kind: 'transient', sent: false });
  });

  test('is not there: nothing was sent', async () => {
    const { port, server } = await listening(createServer());
    server.close();
    const { list } = connectTo(`http://127.0.0.1:${port}`);
    const fault = serviceFaultOf(await list().catch((error: unknown) => error));
    expect(fault).toMatchObject({ kind: 'transient', name: 'ECONNREFUSED', sent: false });
    await once(server.listen(port, '127.0.0.1'), 'listening');
  });

  test('a request that waits for a socket is not taken for one that cannot connect', async () => {
    const { arrival, release, listener } = holding();
    const { clock, fireAll } = heldTimers();
    const { port } = await listening(createHttpServer(listener));
    const { connection, list } = connectTo(`http://127.0.0.1:${port}`, { maxSockets: 1 }, clock);
    const lists = [list(), list()];
    await expect.poll(() => connection.stats().waitingRequests).toBe(1);
    await arrival();
    fireAll();
    await release();
    await release();
    await Promise.all(lists);
  });
});

describe('a call that is given up', () => {
  const given = () => Object.assign(new Error('No answer within 9 ms.'), { name: 'TimeoutError' });
  /** What it is given up with says afterwards. */
  const judged = async (list: (signal: AbortSignal) => Promise<unknown>, ready: () => Promise<unknown>) => {
    const over = new AbortController();
    const ends = list(over.signal).catch((error: unknown) => error);
    await ready();
    over.abort(given());
    // At once: whoever gave up does not wait.
    const fault = serviceFaultOf(over.signal.reason);
    await ends;
    return fault;
  };
  const fault = (name: string, sent: boolean, lacks = '') => ({
    kind: 'transient',
    name,
    sent,
    message: `No answer within 9 ms${lacks}.`,
  });

  test('in the TLS handshake has sent nothing', async () => {
    let hellos = 0;
    const hello = () => {
      hellos += 1;
    };
    const { port } = await listening(createServer((socket) => socket.once('data', hello)));
    const { list } = connectTo(`https://127.0.0.1:${port}`);
    const ready = () => expect.poll(() => hellos).toBe(1);
    const lacks = `: no TLS handshake with 127.0.0.1:${port}`;
    expect(await judged(list, ready)).toMatchObject(fault('ERR_TLS_HANDSHAKE_TIMEOUT', false, lacks));
  });

  test('while it waits for one of the sockets has sent nothing', async () => {
    const { release, arrival, listener } = holding();
    const { port } = await listening(createHttpServer(listener));
    const { connection, list } = connectTo(`http://127.0.0.1:${port}`, { maxSockets: 1 });
    const first = list();
    await arrival();
    const ready = () => expect.poll(() => connection.stats().waitingRequests).toBe(1);
    expect(await judged(list, ready)).toMatchObject(
      fault('TimeoutError', false, ': no socket was free for it'),
    );
    await release();
    await first;
  });

  test('P1: after the connection stood may have been sent, on a new socket and on one used before', async () => {
    const { release, arrival, listener } = holding();
    const { port, sockets } = await listening(createHttpServer(listener));
    const { list } = connectTo(`http://127.0.0.1:${port}`, { maxSockets: 1 });
    const first = list();
    await release();
    await first;
    expect(await judged(list, arrival)).toMatchObject(fault('TimeoutError', true));
    expect(sockets).toHaveLength(1);
    await release();
    expect(await judged(list, arrival)).toMatchObject(fault('TimeoutError', true));
    expect(sockets).toHaveLength(2);
  });

  test('by a time-out that was chosen says the same', async () => {
    const { port } = await listening(createServer(() => {}));
    const clientConfig = { requestHandler: { requestTimeout: 100 } };
    const { list } = connectTo(`https://127.0.0.1:${port}`, { clientConfig });
    expect(serviceFaultOf(await list().catch((error: unknown) => error))).toMatchObject({
      name: 'ERR_TLS_HANDSHAKE_TIMEOUT',
      sent: false,
      message: expect.stringContaining('100 ms requestTimeout'),
    });
  });

  test('P1: over an agent that was given may have been sent: its sockets are not known', async () => {
    const { port, sockets } = await listening(createServer(() => {}));
    const httpsAgent = new Agent({ keepAlive: true });
    onTestFinished(() => httpsAgent.destroy());
    const { list } = connectTo(`https://127.0.0.1:${port}`, {
      clientConfig: { requestHandler: { httpsAgent } },
    });
    const ready = () => expect.poll(() => sockets.length).toBe(1);
    expect(await judged(list, ready)).toMatchObject(fault('TimeoutError', true));
  });
});

test('an agent that was given does not connect in time: the time-out of the handler says that nothing was sent', async () => {
  const httpAgent = new NeverConnecting();
  const requestHandler = { httpAgent, connectionTimeout: 100 };
  const { list } = connectTo('http://127.0.0.1:1', { clientConfig: { requestHandler } });
  expect(serviceFaultOf(await list().catch((error: unknown) => error))).toMatchObject({
    kind: 'transient',
    name: 'ETIMEDOUT',
    sent: false,
  });
});
