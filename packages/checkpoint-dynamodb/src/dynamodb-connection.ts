import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { refuseNoUrl } from '@shardline/core/internal';

/** Sockets at once: the renewals of hundreds of leases go through these within a fraction of a second. */
const maxSockets = 50;

/**
 * Makes the client of the store: keep-alive HTTP/1.1, and no retries underneath ours, since a renewal that is answered late is
 * worse than one that fails. `maxAttempts`, `retryMode` and `retryStrategy` of `config`, the environment and the shared
 * configuration file have no effect. A `requestHandler` in `config` is used as it is; a handler, or an agent that it names, stays open
 * when the client is destroyed; what the SDK made beside it is closed. Throws `INVALID_OPTION` for an `endpoint` that is text and no URL.
 */
export function connectDynamoDB(config: DynamoDBClientConfig, requestTimeoutMs: number): DynamoDBClient {
  refuseNoUrl(config.endpoint);
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
  const given = agentsIn(config.requestHandler);
  if (isHandler(config.requestHandler)) client.destroy = () => {};
  else if (given.size > 0) client.destroy = () => closeOthers(client, given);
  return client;
}

/** Closes the agents of the client's handler but for the `given`. Before its first request it has none that hold anything. */
function closeOthers(client: DynamoDBClient, given: ReadonlySet<unknown>): void {
  const handler = client.config.requestHandler as { httpHandlerConfigs?(): unknown };
  const { httpAgent, httpsAgent } = namedIn(handler.httpHandlerConfigs?.());
  for (const agent of [httpAgent, httpsAgent]) if (isAgent(agent) && !given.has(agent)) agent.destroy();
}

/** The agents that were given themselves; options for one are none. */
function agentsIn(requestHandler: unknown): ReadonlySet<unknown> {
  const { httpAgent, httpsAgent } = namedIn(requestHandler);
  return new Set([httpAgent, httpsAgent].filter(isAgent));
}

function isHandler(given: unknown): boolean {
  return typeof namedIn(given).handle === 'function';
}

function isAgent(given: unknown): given is { destroy(): void } {
  return typeof namedIn(given).destroy === 'function';
}

function namedIn(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
}
