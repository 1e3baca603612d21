import { ManualClock } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import { LeaseTable } from '../src/lease-table.js';
import type { TableApi } from '../src/table-api.js';
import { fakeApi, refusedWith, thrown } from './support/fake-api.js';

const item = { leaseKey: { S: 'a' }, leaseCounter: { N: '1' } };
const change = { when: { leaseCounter: { N: '1' } }, add: { leaseCounter: 1 } };

function makeTable(calls: Partial<TableApi>) {
  const clock = new ManualClock();
  const api = fakeApi(calls);
  return { clock, calls: api.calls, table: new LeaseTable('tweets', api, clock, 3_000) };
}

describe('items', () => {
  test('are read page by page, consistently', async () => {
    const pages = [
      { items: [item], next: { leaseKey: { S: 'a' } } },
      { items: [], next: { leaseKey: { S: 'b' } } },
      { items: [item, item], next: undefined },
    ];
    const { table, calls } = makeTable({ scan: async () => pages.shift() ?? { items: [], next: undefined } });
    expect(await table.items()).toEqual([item, item, item]);
    const page = { TableName: 'tweets', ConsistentRead: true };
    expect(calls).toEqual([
      ['scan', page],
      ['scan', { ...page, ExclusiveStartKey: { leaseKey: { S: 'a' } } }],
      ['scan', { ...page, ExclusiveStartKey: { leaseKey: { S: 'b' } } }],
    ]);
  });
});

test('get reads one item consistently', async () => {
  const { table, calls } = makeTable({ getItem: async () => item });
  expect(await table.get('a')).toEqual(item);
  expect(calls).toEqual([
    ['getItem', { TableName: 'tweets', Key: { leaseKey: { S: 'a' } }, ConsistentRead: true }],
  ]);
});

describe('writes', () => {
  test('put: only where nothing is; the item is what was put', async () => {
    const { table, calls } = makeTable({ putItem: async () => {} });
    expect(await table.put('a', item)).toEqual({ written: true, item });
    expect(calls).toEqual([
      [
        'putItem',
        {
          TableName: 'tweets',
          Item: item,
          ConditionExpression: 'attribute_not_exists(#leaseKey)',
          ExpressionAttributeNames: { '#leaseKey': 'leaseKey' },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ],
    ]);
  });

  test('update: the item is what it became', async () => {
    const after = { ...item, leaseCounter: { N: '2' } };
    const { table, calls } = makeTable({ updateItem: async () => after });
    expect(await table.update('a', change)).toEqual({ written: true, item: after });
    expect(calls).toEqual([
      [
        'updateItem',
        expect.objectContaining({
          Key: { leaseKey: { S: 'a' } },
          UpdateExpression: 'ADD #leaseCounter :add_leaseCounter',
          ConditionExpression: '#leaseCounter = :was_leaseCounter',
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ],
    ]);
  });

  test('delete: on its condition', async () => {
    const { table, calls } = makeTable({ deleteItem: async () => {} });
    expect(await table.delete('a', change.when)).toEqual({ written: true, item: {} });
    expect(calls[0]?.[1]).toMatchObject({ ConditionExpression: '#leaseCounter = :was_leaseCounter' });
  });

  test('a condition that failed is answered with the item that came along', async () => {
    const { table, calls } = makeTable({ updateItem: refusedWith(item) });
    expect(await table.update('a', change)).toEqual({ written: false, item });
    expect(calls).toHaveLength(1);
  });

  test.each([[item], [undefined]])('where none came along it is read again: %j', async (now) => {
    const { table, calls } = makeTable({ deleteItem: refusedWith(undefined), getItem: async () => now });
    expect(await table.delete('a', change.when)).toEqual({ written: false, item: now });
    expect(calls.map(([name]) => name)).toEqual(['deleteItem', 'getItem']);
    expect(calls[1]?.[1]).toMatchObject({ ConsistentRead: true });
  });

  test('what fails otherwise is told with the call and the lease', async () => {
    const { table } = makeTable({
      putItem: async () => Promise.reject(thrown('ThrottlingException')),
      getItem: async () => Promise.reject(thrown('AccessDeniedException')),
    });
    const facts = { tableName: 'tweets', leaseKey: 'a' };
    await expect(table.put('a', item)).rejects.toMatchObject({
      ...facts,
      call: 'PutItem',
      code: 'LEASE_TABLE_THROTTLED',
    });
    await expect(table.get('a')).rejects.toMatchObject({ ...facts, call: 'GetItem', code: 'ACCESS_DENIED' });
  });
});

describe('no call hangs', () => {
  const silent = () => new Promise<never>(() => {});

  test('one that is not answered fails after the time-out, and may have taken effect', async () => {
    const { table, clock } = makeTable({ updateItem: silent });
    const outcome = table.update('a', change).catch((error: unknown) => error);
    await clock.advance(2_999);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await outcome).toMatchObject({
      code: 'LEASE_TABLE_UNREACHABLE',
      retryable: true,
      serviceError: 'TimeoutError',
    });
  });

  test('one whose signal fires fails at once, and leaves no timer', async () => {
    const { table, clock } = makeTable({ scan: silent });
    const stopping = new AbortController();
    const outcome = table.items(stopping.signal).catch((error: unknown) => error);
    stopping.abort(new Error('enough'));
    expect(await outcome).toMatchObject({ code: 'LEASE_CALL_ABORTED', cause: { message: 'enough' } });
    expect(clock.pending).toBe(0);
  });

  test('a signal that fired before is no call', async () => {
    const { table, calls } = makeTable({ getItem: async () => item });
    await expect(table.get('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'LEASE_CALL_ABORTED' });
    expect(calls).toEqual([]);
  });
});
