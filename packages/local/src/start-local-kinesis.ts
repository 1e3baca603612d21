import type { Clock, Random } from '@shardline/core';
import {
  integerBetween,
  type OptionTable,
  resolveOptions,
  seededRandom,
  systemClock,
  systemRandom,
} from '@shardline/core/internal';
import { createAdminServer } from './admin-server.js';
import { isTlsChoice, keyPairFor, type TlsKeyPair } from './certificate.js';
import { type Listening, listen } from './listening.js';
import { LocalKinesis } from './local-kinesis.js';
import type { LocalKinesisOptions } from './local-options.js';
import { createProtocolSwitch } from './protocol-switch.js';
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
   * Whether TLS is spoken too, on the same port: with a certificate that the server makes for itself (`true`), good for
   * `localhost`, `127.0.0.1`, `::1` and `host`; with one that is good for these names too, such as that of a container; or with this one.
   * The endpoint is an `https:` one then; cleartext goes on working.
   * @defaultValue false
   */
  readonly tls?: boolean | { readonly names: readonly string[] } | TlsKeyPair;
  /**
   * How many requests a client may have open on one HTTP/2 session at once. A small number shows how a client bears that.
   * @defaultValue as many as it likes
   */
  readonly maxConcurrentStreams?: number;
  /**
   * Port for `/faults`, `/streams` and what else there is to ask of the server itself, in plain HTTP; 0 takes a free one. Absent:
   * there is none.
   */
  readonly adminPort?: number;
  /**
   * Address that the admin port listens on, whatever `host` is. It has no password.
   * @defaultValue '127.0.0.1'
   */
  readonly adminHost?: string;
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

const address = Object.freeze({
  expected: 'a host name or an address',
  accepts: (value: unknown) => typeof value === 'string' && value.length > 0,
  defaultValue: '127.0.0.1',
});

/** Every option that a server has beyond those of `LocalKinesis`. */
export const listenOptions: OptionTable<keyof ListenOptions> = Object.freeze({
  port: { summary: 'Port to listen on.', ...integerBetween(0, 65_535), defaultValue: 0 },
  host: { summary: 'Address to listen on.', ...address },
  maxBodyBytes: {
    summary: 'The longest request body.',
    ...integerBetween(1, Number.MAX_SAFE_INTEGER),
    defaultValue: defaultMaxBodyBytes,
  },
  tls: {
    summary: 'Whether TLS is spoken too: with a certificate made for the occasion, or with this one.',
    expected: 'true, false, { names } with host names or addresses, or { key, certificate } in PEM',
    accepts: isTlsChoice,
    defaultValue: false,
  },
  maxConcurrentStreams: {
    summary:
      'How many requests a client may have open on one HTTP/2 session; as many as it likes when absent.',
    ...integerBetween(1, 2 ** 31 - 1),
  },
  adminPort: {
    summary: 'Port for questions about the server itself, its faults foremost; none when absent.',
    ...integerBetween(0, 65_535),
  },
  adminHost: { summary: 'Address that the admin port listens on.', ...address },
});

/** A running server. */
export interface LocalKinesisServer {
  /** Its URL, such as `http://127.0.0.1:40123`, or with TLS `https://127.0.0.1:40123`. */
  readonly endpoint: string;
  /**
   * With TLS: what a client must trust, in PEM. Write it to a file and name that in NODE_EXTRA_CA_CERTS (Node), AWS_CA_BUNDLE
   * (boto3), or give it as `ca` to the client's agent.
   */
  readonly certificate?: string;
  /** The URL of its admin port, if it has one. */
  readonly adminEndpoint?: string;
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
 * @throws InvalidOptionError when an option is unknown or out of range; the system's error (`code` EADDRINUSE) when a port is
 * taken, or the one that says why the key and its certificate cannot be used.
 */
export async function startLocalKinesis(
  options: LocalKinesisServerOptions = {},
): Promise<LocalKinesisServer> {
  const { port, host, maxBodyBytes, tls, maxConcurrentStreams, adminPort, adminHost, ...own } = options;
  const given = { port, host, maxBodyBytes, tls, maxConcurrentStreams, adminPort, adminHost };
  const edge = resolveOptions('startLocalKinesis', listenOptions, given) as unknown as ResolvedListenOptions;
  const { clock = systemClock, random = systemRandom } = own;
  const kinesis = new LocalKinesis({ ...own, clock, random });
  const pair = await keyPairFor(edge.tls, edge.host);
  // The ids of requests have a source of their own: a health check must not shift the faults of a seed.
  const ids = seededRandom(random.next() * 2 ** 32);
  const handler = requestHandler(kinesis, edge.maxBodyBytes, ids);
  // Sockets live in real time, whatever clock the service has.
  const server = createProtocolSwitch(handler, systemClock, {
    tls: pair,
    maxConcurrentStreams: edge.maxConcurrentStreams,
  });
  const main = await listen(server, edge.port, edge.host);
  const admin = await listenForAdmin(kinesis, clock, edge).catch(async (error: unknown) => {
    await main.close();
    throw error;
  });
  const endpoint = `${pair ? 'https' : 'http'}://${reachable(edge.host)}:${main.port}`;
  const close = async () => {
    kinesis.close();
    await Promise.all([main.close(), admin?.close()]);
  };
  return {
    endpoint,
    ...(pair ? { certificate: pair.certificate } : {}),
    ...(admin ? { adminEndpoint: `http://${reachable(edge.adminHost)}:${admin.port}` } : {}),
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

type Defaulted = 'port' | 'host' | 'maxBodyBytes' | 'tls' | 'adminHost';
type ResolvedListenOptions = ListenOptions & Required<Pick<ListenOptions, Defaulted>>;

async function listenForAdmin(
  kinesis: LocalKinesis,
  clock: Clock,
  { adminPort, adminHost }: ResolvedListenOptions,
): Promise<Listening | undefined> {
  if (adminPort === undefined) return undefined;
  return listen(createAdminServer(kinesis, clock, adminHost), adminPort, adminHost);
}

/** How a client on this machine reaches a server that listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
