import type { AddressInfo, Server } from 'node:net';
import type { Clock, Random } from '@shardline/core';
import {
  integerBetween,
  type OptionTable,
  resolveOptions,
  systemClock,
  systemRandom,
} from '@shardline/core/internal';
import { selfSignedCertificate, type TlsKeyPair } from './certificate.js';
import { LocalKinesis } from './local-kinesis.js';
import type { LocalKinesisOptions } from './local-options.js';
import { createProtocolSwitch, trackSockets } from './protocol-switch.js';
import { defaultMaxBodyBytes, requestHandler } from './request-handler.js';

/** Where a server listens and what it accepts. */
export interface ListenOptions {
  /**
   * Port to listen on; 0 takes a free one.
   * @defaultValue 0
   */
  readonly port?: number;
  /**
   * Address to listen on.
   * @defaultValue '127.0.0.1'
   */
  readonly host?: string;
  /**
   * The longest request body, in bytes.
   * @defaultValue 20,971,520
   */
  readonly maxBodyBytes?: number;
  /**
   * Whether TLS is spoken too, on the same port: with a certificate that the server makes for itself (`true`), or with this one.
   * The endpoint is an `https:` one then; cleartext goes on working.
   * @defaultValue false
   */
  readonly tls?: boolean | TlsKeyPair;
  /**
   * How many requests a client may have open on one HTTP/2 session at once. A small number shows how a client bears that.
   * @defaultValue as many as it likes
   */
  readonly maxConcurrentStreams?: number;
}

/** Options of {@link startLocalKinesis}. */
export interface LocalKinesisServerOptions
  extends ListenOptions,
    Omit<LocalKinesisOptions, 'clock' | 'random'> {
  /** Where time comes from. The machine's clock when absent. */
  readonly clock?: Clock;
  /** Where chance comes from. The machine's randomness when absent. */
  readonly random?: Random;
}

/** Every option that a server has beyond those of `LocalKinesis`. */
export const listenOptions: OptionTable<keyof ListenOptions> = Object.freeze({
  port: { summary: 'Port to listen on.', ...integerBetween(0, 65_535), defaultValue: 0 },
  host: {
    summary: 'Address to listen on.',
    expected: 'a host name or an address',
    accepts: (value: unknown) => typeof value === 'string' && value.length > 0,
    defaultValue: '127.0.0.1',
  },
  maxBodyBytes: {
    summary: 'The longest request body.',
    ...integerBetween(1, Number.MAX_SAFE_INTEGER),
    defaultValue: defaultMaxBodyBytes,
  },
  tls: {
    summary: 'Whether TLS is spoken too: with a certificate made for the occasion, or with this one.',
    expected: 'true, false, or { key, certificate } in PEM',
    accepts: (value: unknown) => typeof value === 'boolean' || isKeyPair(value),
    defaultValue: false,
  },
  maxConcurrentStreams: {
    summary:
      'How many requests a client may have open on one HTTP/2 session; as many as it likes when absent.',
    ...integerBetween(1, 2 ** 31 - 1),
  },
});

function isKeyPair(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { key, certificate, ...others } = value as Record<string, unknown>;
  return typeof key === 'string' && typeof certificate === 'string' && Object.keys(others).length === 0;
}

/** A running server. */
export interface LocalKinesisServer {
  /** Its URL, such as `http://127.0.0.1:40123`, or with TLS `https://127.0.0.1:40123`. */
  readonly endpoint: string;
  /**
   * With TLS: what a client must trust, in PEM. Write it to a file and name that in NODE_EXTRA_CA_CERTS (Node), AWS_CA_BUNDLE
   * (boto3), or give it as `ca` to the client's agent.
   */
  readonly certificate?: string;
  /** What an AWS SDK client needs to talk to it; plain data. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** The Kinesis behind it, for its faults and for calls in process. */
  readonly kinesis: LocalKinesis;
  /** Drops all connections and stops listening. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a {@link LocalKinesis} behind HTTP/1.1 and HTTP/2, in AWS JSON 1.1 and CBOR 1.1, for any SDK, KPL or KCL.
 *
 * @throws InvalidOptionError when an option is unknown or out of range; the system's error when the port is taken or the key
 * and its certificate cannot be used.
 */
export async function startLocalKinesis(
  options: LocalKinesisServerOptions = {},
): Promise<LocalKinesisServer> {
  const { port, host, maxBodyBytes, tls, maxConcurrentStreams, ...own } = options;
  const listen = resolveOptions('startLocalKinesis', listenOptions, {
    port,
    host,
    maxBodyBytes,
    tls,
    maxConcurrentStreams,
  }) as unknown as Required<Omit<ListenOptions, 'maxConcurrentStreams'>> & ListenOptions;
  const { clock = systemClock, random = systemRandom } = own;
  const kinesis = new LocalKinesis({ ...own, clock, random });
  const pair = listen.tls === true ? await selfSignedCertificate(listen.host) : listen.tls || undefined;
  const handler = requestHandler(kinesis, listen.maxBodyBytes, random);
  // Sockets live in real time, whatever clock the service has.
  const server = createProtocolSwitch(handler, systemClock, {
    tls: pair,
    maxConcurrentStreams: listen.maxConcurrentStreams,
  });
  const sockets = trackSockets(server);
  const listening = await listenOn(server, listen.port, listen.host);
  const endpoint = `${pair ? 'https' : 'http'}://${reachable(listen.host)}:${listening}`;
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= new Promise((resolve) => {
      kinesis.close();
      server.close(() => resolve());
      sockets.destroyAll();
    });
    return closed;
  };
  return {
    endpoint,
    ...(pair ? { certificate: pair.certificate } : {}),
    clientConfig: {
      endpoint,
      region: own.region ?? 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    },
    kinesis,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The port that `server` listens on once it does. */
async function listenOn(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A connection that could not be taken, for want of file handles say: the others go on.
  server.on('error', (error) => process.emitWarning(error));
  return (server.address() as AddressInfo).port;
}

/** How a client on this machine reaches a server that listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
