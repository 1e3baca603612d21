import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { ManualClock } from '@shardline/testing';
import { expect, onTestFinished, test } from 'vitest';
import { connectKinesis } from '../src/kinesis-connection.js';

/** A server on loopback, what it has seen, and a client of the given policy for it. */
async function serve(listener: RequestListener, policy: { maxSockets: number; requestTimeoutMs: number }) {
  const seen = { connections: 0, requests: 0 };
  const server = createServer((request, response) => {
    seen.requests += 1;
    listener(request, response);
  });
  server.on('connection', () => {
    seen.connections += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const config = {
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const client = connectKinesis(config, { connectTimeoutMs: 5_000, ...policy });
  onTestFinished(async () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { seen, list: () => client.send(new ListStreamsCommand({})) };
}

const answer: RequestListener = (request, response) => {
  request.resume();
  request.on('end', () => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end('{"StreamNames":[],"HasMoreStreams":false}');
  });
};

test('connectKinesis: no more sockets than the policy allows, used again and again', async () => {
  const { seen, list } = await serve(answer, { maxSockets: 3, requestTimeoutMs: 5_000 });
  for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 20 }, list));
  expect(seen).toEqual({ connections: 3, requests: 60 });
});

test('connectKinesis: gives a silent request up after the timeout of the policy, and does not try again', async () => {
  const { seen, list } = await serve(() => {}, { maxSockets: 3, requestTimeoutMs: 100 });
  await expect(list()).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(seen.requests).toBe(1);
});

test('connectKinesis: gives a connection 6 s unless the policy says otherwise', async () => {
  const server = createSocketServer((socket) => void onTestFinished(() => void socket.destroy()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const clock = new ManualClock();
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = connectKinesis({ region: 'eu-west-1', endpoint, credentials }, { maxSockets: 1 }, clock);
  onTestFinished(() => client.destroy());
  const fault = client.send(new ListStreamsCommand({})).catch((error: unknown) => error);
  await expect.poll(() => clock.pending).toBe(1);
  await clock.advance(5_999);
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  expect(await fault).toMatchObject({ message: expect.stringContaining('within 6000 ms') });
});
