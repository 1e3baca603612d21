import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '@shardline/core';
import { systemClock } from '@shardline/core/internal';
import { DynamoDBLeaseStore } from '../../src/index.js';
import { sdkTableApi } from '../../src/sdk-table-api.js';

/** A local table is there at once: the pauses before it is looked at again are short, time-outs are as ever. */
const clock: Clock = Object.freeze({
  ...systemClock,
  schedule: (delayMs: number, run: () => void) =>
    systemClock.schedule(delayMs <= 1_000 ? delayMs / 50 : delayMs, run),
});

/** A store on a table of its own, through a client that stays open when the store is closed. */
export function storeOn(client: DynamoDBClient, tableName: string): DynamoDBLeaseStore {
  const options = { tableName, client, requestTimeoutMs: 30_000 };
  return new DynamoDBLeaseStore(options, { api: sdkTableApi(client, () => {}), clock });
}
