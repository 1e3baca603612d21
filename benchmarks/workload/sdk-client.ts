import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Requests a peer or the floor keeps in flight. More do not help on loopback. */
export const IN_FLIGHT = 4;

/** Credentials that sign as real ones do and open nothing. */
export const benchmarkCredentials = { accessKeyId: 'AKIDBENCHMARK', secretAccessKey: 'not-a-secret' };

export const benchmarkRegion = 'eu-west-1';

/**
 * The SDK as it comes, but for HTTP/1.1 keep-alive instead of its default HTTP/2 session, which fails two large bodies at
 * once.
 */
export function sdkClient(endpoint: string): KinesisClient {
  const agent = { keepAlive: true, maxSockets: IN_FLIGHT };
  return new KinesisClient({
    endpoint,
    region: benchmarkRegion,
    credentials: benchmarkCredentials,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ httpAgent: agent, httpsAgent: agent }),
  });
}

/** Runs `task` on every item, `IN_FLIGHT` at a time. */
export async function eachInFlight<Item>(
  items: readonly Item[],
  task: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await task(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}
