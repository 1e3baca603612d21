/** TLS and cleartext on one port, as clients of all kinds come to it. */
import { request } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import { ListShardsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../src/certificate.js';
import { type LocalKinesisServer, startLocalKinesis } from '../src/index.js';
import { goodHeaders, rawRequest } from './support/raw-request.js';
import { sdkClient, type Transport } from './support/sdk-clients.js';

const body = '{"StreamName":"s"}';
const headers = { ...goodHeaders, 'x-amz-target': 'Kinesis_20131202.ListShards' };
let server: LocalKinesisServer;
let ca: string;
beforeAll(async () => {
  server = await startLocalKinesis({ tls: true, streams: [{ name: 's', shards: 2 }] });
  ca = server.certificate ?? '';
});
afterAll(() => server.close());

const portOf = ({ endpoint }: LocalKinesisServer) => Number(new URL(endpoint).port);

describe('startLocalKinesis with TLS', () => {
  const transports: readonly Transport[] = ['HTTP/2, a session each', 'HTTP/2, shared', 'HTTP/1.1'];
  it.each(transports)('serves the SDK over %s', async (transport) => {
    expect(server.endpoint).toMatch(/^https:/);
    expect(server.clientConfig.endpoint).toBe(server.endpoint);
    const client = sdkClient({ ...server, transport });
    const { Shards } = await client.send(new ListShardsCommand({ StreamName: 's' }));
    client.destroy();
    expect(Shards).toHaveLength(2);
  });

  it.each(transports)('serves cleartext on the same port over %s', async (transport) => {
    const client = sdkClient({ endpoint: server.endpoint.replace('https:', 'http:'), transport });
    const { Shards } = await client.send(new ListShardsCommand({ StreamName: 's' }));
    client.destroy();
    expect(Shards).toHaveLength(2);
  });

  it.each(['localhost', '127.0.0.1'])('is trusted as %s', async (host) => {
    const socket = connect({ port: portOf(server), host: '127.0.0.1', servername: 'localhost', ca });
    const trusted = await new Promise((resolve, reject) => {
      socket.once('secureConnect', () => resolve(socket.authorized));
      socket.once('error', reject);
    });
    expect(trusted).toBe(true);
    socket.destroy();
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const url = `https://${host}:${portOf(server)}/health`;
      https.get(url, { ca, family: 4 }, ({ statusCode }) => resolve(statusCode)).once('error', reject);
    });
    expect(answer).toBe(200);
  });

  it.each([
    [['h2', 'http/1.1'], 'h2'],
    [['http/1.1'], 'http/1.1'],
    [undefined, false],
  ])('agrees with a client of the protocols %j on %s', async (ALPNProtocols, agreed) => {
    const socket = connect({
      port: portOf(server),
      host: '127.0.0.1',
      ca,
      ...(ALPNProtocols ? { ALPNProtocols } : {}),
    });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.alpnProtocol).toBe(agreed);
    if (agreed !== 'h2') {
      socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
      const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
      expect(answer.toString()).toMatch(/^HTTP\/1.1 200 OK/);
    }
    socket.destroy();
  });

  it('speaks HTTP/2 with a client that starts it without having agreed on it, as the SDK for Java does', async () => {
    const url = server.endpoint;
    const socket = connect({ port: portOf(server), host: '127.0.0.1', ca });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.alpnProtocol).toBe(false);
    const session = http2.connect(url, { createConnection: () => socket });
    const stream = session.request({ ':method': 'POST', ...headers });
    stream.end(body);
    const answer = await new Promise<http2.IncomingHttpHeaders>((resolve, reject) => {
      session.once('error', reject);
      stream.once('error', reject);
      stream.once('response', resolve);
    });
    expect(answer[':status']).toBe(200);
    session.destroy();
  });

  it('survives clients that do not trust it, go away in their handshake, or send rubbish', async () => {
    const stranger = connect({ port: portOf(server), host: '127.0.0.1' });
    await new Promise((resolve) => stranger.once('error', resolve));
    for (const start of ['\x16', '\x16\x03\x01\x02\x00', `\x16\x03\x01\x00\x05${'x'.repeat(500)}`]) {
      const socket = connectTcp(portOf(server), '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.write(start, 'latin1', resolve));
      socket.destroy();
    }
    const client = sdkClient(server);
    expect((await client.send(new ListShardsCommand({ StreamName: 's' }))).Shards).toHaveLength(2);
    client.destroy();
  });

  it('takes a key and certificate of the user’s', async () => {
    const tls = await selfSignedCertificate('127.0.0.1');
    const own = await startLocalKinesis({ tls, streams: [{ name: 's' }] });
    expect(own.certificate).toBe(tls.certificate);
    const client = sdkClient(own);
    expect((await client.send(new ListShardsCommand({ StreamName: 's' }))).Shards).toHaveLength(1);
    client.destroy();
    await own.close();
  });

  it('does not start with a key that does not go with its certificate', async () => {
    const [{ key }, { certificate }] = [await selfSignedCertificate('x'), await selfSignedCertificate('x')];
    await expect(startLocalKinesis({ tls: { key, certificate } })).rejects.toThrow(/key values mismatch/);
  });

  it('speaks no TLS unless told to', async () => {
    const plain = await startLocalKinesis();
    expect(plain).not.toHaveProperty('certificate');
    const socket = connect({ port: portOf(plain), host: '127.0.0.1', ca });
    expect(await new Promise((resolve) => socket.once('error', resolve))).toBeInstanceOf(Error);
    await plain.close();
  });
});

/** Asks before it sends its body, as the KPL does. */
function ask1(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, expect: '100-continue', 'content-length': String(body.length) },
    };
    const start = url.startsWith('https:') ? https.request : request;
    const outgoing = start(url, { ...options, ca }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    outgoing.once('continue', () => outgoing.end(body));
    outgoing.once('error', reject);
    outgoing.flushHeaders();
  });
}

function ask2(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const session = http2.connect(url, { ca });
    session.once('error', reject);
    const stream = session.request({ ':method': 'POST', ...headers, expect: '100-continue' });
    stream.once('continue', () => stream.end(body));
    stream.once('response', (answer) => {
      session.destroy();
      resolve(answer[':status']);
    });
    stream.once('error', reject);
  });
}

describe('a client that asks first', () => {
  it.each([
    ['HTTP/1.1', ask1, 'http:'],
    ['HTTP/1.1 over TLS', ask1, 'https:'],
    ['HTTP/2', ask2, 'http:'],
    ['HTTP/2 over TLS', ask2, 'https:'],
  ])('is told to go on over %s', async (_name, ask, scheme) => {
    expect(await ask(server.endpoint.replace('https:', scheme))).toBe(200);
  });
});

describe('an answer in HTTP/2', () => {
  it('has none of the headers that HTTP/2 forbids, and comes without a PING', async () => {
    const session = http2.connect(server.endpoint, { ca });
    let pings = 0;
    session.on('ping', () => {
      pings += 1;
    });
    const stream = session.request({ ':method': 'POST', ...headers });
    stream.end(body);
    const answer = await new Promise<http2.IncomingHttpHeaders>((resolve) =>
      stream.once('response', resolve),
    );
    stream.resume();
    await new Promise((resolve) => stream.once('close', resolve));
    expect(
      Object.keys(answer).filter((name) => /^(connection|keep-alive|transfer-encoding)$/.test(name)),
    ).toEqual([]);
    expect(pings).toBe(0);
    session.destroy();
  });

  it('is the same as over HTTP/1.1', async () => {
    const answer = await rawRequest(server.endpoint.replace('https:', 'http:'), { headers, body });
    expect(JSON.parse(answer.text).Shards).toHaveLength(2);
  });
});
