import { Agent, createServer, type RequestListener } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connectDynamoDB } from '../src/dynamodb-connection.js';
import { configFor, listen, stop } from './support/servers.js';

/** A server on loopback, what it has seen, and a client of ours for it. */
async function serve(listener: RequestListener, requestTimeoutMs: number, more: object = {}) {
  const seen = { connections: 0, requests: 0 };
  const server = createServer((request, response) => {
    seen.requests += 1;
    request.resume();
    listener(request, response);
  });
  server.on('connection', () => {
    seen.connections += 1;
  });
  const client = connectDynamoDB({ ...configFor(await listen(server)), ...more }, requestTimeoutMs);
  onTestFinished(async () => {
    client.destroy();
    await stop(server);
  });
  return { seen, client, list: () => client.send(new ListTablesCommand({})) };
}

test('keeps its connection from one call to the next', async () => {
  const { seen, list } = await serve((_request, response) => response.end('{"TableNames":[]}'), 5_000);
  for (let call = 0; call < 5; call += 1) await list();
  expect(seen).toEqual({ connections: 1, requests: 5 });
});

test('does not try again, whatever the configuration asks for', async () => {
  const retryStrategy = {
    mode: 'standard',
    acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
    refreshRetryTokenForRetry: async () => ({ getRetryCount: () => 1, getRetryDelay: () => 0 }),
    recordSuccess: () => {},
  };
  for (const more of [{ maxAttempts: 5 }, { retryMode: 'adaptive' }, { retryStrategy }]) {
    const fail: RequestListener = (_request, response) => response.writeHead(500).end('{}');
    const { seen, list } = await serve(fail, 5_000, more);
    await expect(list()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(seen.requests).toBe(1);
  }
});

test('gives a silent request up after the timeout', async () => {
  const { list } = await serve(() => {}, 100);
  await expect(list()).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('uses a handler that was given', async () => {
  const requestHandler = {
    requests: 0,
    metadata: { handlerProtocol: 'http/1.1' },
    async handle() {
      requestHandler.requests += 1;
      return { response: { statusCode: 500, headers: {}, body: new Uint8Array() } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    isOpen: true,
    destroy: () => {
      requestHandler.isOpen = false;
    },
  };
  const { seen, client, list } = await serve(() => {}, 5_000, { requestHandler });
  await expect(list()).rejects.toThrow();
  expect([requestHandler.requests, seen.requests]).toEqual([1, 0]);
  client.destroy();
  expect(requestHandler.isOpen).toBe(true);
});

test('leaves an agent that was given open, and closes those of its own', async () => {
  const answer: RequestListener = (_request, response) => response.end('{"TableNames":[]}');
  const httpAgent = new Agent({ keepAlive: true });
  onTestFinished(() => httpAgent.destroy());
  const given = await serve(answer, 5_000, { requestHandler: { httpAgent } });
  await given.list();
  given.client.destroy();
  expect(Object.values(httpAgent.freeSockets).flat()).toMatchObject([{ destroyed: false }]);
  for (const more of [{}, { requestHandler: null }, { requestHandler: { httpAgent: { keepAlive: true } } }]) {
    const own = await serve(answer, 5_000, more);
    const destroy = vi.spyOn(own.client.config.requestHandler, 'destroy');
    own.client.destroy();
    expect(destroy).toHaveBeenCalledOnce();
  }
});

test('closes the agent of its own beside one that was given', async () => {
  const httpsAgent = new SecureAgent({ keepAlive: true });
  const destroyGiven = vi.spyOn(httpsAgent, 'destroy');
  const answer: RequestListener = (_request, response) => response.end('{"TableNames":[]}');
  const { client, list } = await serve(answer, 5_000, { requestHandler: { httpsAgent } });
  await list();
  const handler = client.config.requestHandler as unknown as { httpHandlerConfigs(): { httpAgent: Agent } };
  const idle = Object.values(handler.httpHandlerConfigs().httpAgent.freeSockets).flat();
  expect(idle).toMatchObject([{ destroyed: false }]);
  client.destroy();
  expect(idle).toMatchObject([{ destroyed: true }]);
  expect(destroyGiven).not.toHaveBeenCalled();
});

test('may be destroyed before its first request, whatever was given', async () => {
  const { client } = await serve(() => {}, 5_000, { requestHandler: { httpsAgent: new SecureAgent() } });
  expect(() => client.destroy()).not.toThrow();
});
