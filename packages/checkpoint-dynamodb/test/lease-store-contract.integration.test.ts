import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describeLeaseStore } from '@shardline/testing/lease-store';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { DynamoDBLeaseStore } from '../src/index.js';
import { startWithinMs, type TestServer, testServers } from './support/servers.js';
import { storeOn } from './support/store-on.js';

for (const { name, runs, start } of testServers) {
  describe.skipIf(!runs)(name, () => {
    let server: TestServer;
    let raw: DynamoDBClient;
    let tables = 0;
    beforeAll(async () => {
      server = await start();
      raw = new DynamoDBClient(server.clientConfig);
    }, startWithinMs);
    afterAll(async () => {
      raw?.destroy();
      await server?.close();
    });

    describeLeaseStore({ describe, test }, 'DynamoDBLeaseStore', async () => {
      tables += 1;
      const TableName = `contract-${tables}`;
      const keyOf = (leaseKey: string) => ({ TableName, Key: { leaseKey: { S: leaseKey } } });
      const made: DynamoDBLeaseStore[] = [];
      const makeStore = () => {
        const store = storeOn(raw, TableName);
        made.push(store);
        return store;
      };
      return {
        store: makeStore(),
        another: makeStore,
        async dispose() {
          for (const store of made) await store.close();
        },
        async putAttribute(leaseKey, attribute) {
          const change = {
            UpdateExpression: 'SET #it = :it',
            ExpressionAttributeNames: { '#it': attribute },
            ExpressionAttributeValues: { ':it': { L: [{ S: 'unknown' }] } },
          };
          await raw.send(new UpdateItemCommand({ ...keyOf(leaseKey), ...change }));
        },
        async hasAttribute(leaseKey, attribute) {
          const { Item } = await raw.send(new GetItemCommand({ ...keyOf(leaseKey), ConsistentRead: true }));
          return Item?.[attribute] !== undefined;
        },
        async putEntry(key) {
          const Item = { leaseKey: { S: key }, entityType: { S: 'LEADER' }, ownerName: { S: 'w1' } };
          await raw.send(new PutItemCommand({ TableName, Item }));
        },
        async putUnreadable(key) {
          const Item = { leaseKey: { S: key }, entityType: { S: 'LEASE' }, leaseCounter: { N: '0' } };
          await raw.send(new PutItemCommand({ TableName, Item }));
        },
      };
    });
  });
}
