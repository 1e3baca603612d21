import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { KinesisConnection } from '../src/shared-connection.js';
import type { SocketAgents } from '../src/socket-agents.js';

/** Those that the connections of these tests made. */
const made: SocketAgents[] = [];

vi.mock(import('../src/socket-agents.js'), async (original) => {
  const real = await original();
  const socketAgents: typeof real.socketAgents = (...rules) => {
    const agents = real.socketAgents(...rules);
    made.push(agents);
    return agents;
  };
  return { ...real, socketAgents };
});

/*
 * Which request belongs to a call, on loopback. Catches: a request, and with it its body, that is kept as long as its socket. Cannot
 * catch what Node itself keeps.
 */
test('the request of a call is known by its headers while it is under way, and not a moment longer', async () => {
  const known: (object | undefined)[] = [];
  const seen: object[] = [];
  const server = createServer((request, response) => {
    request.resume();
    known.push(made[0]?.requestWith(seen.at(-1) ?? {}));
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end('{"StreamNames":[],"HasMoreStreams":false}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const connection = new KinesisConnection({
    clientConfig: {
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    },
  });
  const { client, leave } = connection.join('test', 'orders');
  onTestFinished(async () => {
    leave();
    await connection.close();
    server.close();
  });
  const { requestHandler } = client.config;
  const handle = vi.spyOn(requestHandler, 'handle');
  handle.mockImplementation((request, options) => {
    seen.push(request.headers);
    handle.mockRestore();
    return requestHandler.handle(request, options);
  });
  await client.send(new ListStreamsCommand({}));
  expect([made.length, seen.length, known.map((request) => request !== undefined)]).toEqual([1, 1, [true]]);
  expect(made[0]?.requestWith(seen[0] ?? {})).toBeUndefined();
});
