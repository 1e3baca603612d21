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
import type { TableApi } from './table-api.js';

/** The edge to DynamoDB through the AWS SDK. */
export function sdkTableApi(client: DynamoDBClient, onClose: () => void): TableApi {
  return {
    async describeTable(TableName, abortSignal) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }), { abortSignal });
      return Table ?? {};
    },
    async createTable(input, abortSignal) {
      await client.send(new CreateTableCommand(input), { abortSignal });
    },
    async scan(input, abortSignal) {
      const { Items, LastEvaluatedKey } = await client.send(new ScanCommand(input), { abortSignal });
      return { items: Items ?? [], next: LastEvaluatedKey };
    },
    async getItem(input, abortSignal) {
      return (await client.send(new GetItemCommand(input), { abortSignal })).Item;
    },
    async putItem(input, abortSignal) {
      await client.send(new PutItemCommand(input), { abortSignal });
    },
    async updateItem(input, abortSignal) {
      return (await client.send(new UpdateItemCommand(input), { abortSignal })).Attributes ?? {};
    },
    async deleteItem(input, abortSignal) {
      await client.send(new DeleteItemCommand(input), { abortSignal });
    },
    close: onClose,
  };
}
