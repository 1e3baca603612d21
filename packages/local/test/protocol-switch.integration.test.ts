/** One port, two protocols: told apart by the first bytes, however they come, and whatever else comes. */
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalKinesisServer, startLocalKinesis } from '../src/index.js';
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
