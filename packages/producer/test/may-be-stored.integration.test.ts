import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { KinesisConnection } from '@shardline/core/connection';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import type { ProducerEvent } from '../src/events.js';
import { Producer } from '../src/producer.js';
import type { ProducerOptions } from '../src/producer-options.js';
import { attemptsOf, errorsOf, rudeTrial } from './support/bad-input.js';

/*
 * What an attempt that ends badly says of whether it may be stored, through the real SDK, sockets of loopback and a producer. Catches:
 * requests that never left and are told of as if they had, and the other way round. Cannot catch: what proxies and providers do besides.
 */

const formats = ['cbor', 'json'] as const;
const soon = { recordTtlMs: 300, requestTimeoutMs: 100 };

/** Credentials of which the SDK asks anew for each call, while they can be had. */
function provider() {
  const state = { calls: 0, instead: undefined as (() => Promise<never>) | undefined };
  const credentials = async () => {
    state.calls += 1;
    if (state.instead) return state.instead();
    return { accessKeyId: 'key', secretAccessKey: 'secret', expiration: new Date(Date.now() + 60_000) };
  };
  return { state, credentials };
}

const thrown = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('Rate exceeded'), { name }, httpStatusCode && { $metadata: { httpStatusCode } });

describe.each(formats)('credentials, with bodies in %s', (bodyFormat) => {
  test('that never come: nothing was sent, and the error speaks of them', async () => {
    const { state, credentials } = provider();
    const { rude, put } = await rudeTrial({ ...soon, bodyFormat }, { credentials });
    state.instead = () => new Promise(() => {});
    for (const error of errorsOf(await put())) {
      expect(error).toMatchObject({ code: 'RECORD_EXPIRED', mayBeStored: false });
      expect(error.attempts.at(-1)?.errorCode).toBe('CredentialsUnavailable');
      expect(error.message).toMatch(
        /no credentials came from their provider\. Check the provider of credentials/,
      );
    }
    expect(rude.puts).toBe(0);
  });

  test.each([thrown('TimeoutError'), thrown('ServiceUnavailable', 503), thrown('ThrottlingException', 400)])(
    'that fail with %o: nothing was sent, and it is not for Kinesis',
    async (error) => {
      const { state, credentials } = provider();
      const { rude, put } = await rudeTrial({ ...soon, bodyFormat }, { credentials });
      state.instead = () => Promise.reject(error);
      for (const failed of errorsOf(await put())) {
        expect(failed).toMatchObject({ code: 'RECORD_EXPIRED', mayBeStored: false });
        expect(failed.message).toContain(
          `The provider of credentials failed with ${error.name}: Rate exceeded. Check the provider`,
        );
        expect(failed.message).not.toMatch(
          /shards, put more slowly|health of the service|endpoint can be reached/,
        );
      }
      expect(rude.puts).toBe(0);
    },
  );

  test('that are throttled for a while are waited for; no shard is held to be throttled', async () => {
    const events: ProducerEvent[] = [];
    const onEvent = (event: ProducerEvent) => void events.push(event);
    const { state, credentials } = provider();
    const { producer, put } = await rudeTrial({ bodyFormat, onEvent }, { credentials });
    const failUntil = state.calls + 3;
    state.instead = () => {
      if (state.calls >= failUntil) state.instead = undefined;
      return Promise.reject(thrown('ThrottlingException', 400));
    };
    for (const codes of attemptsOf(await put(1))) {
      expect(codes).toEqual([...codes.slice(0, -1).map(() => 'CredentialsUnavailable'), undefined]);
      expect(codes.length).toBeGreaterThan(1);
    }
    const reasons = new Set(events.flatMap((event) => (event.type === 'retry' ? [event.reason] : [])));
    expect(reasons).toEqual(new Set(['no-answer']));
    expect(producer.stats().throttledEntries).toBe(0);
  });

  test.each([
    ['a plain error', new Error('vault is sealed'), 'CLIENT_MISCONFIGURED'],
    ['no right to assume a role', thrown('AccessDenied', 403), 'CREDENTIALS_REJECTED'],
    ['a request that STS refuses', thrown('ValidationError', 400), 'CREDENTIALS_REJECTED'],
  ])('that will not come (%s): at once, nothing sent', async (_, error, code) => {
    const { state, credentials } = provider();
    const { rude, put } = await rudeTrial({ bodyFormat }, { credentials });
    state.instead = () => Promise.reject(error);
    for (const failed of errorsOf(await put())) {
      expect(failed).toMatchObject({ code, mayBeStored: false, retryable: false });
      expect(failed.attempts).toHaveLength(1);
      expect(failed.message).toMatch(/before anything was sent.*credentials/);
    }
    expect(rude.puts).toBe(0);
  });
});

/** A server that takes connections and says nothing. */
async function silentServer() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function produceTo(endpoint: string, options: Partial<ProducerOptions> = {}): Producer {
  const clientConfig = {
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  };
  const producer = new Producer({ stream: 'tweets', lingerMs: 0, clientConfig, ...options });
  onTestFinished(() => producer.close({ deadlineMs: 0 }).catch(() => {}));
  return producer;
}

const failureOf = (producer: Producer): Promise<RecordFailedError> =>
  producer.put({ partitionKey: 'key', data: 'x' }).then(
    () => Promise.reject(new Error('It should have failed.')),
    (error: RecordFailedError) => error,
  );

/** A way to a local Kinesis that breaks the connections which are there, and swallows what new ones bring, once it is blocked. */
async function wayTo({ endpoint, clientConfig }: LocalKinesisServer) {
  const { protocol, hostname, port } = new URL(endpoint);
  const open = new Set<Socket>();
  const way = {
    clientConfig,
    swallowedBytes: 0,
    isBlocked: false,
    block() {
      way.isBlocked = true;
      for (const socket of open) socket.destroy();
    },
  };
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    if (way.isBlocked) {
      socket.on('data', ({ length }) => {
        way.swallowedBytes += length;
      });
      return;
    }
    const upstream = connect(Number(port), hostname);
    upstream.on('error', () => socket.destroy());
    upstream.pipe(socket).pipe(upstream);
    socket.on('close', () => upstream.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  way.clientConfig = {
    ...clientConfig,
    endpoint: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return way;
}

describe.each(formats)('a connection, with bodies in %s', (bodyFormat) => {
  test('that never gets through TLS, where the attempt ends before the time to connect: nothing was sent', async () => {
    const { host } = await silentServer();
    const error = await failureOf(
      produceTo(`https://${host}`, { recordTtlMs: 900, requestTimeoutMs: 300, bodyFormat }),
    );
    expect(error).toMatchObject({ code: 'RECORD_EXPIRED', mayBeStored: false });
    expect(error.attempts.at(-1)?.errorCode).toBe('ERR_TLS_HANDSHAKE_TIMEOUT');
    expect(error.message).toContain(
      `No answer within 300 ms: no TLS handshake with ${host}. Check that the endpoint`,
    );
  });

  test('P1: that stands, and brings no answer: it may be stored', async () => {
    const { host } = await silentServer();
    const error = await failureOf(produceTo(`http://${host}`, { ...soon, bodyFormat }));
    expect(error).toMatchObject({ code: 'RECORD_EXPIRED', mayBeStored: true });
    expect(error.attempts.at(-1)?.errorCode).toBe('TimeoutError');
  });

  test.each([
    [true, false],
    [false, true],
  ])(
    'that is given up by close() while it is new, with TLS (%s): may be stored (%s)',
    async (tls, mayBeStored) => {
      const kinesis = await startLocalKinesis({ tls, streams: [{ name: 'tweets', shards: 1 }] });
      onTestFinished(() => kinesis.close());
      const way = await wayTo(kinesis);
      const clientConfig = {
        ...way.clientConfig,
        requestHandler: { httpsAgent: { ca: kinesis.certificate } },
      };
      const connection = new KinesisConnection({ clientConfig });
      const producer = produceTo('', { clientConfig: undefined, connection, bodyFormat });
      await producer.start();
      way.block();
      await expect.poll(() => connection.stats().openSockets).toBe(0);
      const failed = failureOf(producer);
      await expect.poll(() => way.swallowedBytes).toBeGreaterThan(0);
      await producer.close({ deadlineMs: 0 }).catch(() => {});
      expect(await failed).toMatchObject({ code: 'SHUTDOWN_TIMEOUT', mayBeStored });
      await connection.close();
    },
  );
});
