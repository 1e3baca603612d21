import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { KinesisConnection, type KinesisConnectionOptions } from '@shardline/core/connection';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { HttpsProxyAgent } from 'hpagent';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Producer } from '../src/producer.js';
import type { ProducerOptions } from '../src/producer-options.js';

/*
 * Producers and their sockets, against a local Kinesis on loopback. Catches: who opens, shares, closes and destroys what.
 * Cannot catch: what proxies do besides letting through and refusing.
 */

const streams = ['orders', 'clicks', 'bills', 'logins'];

async function localKinesis(tls = false): Promise<LocalKinesisServer> {
  const kinesis = await startLocalKinesis({ tls, streams: streams.map((name) => ({ name, shards: 2 })) });
  onTestFinished(() => kinesis.close());
  return kinesis;
}

function produce(options: ProducerOptions): Producer {
  const producer = new Producer({ lingerMs: 1, ...options });
  onTestFinished(async () => {
    await producer.close({ deadlineMs: 0 }).catch(() => {});
  });
  return producer;
}

function shared(options: KinesisConnectionOptions): KinesisConnection {
  const connection = new KinesisConnection(options);
  onTestFinished(async () => {
    await connection.close().catch(() => {});
  });
  return connection;
}

/** Puts some records; the errors of those that failed. */
async function putSome(producer: Producer): Promise<string[]> {
  return [...(await producer.putMany(some)).failures()].map(({ error }) => error.message);
}

const some = Array.from({ length: 20 }, (_, at) => ({ partitionKey: `key ${at}`, data: `record ${at}` }));

describe('a shared connection', () => {
  test('serves producers of several streams over one set of sockets, and outlives each of them', async () => {
    const { clientConfig } = await localKinesis();
    const connection = shared({ clientConfig, maxSockets: 2 });
    const producers = streams.map((stream) => produce({ stream, connection }));
    expect((await Promise.all(producers.map(putSome))).flat()).toEqual([]);
    expect(connection.stats().openedSockets).toBeLessThanOrEqual(2);
    const [last, ...others] = producers as [Producer, ...Producer[]];
    await Promise.all(others.map((producer) => producer.close()));
    await expect(connection.close()).rejects.toMatchObject({ code: 'CONNECTION_IN_USE', users: ['orders'] });
    expect(await putSome(last)).toEqual([]);
    await last.close();
    await connection.close();
    await expect.poll(() => connection.stats().openSockets).toBe(0);
  });

  test('resumes the TLS session of one socket on the others', async () => {
    const { clientConfig, certificate } = await localKinesis(true);
    let fullHandshakes = 0;
    const httpsAgent = {
      ca: certificate,
      // Asked in a full handshake alone.
      checkServerIdentity: () => {
        fullHandshakes += 1;
        return undefined;
      },
    };
    const connection = shared({ clientConfig: { ...clientConfig, requestHandler: { httpsAgent } } });
    await produce({ stream: 'orders', connection }).start();
    expect(fullHandshakes).toBe(1);
    const producers = streams.map((stream) => produce({ stream, connection }));
    await Promise.all(producers.map(putSome));
    expect(connection.stats().openedSockets).toBeGreaterThan(1);
    expect(fullHandshakes).toBe(1);
  });
});

describe('a client that is given', () => {
  test('is used as it is: nothing of it is changed, nothing is destroyed', async () => {
    const { clientConfig } = await localKinesis();
    const client = new KinesisClient({ ...clientConfig, maxAttempts: 7 });
    onTestFinished(() => client.destroy());
    const config = new Map<string, unknown>(Object.entries(client.config));
    const middleware = client.middlewareStack.identify();
    const producer = produce({ stream: 'orders', client });
    expect(await putSome(producer)).toEqual([]);
    await producer.close();
    const changed = Object.entries(client.config).filter(([name, value]) => config.get(name) !== value);
    // What the SDK notes down in any call.
    const notes = ['systemClockOffset', 'signingRegion', 'signingName'];
    expect(changed.map(([name]) => name).filter((name) => !notes.includes(name))).toEqual([]);
    expect(client.middlewareStack.identify()).toEqual(middleware);
    expect(await client.config.maxAttempts()).toBe(7);
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toContain('orders');
  });
});

/** How a proxy takes a CONNECT: it does as asked, or says this, so often or always, and that to whatever comes then. */
type Attitude =
  | 'tunnel'
  | {
      readonly answer: string;
      readonly afterwards?: string;
      readonly times?: number;
      /** Nothing comes after the answer, and nothing ends. */
      readonly isSilent?: boolean;
    };

/** An HTTP proxy for CONNECT alone, and what it was asked for. */
async function startProxy(attitude: Attitude) {
  const asked: string[] = [];
  const sockets: Duplex[] = [];
  const server = createServer((_, response) => void response.writeHead(405).end());
  server.on('connect', (request, socket, head) => {
    asked.push(request.url ?? '');
    sockets.push(socket);
    socket.on('error', () => {});
    if (attitude !== 'tunnel' && asked.length <= (attitude.times ?? Number.POSITIVE_INFINITY)) {
      if (attitude.afterwards === undefined && !attitude.isSilent) socket.end(attitude.answer);
      else socket.write(attitude.answer);
      if (attitude.isSilent) return;
      socket.once('data', () => socket.end(attitude.afterwards));
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** As docs/connections.md has it. */
function throughProxy(kinesis: LocalKinesisServer, proxy: string) {
  const httpsAgent = new HttpsProxyAgent({
    keepAlive: true,
    proxy,
    ...(kinesis.certificate !== undefined && { ca: kinesis.certificate }),
  });
  onTestFinished(() => httpsAgent.destroy());
  return { ...kinesis.clientConfig, requestHandler: { httpsAgent } };
}

describe('a proxy', () => {
  test('is asked for a tunnel to the endpoint, by an agent given as an option', async () => {
    const kinesis = await localKinesis(true);
    const proxy = await startProxy('tunnel');
    const producer = produce({ stream: 'orders', clientConfig: throughProxy(kinesis, proxy.url) });
    expect(await putSome(producer)).toEqual([]);
    await producer.close();
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(kinesis.endpoint).host]));
  });

  test.each([
    ['wants to know who asks', { answer: 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n' }, /407/],
    ['forbids it', { answer: 'HTTP/1.1 403 Forbidden\r\n\r\n' }, /403/],
    [
      'answers with a page',
      { answer: 'HTTP/1.1 200 OK\r\n\r\n', afterwards: '<html>Sign in</html>' },
      /certificates and proxies/,
    ],
  ])('that %s is a matter of configuration: typed, at once, nothing sent', async (_, answer, words) => {
    const kinesis = await localKinesis(true);
    const proxy = await startProxy(answer);
    const clientConfig = throughProxy(kinesis, proxy.url);
    const producer = produce({ stream: 'orders', clientConfig });
    await expect(producer.start()).rejects.toMatchObject({ code: 'CLIENT_MISCONFIGURED' });
    await expect(producer.put({ partitionKey: 'key', data: 'x' })).rejects.toMatchObject({
      code: 'CLIENT_MISCONFIGURED',
      mayBeStored: false,
      message: expect.stringMatching(words),
    });
    expect(proxy.asked.length).toBeGreaterThan(0);
  });

  test.each([502, 503])('that answers %i for a while is waited for; nothing was sent', async (status) => {
    const kinesis = await localKinesis(true);
    const proxy = await startProxy({ answer: `HTTP/1.1 ${status} Restarting\r\n\r\n`, times: 3 });
    const producer = produce({ stream: 'orders', clientConfig: throughProxy(kinesis, proxy.url) });
    await producer.start();
    await producer.put({ partitionKey: 'key', data: 'x' });
    expect(proxy.asked.length).toBeGreaterThan(3);
  });

  test('that answers 503 without end lets the record expire, and is named', async () => {
    const kinesis = await localKinesis(true);
    const proxy = await startProxy({ answer: 'HTTP/1.1 503 Restarting\r\n\r\n' });
    const clientConfig = throughProxy(kinesis, proxy.url);
    const producer = produce({ stream: 'orders', clientConfig, recordTtlMs: 300 });
    await expect(producer.put({ partitionKey: 'key', data: 'x' })).rejects.toMatchObject({
      code: 'RECORD_EXPIRED',
      mayBeStored: false,
      message: expect.stringContaining('Proxy503: The proxy answered CONNECT with 503.'),
    });
  });

  test('whose page comes with the tunnel, for its agent to lose, is a connection that breaks; nothing was sent', async () => {
    const kinesis = await localKinesis(true);
    const proxy = await startProxy({ answer: 'HTTP/1.1 200 OK\r\n\r\n<html>Sign in</html>' });
    const clientConfig = throughProxy(kinesis, proxy.url);
    const producer = produce({ stream: 'orders', clientConfig, recordTtlMs: 300 });
    await expect(producer.put({ partitionKey: 'key', data: 'x' })).rejects.toMatchObject({
      code: 'RECORD_EXPIRED',
      mayBeStored: false,
      message: expect.stringContaining('ECONNRESET'),
    });
  });

  test('that does not answer CONNECT within the time to connect is waited for; nothing was sent', async () => {
    const kinesis = await localKinesis(true);
    const proxy = await startProxy({ answer: '', isSilent: true });
    const { requestHandler, ...config } = throughProxy(kinesis, proxy.url);
    const clientConfig = { ...config, requestHandler: { ...requestHandler, connectionTimeout: 100 } };
    const producer = produce({ stream: 'orders', clientConfig, recordTtlMs: 300 });
    await expect(producer.put({ partitionKey: 'key', data: 'x' })).rejects.toMatchObject({
      code: 'RECORD_EXPIRED',
      mayBeStored: false,
      message: expect.stringContaining('ETIMEDOUT'),
    });
  });

  test('P1: whose tunnel stays silent is not told from a service that does: it may be stored', async () => {
    const kinesis = await localKinesis(true);
    const proxy = await startProxy({ answer: 'HTTP/1.1 200 OK\r\n\r\n', isSilent: true });
    const clientConfig = throughProxy(kinesis, proxy.url);
    const producer = produce({ stream: 'orders', clientConfig, recordTtlMs: 300, requestTimeoutMs: 100 });
    await expect(producer.put({ partitionKey: 'key', data: 'x' })).rejects.toMatchObject({
      code: 'RECORD_EXPIRED',
      mayBeStored: true,
      message: expect.stringContaining('TimeoutError'),
    });
  });

  test('that is not there is waited for until the record expires; nothing was sent', async () => {
    const kinesis = await localKinesis(true);
    const clientConfig = throughProxy(kinesis, 'http://127.0.0.1:1');
    const producer = produce({ stream: 'orders', clientConfig, recordTtlMs: 300 });
    await expect(producer.put({ partitionKey: 'key', data: 'x' })).rejects.toMatchObject({
      code: 'RECORD_EXPIRED',
      mayBeStored: false,
      message: expect.stringContaining('firewalls and proxies'),
    });
  });
});
