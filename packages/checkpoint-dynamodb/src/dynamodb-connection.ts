import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** Sockets at once: the renewals of hundreds of leases go through these within a fraction of a second. */
const maxSockets = 50;

/**
 * Makes the client of the store: keep-alive HTTP/1.1, and no retries underneath ours, since a renewal that is answered late is
 * worse than one that fails. `maxAttempts`, `retryMode` and `retryStrategy` of `config`, the environment and the shared
 * configuration file have no effect. A `requestHandler` in `config` is used as it is.
 */
export function connectDynamoDB(config: DynamoDBClientConfig, requestTimeoutMs: number): DynamoDBClient {
  const once: DynamoDBClientConfig = {
    ...config,
    requestHandler: config.requestHandler ?? {
      connectionTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      socketAcquisitionWarningTimeout: 2_147_483_647,
      httpAgent: { keepAlive: true, maxSockets },
      httpsAgent: { keepAlive: true, maxSockets },
    },
    maxAttempts: 1,
    // Adaptive mode would also hold first attempts back, under a rate of its own.
    retryMode: 'standard',
  };
  // One that was given would be asked instead of `maxAttempts`.
  delete once.retryStrategy;
  return new DynamoDBClient(once);
}
