import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectKinesis } from '../src/kinesis-connection.js';

const policy = { maxSockets: 12, connectTimeoutMs: 3_000, requestTimeoutMs: 7_000 };
const config = {
  region: 'eu-west-1',
  endpoint: 'http://127.0.0.1:1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
};

function connect(more: Partial<Parameters<typeof connectKinesis>[0]> = {}) {
  const client = connectKinesis({ ...config, ...more }, policy);
  onTestFinished(() => client.destroy());
  return client;
}

/** A handler that answers with a server error, and counts. */
function failingHandler() {
  const handler = {
    requests: 0,
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async () => {
      handler.requests += 1;
      return { response: { statusCode: 500, headers: {}, body: new Uint8Array() } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
  return handler;
}

describe('connectKinesis', () => {
  test('speaks HTTP/1.1 unless given a handler', () => {
    for (const client of [connect(), connect({ requestHandler: undefined as never })]) {
      const { requestHandler } = client.config;
      expect(requestHandler).toBeInstanceOf(NodeHttpHandler);
      expect(requestHandler.metadata?.handlerProtocol).toBe('http/1.1');
    }
  });

  test('tries once, whatever the configuration asks for, and uses the handler given', async () => {
    const requestHandler = failingHandler();
    const client = connect({ requestHandler: requestHandler as never, maxAttempts: 5 });
    await expect(client.send(new ListStreamsCommand({}))).rejects.toThrow();
    expect(requestHandler.requests).toBe(1);
  });

  test('tries once, whatever strategy or mode of retrying is given', async () => {
    const eager = {
      mode: 'standard',
      acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
      refreshRetryTokenForRetry: async () => ({ getRetryCount: () => 1, getRetryDelay: () => 0 }),
      recordSuccess: () => {},
    };
    let tries = 0;
    const limited = {
      ...eager,
      refreshRetryTokenForRetry: async () => {
        tries += 1;
        if (tries > 4) throw new Error('enough');
        return eager.refreshRetryTokenForRetry();
      },
    };
    for (const more of [{ retryStrategy: limited }, { retryMode: 'adaptive', maxAttempts: 4 }]) {
      const requestHandler = failingHandler();
      const client = connect({ ...more, requestHandler: requestHandler as never });
      await expect(client.send(new ListStreamsCommand({}))).rejects.toThrow();
      expect(requestHandler.requests).toBe(1);
    }
  });

  test('does not hold attempts back: the adaptive mode does not get in', async () => {
    const client = connect({ retryMode: 'adaptive' });
    expect(await client.config.retryStrategy()).toMatchObject({ mode: 'standard' });
  });
});
