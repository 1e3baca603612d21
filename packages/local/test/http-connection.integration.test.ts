/**
 * How cut answers look on the wire, to clients that see the connection itself. What the SDK makes of them is shown by
 * subscribing.integration.test.ts.
 */
import http2 from 'node:http2';
import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ConnectionFaultError } from '../src/connection-fault-error.js';
import type { SubscriptionCut } from '../src/fault.js';
import { eventOf, eventServer } from './support/event-server.js';
import { goodHeaders } from './support/raw-request.js';

const headers = { ...goodHeaders, 'x-amz-target': 'Kinesis_20131202.SubscribeToShard' };

/**
 * A server whose subscriptions are cut after their first event, a while after the client has seen it: a reset close behind
 * data looks like an end to Node's reader.
 */
async function cuttingServer(how: SubscriptionCut, tls: boolean) {
  let see = () => {};
  const seen = new Promise<void>((resolve) => {
    see = resolve;
  });
  const events = async function* () {
    yield eventOf(1);
    await seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
    throw new ConnectionFaultError('SubscribeToShard', 'reset', undefined, how);
  };
  return { ...(await eventServer(events, { tls })), see };
}

type Server = Awaited<ReturnType<typeof cuttingServer>>;

/** How a connection ended, and what came over it. */
interface Ending {
  /** `open` when the connection outlived its answer. */
  readonly connection: 'open' | 'FIN' | 'RST';
  readonly text: string;
}

/** Connects the raw way; with TLS also to the TCP connection beneath. */
function connect({ port, certificate }: Server, protocol: string): { tcp: Socket; top: Socket } {
  const tcp = createConnection({ port, host: '127.0.0.1' });
  if (certificate === undefined) return { tcp, top: tcp };
  return {
    tcp,
    top: connectTls({ socket: tcp, ca: certificate, ALPNProtocols: [protocol], host: '127.0.0.1' }),
  };
}

/** Whether `tcp` is reset or ended, whichever comes first. */
function endOf(...sockets: Socket[]): Promise<'FIN' | 'RST'> {
  return new Promise((resolve) => {
    for (const socket of sockets) {
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNRESET') resolve('RST');
      });
      socket.once('end', () => resolve('FIN'));
      socket.once('close', () => resolve('FIN'));
    }
  });
}

async function over1(server: Server): Promise<Ending> {
  const { tcp, top } = connect(server, 'http/1.1');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  top.write(`POST / HTTP/1.1\r\nHost: x\r\n${lines.join('')}Content-Length: 2\r\n\r\n{}`);
  let text = '';
  const whole = new Promise<'open'>((resolve) => {
    top.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('ContinuationSequenceNumber')) server.see();
      if (text.endsWith('\r\n0\r\n\r\n')) resolve('open');
    });
  });
  const connection = await Promise.race([endOf(tcp, top), whole]);
  top.destroy();
  tcp.destroy();
  return { connection, text };
}

interface Ending2 extends Ending {
  readonly rstCode: number | undefined;
  readonly ended: boolean;
  readonly goaway: number | undefined;
  /** The content type. */
  readonly type: string | undefined;
}

async function over2(server: Server): Promise<Ending2> {
  const { tcp, top } = connect(server, 'h2');
  const session = http2.connect(server.endpoint, { createConnection: () => top });
  let reset = false;
  session.on('error', (error: NodeJS.ErrnoException) => {
    // Without TLS the session alone hears of it.
    reset = error.code === 'ECONNRESET';
  });
  const over = new Promise((resolve) => session.once('close', resolve));
  let goaway: number | undefined;
  session.on('goaway', (code) => {
    goaway = code;
  });
  const ending = endOf(tcp, top);
  const stream = session.request({ ':method': 'POST', ...headers });
  stream.on('error', () => undefined);
  let text = '';
  let ended = false;
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (text.includes('ContinuationSequenceNumber')) server.see();
  });
  let type: string | undefined;
  stream.on('response', (answer) => {
    type = answer['content-type'];
  });
  stream.on('end', () => {
    ended = stream.rstCode === 0;
  });
  stream.end('{}');
  await new Promise((resolve) => stream.once('close', resolve));
  // A session that is over answers no ping.
  const open = new Promise<'open'>((resolve) => {
    if (!session.destroyed && !session.closed) session.ping(() => resolve('open'));
  });
  const first = await Promise.race([ending, open]);
  if (first !== 'open') await over;
  const connection = reset ? 'RST' : first;
  session.destroy();
  return { connection, text, rstCode: stream.rstCode, ended, goaway, type };
}

describe.each([
  ['cleartext', false],
  ['TLS', true],
])('cutAnswer over %s', (_name, tls) => {
  it.each<[SubscriptionCut, Ending['connection'], RegExp]>([
    ['end', 'open', /event.*0\r\n\r\n$/s],
    ['corrupt', 'open', /event.*0\r\n\r\n$/s],
    ['fin', 'FIN', /event(?!.*0\r\n\r\n$)/s],
    ['reset', 'RST', /event/],
    ['cancel', 'RST', /event/],
    ['internal-error', 'RST', /event/],
    ['goaway', 'RST', /event/],
  ])('ends HTTP/1.1 by %s: %s', async (how, connection, text) => {
    const server = await cuttingServer(how, tls);
    const ending = await over1(server);
    expect(ending.text).toMatch(
      /^HTTP\/1.1 200 OK\r\n.*content-type: application\/vnd\.amazon\.eventstream\r\n/s,
    );
    expect(ending.connection).toBe(connection);
    expect(ending.text).toMatch(text);
    await server.close();
  });

  it.each<[SubscriptionCut, Partial<Ending2>]>([
    ['end', { connection: 'open', ended: true, rstCode: 0, goaway: undefined }],
    ['corrupt', { connection: 'open', ended: true, rstCode: 0, goaway: undefined }],
    ['fin', { connection: 'FIN', goaway: undefined }],
    ['reset', { connection: 'RST', goaway: undefined }],
    ['cancel', { connection: 'open', ended: false, rstCode: 8, goaway: undefined }],
    ['internal-error', { connection: 'open', ended: false, rstCode: 2, goaway: undefined }],
    ['goaway', { ended: false, goaway: 2 }],
  ])('ends HTTP/2 by %s: %j', async (how, expected) => {
    const server = await cuttingServer(how, tls);
    const ending = await over2(server);
    expect(ending).toMatchObject({ ...expected, type: 'application/vnd.amazon.eventstream' });
    expect(ending.text).toContain('SubscribeToShardEvent');
    await server.close();
  });
});
