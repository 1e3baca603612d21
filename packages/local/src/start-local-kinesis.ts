import type { AddressInfo } from 'node:net';
import type { Clock, Random } from '@shardline/core';
import {
  integerBetween,
  type OptionTable,
  resolveOptions,
  systemClock,
  systemRandom,
} from '@shardline/core/internal';
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
});

/** A running server. */
export interface LocalKinesisServer {
  /** Its URL, such as `http://127.0.0.1:40123`. */
  readonly endpoint: string;
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
 * Starts a {@link LocalKinesis} behind HTTP/1.1 and cleartext HTTP/2, in AWS JSON 1.1, for any SDK, KPL or KCL.
 *
 * @throws InvalidOptionError when an option is unknown or out of range; the system's error when the port is taken.
 */
export async function startLocalKinesis(
  options: LocalKinesisServerOptions = {},
): Promise<LocalKinesisServer> {
  const { port, host, maxBodyBytes, ...own } = options;
  const listen = resolveOptions('startLocalKinesis', listenOptions, {
    port,
    host,
    maxBodyBytes,
  }) as unknown as Required<ListenOptions>;
  const { clock = systemClock, random = systemRandom } = own;
  const kinesis = new LocalKinesis({ ...own, clock, random });
  // Sockets live in real time, whatever clock the service has.
  const server = createProtocolSwitch(requestHandler(kinesis, listen.maxBodyBytes, random), systemClock);
  const sockets = trackSockets(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A connection that could not be taken, for want of file handles say: the others go on.
  server.on('error', (error) => process.emitWarning(error));
  const { port: listening } = server.address() as AddressInfo;
  const endpoint = `http://${reachable(listen.host)}:${listening}`;
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

/** How a client on this machine reaches a server that listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
