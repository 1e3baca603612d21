import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { signAgain } from './sign-again.js';

/** How connections of a client that Shardline makes behave. */
export interface ConnectionPolicy {
  /** Most sockets at once. */
  readonly maxSockets: number;
  /** Longest wait for a TCP and TLS connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Longest silence of a request under way, in milliseconds. A call may also be aborted from outside. */
  readonly requestTimeoutMs: number;
}

/**
 * Makes the client for puts and control calls: keep-alive HTTP/1.1 (the SDK's default for Kinesis is an HTTP/2 session,
 * whose flow-control window fails two large bodies at once) and no retries underneath ours, which would hide attempts and
 * reorder a lane. Each call is tried once: `maxAttempts`, `retryMode` and `retryStrategy` of `config`, the environment and
 * the shared configuration file have no effect; only a call that was refused for the time in its signature is signed anew. A
 * `requestHandler` in `config` is used as it is.
 */
export function connectKinesis(config: KinesisClientConfig, policy: ConnectionPolicy): KinesisClient {
  const once: KinesisClientConfig = {
    ...config,
    requestHandler: config.requestHandler ?? handlerFor(policy),
    maxAttempts: 1,
    // Adaptive mode would also hold first attempts back, under a rate of its own.
    retryMode: 'standard',
  };
  // One that was given would be asked instead of `maxAttempts`.
  delete once.retryStrategy;
  const client = new KinesisClient(once);
  signAgain(client);
  return client;
}

function handlerFor(policy: ConnectionPolicy): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: policy.connectTimeoutMs,
    requestTimeout: policy.requestTimeoutMs,
    throwOnRequestTimeout: true,
    socketAcquisitionWarningTimeout: 2_147_483_647,
    httpAgent: { keepAlive: true, maxSockets: policy.maxSockets },
    httpsAgent: { keepAlive: true, maxSockets: policy.maxSockets },
  });
}
