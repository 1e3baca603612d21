import type { Clock } from '@shardline/core';
import { systemClock } from '@shardline/core/internal';
import { connectDynamoDB } from './dynamodb-connection.js';
import type { ResolvedDynamoDBLeaseStoreOptions } from './options.js';
import { sdkTableApi } from './sdk-table-api.js';
import type { TableApi } from './table-api.js';

/** What the store needs of the world. */
export interface Edges {
  readonly api: TableApi;
  readonly clock: Clock;
}

/** The real edges: the AWS SDK and the machine's clock. */
export function sdkEdges(options: ResolvedDynamoDBLeaseStoreOptions): Edges {
  const { client: given, clientConfig = {}, requestTimeoutMs } = options;
  const client = given ?? connectDynamoDB(clientConfig, requestTimeoutMs);
  const onClose = () => {
    if (!given) client.destroy();
  };
  return { api: sdkTableApi(client, onClose), clock: systemClock };
}
