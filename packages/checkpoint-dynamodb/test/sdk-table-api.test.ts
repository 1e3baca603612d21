import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { serviceFaultOf } from '@shardline/core/internal';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, test } from 'vitest';
import { sdkTableApi } from '../src/sdk-table-api.js';

const { signal } = new AbortController();
const TableName = 'tweets';
const Key = { leaseKey: { S: 'a' } };

function makeApi() {
  const client = new DynamoDBClient({ region: 'eu-west-1' });
  let closes = 0;
  const api = sdkTableApi(client, () => {
    closes += 1;
  });
  return { api, sdk: mockClient(client), closes: () => closes };
}

test('each call is the command of its name, with the signal', async () => {
  const { api, sdk } = makeApi();
  sdk.onAnyCommand().resolves({});
  const create = { TableName, KeySchema: [], AttributeDefinitions: [] };
  await api.describeTable(TableName, signal);
  await api.createTable(create, signal);
  await api.scan({ TableName }, signal);
  await api.getItem({ TableName, Key }, signal);
  await api.putItem({ TableName, Item: Key }, signal);
  await api.updateItem({ TableName, Key }, signal);
  await api.deleteItem({ TableName, Key }, signal);
  const calls = [
    [DescribeTableCommand, { TableName }],
    [CreateTableCommand, create],
    [ScanCommand, { TableName }],
    [GetItemCommand, { TableName, Key }],
    [PutItemCommand, { TableName, Item: Key }],
    [UpdateItemCommand, { TableName, Key }],
    [DeleteItemCommand, { TableName, Key }],
  ] as const;
  expect(sdk.calls().map(({ args }) => args[0].constructor)).toEqual(calls.map(([command]) => command));
  expect(sdk.calls().map(({ args }) => args[0].input)).toEqual(calls.map(([, input]) => input));
  for (const { args } of sdk.calls()) expect(args.slice(1)).toEqual([{ abortSignal: signal }]);
});

test('gives what was asked for', async () => {
  const { api, sdk } = makeApi();
  sdk.on(DescribeTableCommand).resolves({ Table: { TableStatus: 'ACTIVE' } });
  sdk.on(ScanCommand).resolves({ Items: [Key], LastEvaluatedKey: Key });
  sdk.on(GetItemCommand).resolves({ Item: Key });
  sdk.on(UpdateItemCommand).resolves({ Attributes: Key });
  expect(await api.describeTable(TableName, signal)).toEqual({ TableStatus: 'ACTIVE' });
  expect(await api.scan({ TableName }, signal)).toEqual({ items: [Key], next: Key });
  expect(await api.getItem({ TableName, Key }, signal)).toEqual(Key);
  expect(await api.updateItem({ TableName, Key }, signal)).toEqual(Key);
});

test('closing is the one who made it to do', () => {
  const { api, closes } = makeApi();
  api.close();
  expect(closes()).toBe(1);
});

test('each call tells where it failed for want of credentials', async () => {
  const credentials = () => Promise.reject(Object.assign(new Error('why'), { name: 'ThrottlingException' }));
  const api = sdkTableApi(new DynamoDBClient({ region: 'eu-west-1', credentials }), () => {});
  const calls = [
    () => api.describeTable(TableName, signal),
    () => api.createTable({ TableName, KeySchema: [], AttributeDefinitions: [] }, signal),
    () => api.scan({ TableName }, signal),
    () => api.getItem({ TableName, Key }, signal),
    () => api.putItem({ TableName, Item: Key }, signal),
    () => api.updateItem({ TableName, Key }, signal),
    () => api.deleteItem({ TableName, Key }, signal),
  ];
  for (const call of calls) {
    const fault = serviceFaultOf(await call().catch((error: unknown) => error));
    expect(fault).toMatchObject({ kind: 'transient', name: 'CredentialsUnavailable', sent: false });
  }
});
