/** One port, two protocols: told apart by the first bytes, however they come, and whatever else comes. */
import { type AddressInfo, createConnection, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSignedCertificate, type TlsKeyPair } from '../src/certificate.js';
import { type LocalKinesisServer, startLocalKinesis } from '../src/index.js';
import { createProtocolSwitch } from '../src/protocol-switch.js';
import { HandClock } from './support/hand-clock.js';
import { goodHeaders, rawRequest } from './support/raw-request.js';

let server: LocalKinesisServer;
const target = (operation: string) => ({ ...goodHeaders, 'x-amz-target': `Kinesis_20131202.${operation}` });
const send = (operation: string, body: string) =>
  rawRequest(server.endpoint, { headers: target(operation), body });

beforeAll(async () => {
  server = await startLocalKinesis({ streams: [{ name: 's', shards: 2 }] });
});
afterAll(() => server.close());

describe('createProtocolSwitch', () => {
  it('survives clients that go away in the middle of a request, or speak no HTTP', async () => {
    const { port } = new URL(server.endpoint);
    const starts = [
      '',
      'P',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnot a frame at all, but bytes enough for several',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf',
      'this is no HTTP\r\n\r\n',
      '\u0000\u0001\u0002\u0003',
    ];
    for (const start of starts) {
      await new Promise<void>((resolve) => {
        const socket = createConnection({ port: Number(port), host: '127.0.0.1' }, () => {
          socket.write(start, () => setTimeout(() => socket.destroy(), 20));
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    }
    expect((await send('ListShards', '{"StreamName":"s"}')).status).toBe(200);
  });

  it('answers HTTP/1.1 whose first bytes come one by one', async () => {
    const body = '{"StreamName":"s"}';
    const headers = Object.entries(target('ListShards')).map(([name, value]) => `${name}: ${value}\r\n`);
    const text = await trickle(
      `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers.join('')}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(text).toMatch(/^HTTP\/1.1 200 OK/);
  });

  it('answers HTTP/2 whose first bytes come one by one', async () => {
    // The client's preface, an empty SETTINGS frame and a PING; the answer ends with the PING's acknowledgement.
    const settings = '\0\0\0\x04\0\0\0\0\0';
    const ping = '\0\0\x08\x06\0\0\0\0\0knocking';
    const text = await trickle(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${settings}${ping}`, 'knocking');
    expect(text).toContain('\0\0\x08\x06\x01\0\0\0\0knocking');
  });
});

/** A switch on a hand clock whose handler reads requests and answers none until told to. */
async function heldSwitch(onBody: () => void = () => undefined, tls?: TlsKeyPair) {
  const clock = new HandClock();
  const server: Server = createProtocolSwitch(
    (request, response) => {
      request.resume();
      request.on('end', () => {
        if (request.url === '/answered') response.end();
        onBody();
      });
    },
    clock,
    { tls },
  );
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { clock, server, port, sockets };
}

function connect(port: number, ca?: string): { readonly socket: Socket; readonly closed: Promise<void> } {
  const tcp = { port, host: '127.0.0.1' };
  const socket = ca === undefined ? createConnection(tcp) : connectTls({ ...tcp, ca });
  socket.on('error', () => undefined);
  socket.resume();
  return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

describe('createProtocolSwitch and requests that do not come whole', () => {
  it.each([
    '',
    'P',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Le',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf',
  ])('drops a connection that stops after %j', async (start) => {
    const { clock, server, port } = await heldSwitch();
    const accepted = new Promise((resolve) => server.once('connection', resolve));
    const { socket, closed } = connect(port);
    socket.write(start);
    await accepted;
    await clock.advance(315_000);
    await closed;
    server.close();
  });

  it('lets a request that has come wait for its answer, and an idle connection for its next request', async () => {
    let bodies = 0;
    let next = () => {};
    const { clock, server, port } = await heldSwitch(() => {
      bodies += 1;
      next();
    });
    const body = () =>
      new Promise<void>((resolve) => {
        next = resolve;
      });
    const { socket, closed } = connect(port);
    for (const path of ['/answered', '/held']) {
      const come = body();
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nwhole`);
      await come;
      await clock.advance(1e7);
    }
    expect([bodies, socket.destroyed]).toEqual([2, false]);
    socket.destroy();
    await closed;
    server.close();
  });

  const halves = ['POST / HT', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf'];
  it.each(halves.flatMap((half) => [false, true].map((tls) => ({ half, tls }))))(
    'drops a connection whose second request stops after $half, TLS $tls, and not before it begins',
    async ({ half, tls }) => {
      const pair = tls ? await selfSignedCertificate('127.0.0.1') : undefined;
      const { clock, server, port, sockets } = await heldSwitch(undefined, pair);
      const { socket, closed } = connect(port, pair?.certificate);
      socket.write('POST /answered HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nwhole');
      await new Promise((resolve) => socket.once('data', resolve));
      await clock.advance(1e7);
      const [taken] = sockets;
      expect(taken?.destroyed).toBe(false);
      const before = taken?.bytesRead ?? 0;
      socket.write(half);
      while (taken?.bytesRead === before) await new Promise((resolve) => setTimeout(resolve, 5));
      await clock.advance(330_000);
      await closed;
      server.close();
    },
  );

  it('drops a connection whose second request comes half with the first', async () => {
    const { clock, server, port } = await heldSwitch();
    const { socket, closed } = connect(port);
    const post = (rest: string) => `POST /answered HTTP/1.1\r\nHost: x\r\nContent-Length: ${rest}`;
    socket.write(post('5\r\n\r\nwhole') + post('9\r\n\r\nhalf'));
    await new Promise((resolve) => socket.once('data', resolve));
    await clock.advance(330_000);
    await closed;
    server.close();
  });

  it('does not time HTTP/2', async () => {
    const { clock, server, port } = await heldSwitch();
    const { socket, closed } = connect(port);
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
    await new Promise((resolve) => socket.once('data', resolve));
    expect(clock.waiting).toBe(0);
    socket.destroy();
    await closed;
    server.close();
  });
});

/** Sends the first bytes apart from each other; resolves with the answer once it is over or holds `end`. */
function trickle(bytes: string, end?: string): Promise<string> {
  const { port } = new URL(server.endpoint);
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port: Number(port), host: '127.0.0.1', noDelay: true });
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (end !== undefined && answer.includes(end)) socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    void (async () => {
      for (const byte of bytes.slice(0, 6)) {
        socket.write(byte, 'latin1');
        await new Promise((next) => setTimeout(next, 5));
      }
      socket.write(bytes.slice(6), 'latin1');
    })();
  });
}
