import { KinesisClient, type KinesisClientConfig, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { KinesisConnection } from '../src/shared-connection.js';

/** A handler that answers every request, and what it has seen. */
function answering() {
  const handler = {
    keys: [] as string[],
    destroyed: 0,
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async ({ headers }: { headers: Record<string, string> }) => {
      handler.keys.push(/Credential=(\w+)/.exec(headers.authorization ?? '')?.[1] ?? '');
      return { response: { statusCode: 500, headers: {}, body: new Uint8Array() } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    destroy: () => {
      handler.destroyed += 1;
    },
  };
  return handler;
}

const clientConfig = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };

function connect(more: KinesisClientConfig = {}) {
  const connection = new KinesisConnection({ clientConfig: { ...clientConfig, ...more } });
  onTestFinished(async () => {
    await connection.close().catch(() => {});
  });
  return connection;
}

describe('KinesisConnection', () => {
  test('gives all who join the same client', () => {
    const connection = connect();
    const uses = ['orders', 'clicks', 'orders'].map((stream) => connection.join('Producer', stream));
    expect(new Set(uses.map(({ client }) => client)).size).toBe(1);
    expect(connection.stats().users).toEqual(['orders', 'clicks', 'orders']);
    for (const { leave } of uses) leave();
  });

  test('fetches credentials once for all', async () => {
    let fetched = 0;
    const requestHandler = answering();
    const connection = connect({
      requestHandler: requestHandler as never,
      credentials: async () => {
        fetched += 1;
        return { accessKeyId: `key${fetched}`, secretAccessKey: 'b' };
      },
    });
    const uses = ['orders', 'clicks'].map((stream) => connection.join('Producer', stream));
    for (const { client } of uses) await expect(client.send(new ListStreamsCommand({}))).rejects.toThrow();
    expect(requestHandler.keys).toEqual(['key1', 'key1']);
    for (const { leave } of uses) leave();
    await connection.close();
    // Whoever gave it may use it elsewhere.
    expect(requestHandler.destroyed).toBe(0);
  });

  test('tells those who join whether bodies are the business of a protocol that was chosen', () => {
    const plain = connect().join('Producer', 'orders');
    expect(plain.hasOwnProtocol).toBe(false);
    const { protocol } = plain.client.config;
    expect(connect({ protocol }).join('Producer', 'orders').hasOwnProtocol).toBe(true);
  });

  test('is not closed while it is used: says for whom, and works on', async () => {
    const connection = connect();
    const uses = ['orders', 'clicks'].map((stream) => connection.join('Producer', stream));
    await expect(connection.close()).rejects.toMatchObject({
      code: 'CONNECTION_IN_USE',
      retryable: true,
      users: ['orders', 'clicks'],
      message:
        'The connection is in use for streams "orders", "clicks", and was not closed. Close its producers and stop its consumers first.',
    });
    uses[0]?.leave();
    uses[0]?.leave();
    await expect(connection.close()).rejects.toThrow('is in use for stream "clicks", and');
    uses[1]?.leave();
    await connection.close();
    await connection.close();
  });

  test('names no more than five of many', async () => {
    const connection = connect();
    for (let i = 0; i < 7; i += 1) connection.join('Producer', `stream-${i}`);
    await expect(connection.close()).rejects.toThrow('"stream-4" and 2 more, and was not closed');
  });

  test('once closed takes nobody', async () => {
    const connection = connect();
    await connection.close();
    expect(() => connection.join('Producer', 'orders')).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message:
          'Producer: option "connection" must be a KinesisConnection that is open; received one that was closed.',
      }),
    );
  });

  test('takes no stream of another region than its own', () => {
    const connection = connect();
    const arn = (region: string) => `arn:aws:kinesis:${region}:123456789012:stream/orders`;
    expect(() => connection.join('Consumer', arn('us-east-1'))).toThrow(
      /^Consumer: option "stream" must be of the region of the connection \(eu-west-1\); received "arn:aws:kinesis:us-east-1/,
    );
    expect(connection.stats().users).toEqual([]);
    connection.join('Consumer', arn('eu-west-1')).leave();
  });

  test('closes at the end of its block', async () => {
    const connection = connect();
    await connection[Symbol.asyncDispose]();
    expect(() => connection.join('Producer', 'orders')).toThrow('one that was closed');
  });

  test('has opened nothing before a request, and knows no sockets of a handler that was given', () => {
    const none = { users: [], openedSockets: 0, openSockets: 0, idleSockets: 0, waitingRequests: 0 };
    expect(connect().stats()).toEqual(none);
    expect(connect({ requestHandler: answering() as never }).stats()).toEqual(none);
  });

  test.each([
    [{ maxSockets: 0 }, 'maxSockets'],
    [{ maxSocketAgeMs: 999 }, 'maxSocketAgeMs'],
    [{ maxSocketIdleMs: 350_001 }, 'maxSocketIdleMs'],
    [{ connectTimeoutMs: 99 }, 'connectTimeoutMs'],
    [{ clientConfig: 'eu-west-1' }, 'clientConfig'],
    [{ region: 'eu-west-1' }, 'region'],
    [new KinesisClient(clientConfig), 'options'],
    [{ clientConfig: { region: '' } }, 'region'],
    [{ clientConfig: { endpoint: 'localhost:4567' } }, 'endpoint'],
    [{ clientConfig: { requestHandler: { proxy: 'http://proxy.test' } } }, 'proxy'],
  ])('refuses %j', (options, option) => {
    expect(() => new KinesisConnection(options as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option }),
    );
  });
});
