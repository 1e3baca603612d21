import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** Sockets at once: the renewals of hundreds of leases go through these within a fraction of a second. */
const maxSockets = 50;

/**
 * Makes the client of the store: keep-alive HTTP/1.1, and no retries underneath ours, since a renewal that is answered late is
 * worse than one that fails. `maxAttempts`, `retryMode` and `retryStrategy` of `config`, the environment and the shared
 * configuration file have no effect. A `requestHandler` in `config` is used as it is; a handler, or the agents that it names, stay open
 * when the client is destroyed.
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
  const client = new DynamoDBClient(once);
  // Destroying the client does no more than destroy its handler, and that its agents: whoever gave them may use them elsewhere.
  if (isGiven(config.requestHandler)) client.destroy = () => {};
  return client;
}

function isGiven(requestHandler: DynamoDBClientConfig['requestHandler']): boolean {
  if (typeof requestHandler !== 'object' || requestHandler === null) return false;
  const { handle, httpAgent, httpsAgent } = requestHandler as Record<string, unknown>;
  return [handle, methodOf(httpAgent), methodOf(httpsAgent)].some((method) => typeof method === 'function');
}

/** What an agent has, and options for one have not. */
function methodOf(agent: unknown): unknown {
  return (agent as { readonly destroy?: unknown } | undefined)?.destroy;
}
