import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { traced } from '@shardline/core/internal';
import type { TableApi } from './table-api.js';

/** The edge to DynamoDB through the AWS SDK. */
export function sdkTableApi(client: DynamoDBClient, onClose: () => void): TableApi {
  return {
    async describeTable(TableName, abortSignal) {
      const { Table } = await client.send(traced(new DescribeTableCommand({ TableName }), abortSignal), {
        abortSignal,
      });
      return Table ?? {};
    },
    async createTable(input, abortSignal) {
      await client.send(traced(new CreateTableCommand(input), abortSignal), { abortSignal });
    },
    async scan(input, abortSignal) {
      const { Items, LastEvaluatedKey } = await client.send(traced(new ScanCommand(input), abortSignal), {
        abortSignal,
      });
      return { items: Items ?? [], next: LastEvaluatedKey };
    },
    async getItem(input, abortSignal) {
      return (await client.send(traced(new GetItemCommand(input), abortSignal), { abortSignal })).Item;
    },
    async putItem(input, abortSignal) {
      await client.send(traced(new PutItemCommand(input), abortSignal), { abortSignal });
    },
    async updateItem(input, abortSignal) {
      return (
        (await client.send(traced(new UpdateItemCommand(input), abortSignal), { abortSignal })).Attributes ??
        {}
      );
    },
    async deleteItem(input, abortSignal) {
      await client.send(traced(new DeleteItemCommand(input), abortSignal), { abortSignal });
    },
    close: onClose,
  };
}
