import type { KinesisClient, KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { type Clock, systemClock } from './clock.js';
import { InvalidOptionError, ShardlineError } from './error.js';
import { connectKinesis, socketDefaults } from './kinesis-connection.js';
import { anObject, integerBetween, type OptionTable, resolveOptions } from './options.js';
import { type Random, systemRandom } from './random.js';
import { KeptHandler, requestHandlerFor } from './request-handler.js';
import { refuseOtherRegion } from './stream-region.js';

/** Options of a {@link KinesisConnection}. */
export interface KinesisConnectionOptions {
  /**
   * Configuration of the client that the connection makes and closes: region, credentials, endpoint. One that knows streams by ARN
   * needs its region, too: several may share it. `maxAttempts`, `retryMode` and `retryStrategy` have no effect; `requestHandler` may be options for the SDK's HTTP/1.1 handler, with agents for a proxy.
   * @defaultValue the SDK's own chain of region and credentials
   */
  readonly clientConfig?: KinesisClientConfig | undefined;
  /**
   * Sockets at once to one endpoint, 1 to 4,096. Requests beyond wait for one, within their time-out. KPL: MaxConnections (24
   * there, for all streams of a process).
   * @defaultValue 256
   */
  readonly maxSockets?: number | undefined;
  /**
   * Longest wait for a TCP and TLS connection, in milliseconds, 100 to 300,000. KPL: ConnectTimeout.
   * @defaultValue 6,000
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * How long a socket may lie idle and be used again, in milliseconds, 100 to 350,000.
   * @defaultValue 4,000
   */
  readonly maxSocketIdleMs?: number | undefined;
  /**
   * How old a socket may be and be used again, in milliseconds, 1,000 to 86,400,000; each socket a fifth less at random.
   * @defaultValue 300,000
   */
  readonly maxSocketAgeMs?: number | undefined;
}

/** Those that have a default are there. */
type ResolvedConnectionOptions = {
  readonly [Name in keyof KinesisConnectionOptions]-?: Exclude<KinesisConnectionOptions[Name], undefined>;
};

/** The option table of a {@link KinesisConnection}: validation and docs/options.md come from it. */
export const kinesisConnectionOptions: OptionTable<keyof KinesisConnectionOptions> = Object.freeze({
  clientConfig: {
    summary: 'Configuration of the client that the connection makes and closes.',
    ...anObject(),
    javaName: 'Region, KinesisEndpoint, CredentialsProvider …',
    reason: 'The client gets keep-alive HTTP/1.1 and no retries underneath ours.',
  },
  maxSockets: {
    summary: 'Sockets at once to one endpoint; requests beyond wait for one.',
    ...integerBetween(1, 4_096),
    defaultValue: 256,
    javaName: 'MaxConnections',
    reason: 'A bound for when the service is slow: sockets are opened as requests need them.',
  },
  connectTimeoutMs: {
    summary: 'Longest wait for a TCP and TLS connection, in milliseconds.',
    ...integerBetween(100, 300_000),
    defaultValue: socketDefaults.connectTimeoutMs,
    javaName: 'ConnectTimeout',
    reason: "The KPL's default.",
  },
  maxSocketIdleMs: {
    summary: 'How long a socket may lie idle and be used again, in milliseconds.',
    ...integerBetween(100, 350_000),
    defaultValue: socketDefaults.maxSocketIdleMs,
    reason:
      'The service was seen to close connections idle for 6 to 7 s under a request that came just then.',
  },
  maxSocketAgeMs: {
    summary: 'How old a socket may be and be used again, in milliseconds; each a fifth less at random.',
    ...integerBetween(1_000, 86_400_000),
    defaultValue: socketDefaults.maxSocketAgeMs,
    reason: 'After it the name is resolved anew; renewing a socket costs a resumed TLS handshake.',
  },
});

/** Sockets of a {@link KinesisConnection}. */
export interface ConnectionStats {
  /** Who uses it: streams of producers and consumers that are not closed, each as often as it does. */
  readonly users: readonly string[];
  /** Sockets opened so far. Where a handler or an agent was given, its sockets are in none of these counts. */
  readonly openedSockets: number;
  /** Sockets open now, idle ones among them. */
  readonly openSockets: number;
  readonly idleSockets: number;
  /** Requests that wait for a socket, since `maxSockets` are in use. */
  readonly waitingRequests: number;
}

/** The part that one producer or consumer has in a connection. */
export interface ConnectionUse {
  readonly client: KinesisClient;
  /** Somebody chose the client's `protocol`: bodies of requests are its business. */
  readonly hasOwnProtocol: boolean;
  /** Ends it. More than once does nothing more. */
  leave(): void;
}

/** A connection was closed while producers or consumers use it. Nothing was closed. */
export class ConnectionInUseError extends ShardlineError {
  override readonly code = 'CONNECTION_IN_USE';
  /** The streams of those that use it. */
  readonly users: readonly string[];

  constructor(users: readonly string[]) {
    const some = users.slice(0, 5).join('", "');
    const more = users.length > 5 ? ` and ${users.length - 5} more` : '';
    super(
      `The connection is in use for ${users.length === 1 ? 'stream' : 'streams'} "${some}"${more}, and was not closed. ` +
        'Close its producers and stop its consumers first.',
      { retryable: true },
    );
    this.users = users;
  }
}

/**
 * Sockets, TLS sessions and credentials that producers and consumers of one process share. None of them closes it: close it
 * after they are closed. It opens nothing before the first request.
 */
export class KinesisConnection {
  readonly #client: KinesisClient;
  readonly #handler: KeptHandler | undefined;
  readonly #hasOwnProtocol: boolean;
  readonly #region: KinesisClientConfig['region'];
  readonly #users = new Set<{ readonly stream: string }>();
  #isClosed = false;

  /** Checks the options and throws `INVALID_OPTION`; makes no request. */
  constructor(options?: KinesisConnectionOptions);
  /** @internal */
  constructor(options?: KinesisConnectionOptions, clock?: Clock, random?: Random);
  constructor(
    options: KinesisConnectionOptions = {},
    clock: Clock = systemClock,
    random: Random = systemRandom,
  ) {
    const table = kinesisConnectionOptions;
    const resolved = resolveOptions('KinesisConnection', table, options) as KinesisConnectionOptions;
    const { clientConfig = {}, ...policy } = resolved as ResolvedConnectionOptions;
    // No time-out for requests: whoever calls has one of his own, and gives the call up.
    const rules = { ...policy, maxIdleMs: policy.maxSocketIdleMs, maxAgeMs: policy.maxSocketAgeMs };
    const requestHandler = requestHandlerFor(clientConfig.requestHandler, rules, clock, random);
    this.#handler = requestHandler instanceof KeptHandler ? requestHandler : undefined;
    this.#client = connectKinesis({ ...clientConfig, requestHandler }, policy);
    this.#hasOwnProtocol = clientConfig.protocol !== undefined;
    this.#region = clientConfig.region;
  }

  /** Called by producers and consumers that are given this connection. */
  join(owner: string, stream: string): ConnectionUse {
    if (this.#isClosed) {
      const [expected, inWords] = ['a KinesisConnection that is open', 'one that was closed'];
      throw new InvalidOptionError({ owner, option: 'connection', received: this, expected, inWords });
    }
    refuseOtherRegion(owner, stream, this.#region, 'the connection');
    const user = { stream };
    this.#users.add(user);
    return {
      client: this.#client,
      hasOwnProtocol: this.#hasOwnProtocol,
      leave: () => void this.#users.delete(user),
    };
  }

  stats(): ConnectionStats {
    const none = { opened: 0, open: 0, idle: 0, waiting: 0 };
    const { opened, open, idle, waiting } = this.#handler?.sockets ?? none;
    return {
      users: [...this.#users].map(({ stream }) => stream),
      openedSockets: opened,
      openSockets: open,
      idleSockets: idle,
      waitingRequests: waiting,
    };
  }

  /** Closes the sockets. Rejects with `CONNECTION_IN_USE` while a producer or consumer uses it. A second call does nothing. */
  async close(): Promise<void> {
    if (this.#users.size > 0) throw new ConnectionInUseError(this.stats().users);
    this.#isClosed = true;
    this.#client.destroy();
  }

  /** {@link KinesisConnection.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
