import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListStreamsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectKinesis } from '../src/kinesis-connection.js';
import { serviceFaultOf } from '../src/service-fault.js';

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

afterEach(() => void vi.unstubAllEnvs());

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

  test('leaves a handler that was given open: others may send through it', () => {
    const requestHandler = { ...failingHandler(), destroyed: false, destroy: () => {} };
    requestHandler.destroy = () => {
      requestHandler.destroyed = true;
    };
    connect({ requestHandler: requestHandler as never }).destroy();
    expect(requestHandler.destroyed).toBe(false);
  });

  test('closes a handler of its own', () => {
    const client = connect();
    const destroy = vi.spyOn(client.config.requestHandler, 'destroy');
    client.destroy();
    expect(destroy).toHaveBeenCalledOnce();
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

  test('tries once, whatever the environment and the shared configuration file ask for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shardline-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'config');
    writeFileSync(file, '[default]\nmax_attempts = 5\nretry_mode = adaptive\n');
    vi.stubEnv('AWS_CONFIG_FILE', file);
    vi.stubEnv('AWS_MAX_ATTEMPTS', '5');
    vi.stubEnv('AWS_RETRY_MODE', 'adaptive');
    const requestHandler = failingHandler();
    const client = connect({ requestHandler: requestHandler as never });
    await expect(client.send(new ListStreamsCommand({}))).rejects.toThrow();
    expect(requestHandler.requests).toBe(1);
    expect(await client.config.retryStrategy()).toMatchObject({ mode: 'standard' });
  });

  test('makes an HTTP/1.1 handler of options, for which the SDK would make one for HTTP/2', () => {
    const { requestHandler } = connect({ requestHandler: { requestTimeout: 1_000 } }).config;
    expect(requestHandler.metadata?.handlerProtocol).toBe('http/1.1');
  });
});

/** Where a put goes, without a network: what the SDK asks its handler to send. */
async function whereTo(
  given: Parameters<typeof connectKinesis>[0],
  target: { StreamName: string; StreamId?: string } | { StreamARN: string } = { StreamName: 'orders' },
): Promise<string> {
  let url = '';
  const requestHandler = {
    ...failingHandler(),
    handle: async ({ protocol, hostname, port }: { protocol: string; hostname: string; port?: number }) => {
      url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
      return { response: { statusCode: 500, headers: {}, body: new Uint8Array() } };
    },
  };
  const { credentials } = config;
  const client = connectKinesis(
    { credentials, region: 'eu-west-1', ...given, requestHandler: requestHandler as never },
    policy,
  );
  onTestFinished(() => client.destroy());
  const put = client.send(new PutRecordsCommand({ ...target, Records: [] }));
  const error = await put.catch((thrown: unknown) => thrown);
  if (url === '') throw error;
  return url;
}

const streamArn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders';

describe('endpoints', () => {
  test.each([
    ['of the region', {}, {}, 'https://kinesis.eu-west-1.amazonaws.com'],
    ['with FIPS', { useFipsEndpoint: true }, {}, 'https://kinesis-fips.eu-west-1.amazonaws.com'],
    ['dual-stack', { useDualstackEndpoint: true }, {}, 'https://kinesis.eu-west-1.api.aws'],
    [
      'dual-stack with FIPS',
      { useFipsEndpoint: true, useDualstackEndpoint: true },
      {},
      'https://kinesis-fips.eu-west-1.api.aws',
    ],
    ['of plain http', { endpoint: 'http://127.0.0.1:4567' }, {}, 'http://127.0.0.1:4567'],
    [
      'with FIPS by the environment',
      {},
      { AWS_USE_FIPS_ENDPOINT: 'true' },
      'https://kinesis-fips.eu-west-1.amazonaws.com',
    ],
    [
      'dual-stack by the environment',
      {},
      { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
      'https://kinesis.eu-west-1.api.aws',
    ],
    [
      'of the environment',
      {},
      { AWS_ENDPOINT_URL_KINESIS: 'http://127.0.0.1:4567' },
      'http://127.0.0.1:4567',
    ],
    [
      'of a region of the environment',
      { region: undefined as never },
      { AWS_REGION: 'eu-north-1' },
      'https://kinesis.eu-north-1.amazonaws.com',
    ],
  ])('%s', async (_, given, environment, url) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect(await whereTo(given)).toBe(url);
  });

  test('an ARN leads to the host of its account', async () => {
    const target = { StreamARN: streamArn };
    expect(await whereTo({}, target)).toBe('https://123456789012.data-kinesis.eu-west-1.amazonaws.com');
    expect(await whereTo({ useFipsEndpoint: true }, target)).toBe(
      'https://123456789012.data-kinesis-fips.eu-west-1.amazonaws.com',
    );
    expect(await whereTo({ endpoint: 'http://127.0.0.1:4567' }, target)).toBe('http://127.0.0.1:4567');
  });

  test('that are no URL of HTTP are refused', () => {
    expect(() => connect({ endpoint: 'localhost:4567' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'endpoint' }),
    );
  });

  test.each(['HTTPS://kinesis.test', { protocol: 'http:', hostname: 'h', path: '/' }, async () => 'x'])(
    'that are, or are no text, are left to the SDK: %o',
    (endpoint) => {
      expect(() => connect({ endpoint: endpoint as string })).not.toThrow();
    },
  );

  test('a stream id leads to a host of its own', async () => {
    const target = { StreamName: 'orders', StreamId: 'abcdefghijklmnopqrst-uvw' };
    const host = 'abcdefghijklmnopqrst.uvw.data-kinesis.eu-west-1.amazonaws.com';
    expect(await whereTo({}, target)).toBe(`https://${host}`);
  });

  test.each([
    [{ region: undefined as never }, { StreamName: 'orders' }],
    [{ useFipsEndpoint: true, endpoint: 'http://127.0.0.1:4567' }, { StreamName: 'orders' }],
    [{ useFipsEndpoint: true, region: 'cn-north-1' }, { StreamARN: streamArn }],
    [{ endpoint: (async () => 'not a url') as never }, { StreamName: 'orders' }],
  ])('what leads nowhere is a mistake in the configuration: %j', async (given, target) => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    const fault = serviceFaultOf(await whereTo(given, target).catch((error: unknown) => error));
    expect(fault).toMatchObject({ kind: 'configuration', sent: false });
  });
});
