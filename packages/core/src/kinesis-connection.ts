import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { type Clock, systemClock } from './clock.js';
import { refuseNoUrl } from './endpoint-url.js';
import { nameEndpoint } from './name-endpoint.js';
import { type Random, systemRandom } from './random.js';
import { renewCredentials } from './renew-credentials.js';
import { type GivenHandler, KeptHandler, requestHandlerFor } from './request-handler.js';
import { signAgain } from './sign-again.js';

/** How connections of a client that Shardline makes behave. */
export interface ConnectionPolicy {
  /** Most sockets at once. */
  readonly maxSockets: number;
  /** Longest wait for a TCP and TLS connection, in milliseconds. */
  readonly connectTimeoutMs?: number;
  /** Longest wait for an answer, in milliseconds. A call may also be aborted from outside; undefined: only that ends it. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a socket may lie idle and be used again, in milliseconds. */
  readonly maxSocketIdleMs?: number;
  /** How old a socket may be and be used again, in milliseconds. */
  readonly maxSocketAgeMs?: number;
}

/** What {@link ConnectionPolicy} leaves open, and where it comes from: docs/connections.md. */
export const socketDefaults = Object.freeze({
  /** The KPL's. */
  connectTimeoutMs: 6_000,
  /** The service closed connections that were idle for 6 to 7 s, with a request under way into them. */
  maxSocketIdleMs: 4_000,
  /** NAT gateways and VPC endpoints forget a connection after 350 s; a name that moved is found within this time. */
  maxSocketAgeMs: 300_000,
});

/**
 * Makes the client for puts and control calls: keep-alive HTTP/1.1 (the SDK's default for Kinesis is an HTTP/2 session,
 * whose flow-control window fails two large bodies at once) and no retries underneath ours, which would hide attempts and
 * reorder a lane. Each call is tried once: `maxAttempts`, `retryMode` and `retryStrategy` of `config`, the environment and
 * the shared configuration file have no effect; only a call that was refused for the time in its signature, or for credentials that the provider has replaced, is signed anew. A
 * `requestHandler` in `config` that is a handler is used as it is, and stays open when the client is destroyed. Throws
 * `INVALID_OPTION` for an `endpoint` that is text and no URL.
 */
export function connectKinesis(
  config: KinesisClientConfig,
  policy: ConnectionPolicy,
  clock: Clock = systemClock,
  random: Random = systemRandom,
): KinesisClient {
  refuseNoUrl(config.endpoint);
  const requestHandler = handlerFor(config, policy, clock, random);
  const once: KinesisClientConfig & { readonly ignoreCache: boolean } = {
    // Goes to the default chain of credentials: files that were rewritten are read again when it is asked again.
    ignoreCache: true,
    ...config,
    requestHandler,
    maxAttempts: 1,
    // Adaptive mode would also hold first attempts back, under a rate of its own.
    retryMode: 'standard',
  };
  // One that was given would be asked instead of `maxAttempts`.
  delete once.retryStrategy;
  const client = new KinesisClient(once);
  // Destroying the client does no more than destroy its handler, which whoever gave one may use elsewhere.
  if (!(requestHandler instanceof KeptHandler)) client.destroy = () => {};
  renewCredentials(client, clock);
  signAgain(client);
  nameEndpoint(client);
  return client;
}

function handlerFor(
  { requestHandler }: KinesisClientConfig,
  policy: ConnectionPolicy,
  clock: Clock,
  random: Random,
): NonNullable<GivenHandler> {
  const rules = {
    maxSockets: policy.maxSockets,
    connectTimeoutMs: policy.connectTimeoutMs ?? socketDefaults.connectTimeoutMs,
    requestTimeoutMs: policy.requestTimeoutMs,
    maxIdleMs: policy.maxSocketIdleMs ?? socketDefaults.maxSocketIdleMs,
    maxAgeMs: policy.maxSocketAgeMs ?? socketDefaults.maxSocketAgeMs,
  };
  return requestHandlerFor(requestHandler, rules, clock, random);
}
