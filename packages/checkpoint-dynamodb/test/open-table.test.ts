import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { ManualClock } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import { LeaseTable } from '../src/lease-table.js';
import { openTable } from '../src/open-table.js';
import type { TableApi } from '../src/table-api.js';
import { tableRequest } from '../src/table-schema.js';
import { fakeApi, thrown } from './support/fake-api.js';

const request = tableRequest({ billingMode: 'on-demand', deletionProtection: false });
const missing = thrown('ResourceNotFoundException');
const denied = thrown('AccessDeniedException');

/** A lease table in the given state. */
function table(TableStatus: TableDescription['TableStatus'], more: object = {}): TableDescription {
  return {
    TableStatus,
    KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
    ...more,
  };
}

/** Gives one answer after the other, the last again and again; errors are thrown. */
function inTurn<Answer>(...answers: (Answer | Error)[]): () => Promise<Answer> {
  return async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer as Answer;
  };
}

interface Setting extends Partial<TableApi> {
  readonly create?: boolean;
  readonly signal?: AbortSignal;
}

/** Opens the table in virtual time. */
function open({ create = true, signal, ...answers }: Setting) {
  const clock = new ManualClock();
  const api = fakeApi(answers);
  const opened = openTable(new LeaseTable('tweets', api, clock, 3_000), {
    clock,
    create: create ? request : undefined,
    signal,
  });
  const settled = opened.catch((error: unknown) => error);
  return { clock, settled, names: () => api.calls.map(([name]) => name) };
}

async function outcome(setting: Setting) {
  const { clock, settled, names } = open(setting);
  await clock.runUntilIdle();
  return { end: await settled, names: names(), tookMs: clock.monotonic() };
}

describe('a table that is there', () => {
  test.each(['ACTIVE', 'UPDATING'] as const)('%s: is used at once', async (status) => {
    const { end, names } = await outcome({ describeTable: inTurn(table(status)) });
    expect([end, names]).toEqual(['existed', ['describeTable']]);
  });

  test('is not made wait for an index that somebody adds', async () => {
    const GlobalSecondaryIndexes = [{ IndexName: 'LeaseOwnerToLeaseKeyIndex', IndexStatus: 'CREATING' }];
    const { end, names } = await outcome({
      describeTable: inTurn(table('ACTIVE', { GlobalSecondaryIndexes })),
    });
    expect([end, names.length]).toEqual(['existed', 1]);
  });

  test('is waited for while another worker creates it', async () => {
    const describeTable = inTurn(table('CREATING'), table('CREATING'), table('ACTIVE'));
    expect(await outcome({ describeTable })).toMatchObject({ end: 'existed', tookMs: 300 });
  });

  test('of another key is refused, whatever its state, and nothing is written', async () => {
    const other = table('CREATING', { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] });
    const { end, names } = await outcome({ describeTable: inTurn(other) });
    expect(end).toMatchObject({ code: 'LEASE_TABLE_MISMATCH' });
    expect(names).toEqual(['describeTable']);
  });

  test('without a usable key is told', async () => {
    const { end } = await outcome({ describeTable: inTurn(table('ARCHIVED')) });
    expect(end).toMatchObject({
      code: 'ENCRYPTION_KEY_UNUSABLE',
      tableName: 'tweets',
      serviceError: 'ARCHIVED',
    });
  });
});

describe('a table that is missing', () => {
  test('is created, and waited for with its index, with pauses that grow to a second', async () => {
    const index = (IndexStatus: string) => ({
      GlobalSecondaryIndexes: [{ IndexName: 'LeaseOwnerToLeaseKeyIndex', IndexStatus }],
    });
    const creating = Array.from({ length: 5 }, () => table('CREATING'));
    const describeTable = inTurn<TableDescription>(
      missing,
      ...creating,
      table('ACTIVE', index('CREATING')),
      table('ACTIVE', index('ACTIVE')),
    );
    const { end, tookMs, names } = await outcome({ describeTable, createTable: async () => {} });
    expect(end).toBe('created');
    expect(tookMs).toBe(100 + 200 + 400 + 800 + 1_000 + 1_000 + 1_000);
    expect(names.filter((name) => name === 'createTable')).toHaveLength(1);
  });

  test('is still ours where it is not seen at once', async () => {
    const describeTable = inTurn<TableDescription>(missing, missing, table('ACTIVE'));
    const createTable = inTurn<void>(undefined, thrown('ResourceInUseException'));
    expect(await outcome({ describeTable, createTable })).toMatchObject({ end: 'created' });
  });

  test("is another worker's where that was faster", async () => {
    const describeTable = inTurn<TableDescription>(missing, table('CREATING'), table('ACTIVE'));
    const createTable = inTurn<void>(thrown('ResourceInUseException'));
    expect(await outcome({ describeTable, createTable })).toMatchObject({ end: 'existed' });
  });

  test('is not created where that is turned off', async () => {
    const { end, names } = await outcome({ describeTable: inTurn<TableDescription>(missing), create: false });
    expect(end).toMatchObject({ code: 'LEASE_TABLE_NOT_FOUND', call: 'DescribeTable' });
    expect(names).toEqual(['describeTable']);
  });

  test('needs the right to create it', async () => {
    const { end } = await outcome({
      describeTable: inTurn<TableDescription>(missing),
      createTable: inTurn<void>(denied),
    });
    expect(end).toMatchObject({ code: 'ACCESS_DENIED', call: 'CreateTable' });
  });
});

test('a table that is being deleted is waited for, then created anew', async () => {
  const describeTable = inTurn<TableDescription>(table('DELETING'), missing, table('ACTIVE'));
  const { end, names } = await outcome({ describeTable, createTable: async () => {} });
  expect([end, names]).toEqual([
    'created',
    ['describeTable', 'describeTable', 'createTable', 'describeTable'],
  ]);
});

test('a table that does not become ready is given up after five minutes', async () => {
  const { end, tookMs } = await outcome({ describeTable: inTurn(table('CREATING')) });
  expect(end).toMatchObject({ code: 'LEASE_TABLE_NOT_READY', retryable: true });
  expect(tookMs).toBeGreaterThanOrEqual(300_000);
  expect(tookMs).toBeLessThan(301_000);
});

describe('without the right to describe the table', () => {
  const describeTable = inTurn<TableDescription>(denied);

  test('a read of one item tells that it is there', async () => {
    const { end, names } = await outcome({ describeTable, getItem: async () => undefined });
    expect([end, names]).toEqual(['existed', ['describeTable', 'getItem']]);
  });

  test('or that it is missing: it is created, and waited for in the same way', async () => {
    const getItem = inTurn<undefined>(missing, missing, undefined);
    const createTable = inTurn<void>(undefined, thrown('ResourceInUseException'));
    expect(await outcome({ describeTable, getItem, createTable })).toMatchObject({ end: 'created' });
  });

  test('or that it has another key', async () => {
    const { end } = await outcome({
      describeTable,
      getItem: inTurn<undefined>(thrown('ValidationException')),
    });
    expect(end).toMatchObject({ code: 'LEASE_TABLE_MISMATCH', cause: { code: 'LEASE_TABLE_REFUSED' } });
  });

  test('nor to read: the missing right is named', async () => {
    const { end } = await outcome({ describeTable, getItem: inTurn<undefined>(denied) });
    expect(end).toMatchObject({ code: 'ACCESS_DENIED', call: 'GetItem' });
  });
});

describe('faults', () => {
  const throttled = thrown('ThrottlingException');

  test('that pass are waited out', async () => {
    const describeTable = inTurn<TableDescription>(
      throttled,
      throttled,
      throttled,
      throttled,
      table('ACTIVE'),
    );
    expect(await outcome({ describeTable })).toMatchObject({ end: 'existed' });
  });

  test('a creation that was not answered is looked for, and not counted as ours', async () => {
    const describeTable = inTurn<TableDescription>(missing, table('ACTIVE'));
    const { end } = await outcome({
      describeTable,
      createTable: inTurn<void>(thrown('InternalServerError')),
    });
    expect(end).toBe('existed');
  });

  test('five in a row are told', async () => {
    const { end, names } = await outcome({ describeTable: inTurn<TableDescription>(throttled) });
    expect(end).toMatchObject({ code: 'LEASE_TABLE_THROTTLED', retryable: true });
    expect(names).toHaveLength(5);
  });

  test('that last are told at once', async () => {
    const { end, names } = await outcome({
      describeTable: inTurn<TableDescription>(thrown('UnrecognizedClientException')),
    });
    expect(end).toMatchObject({ code: 'CREDENTIALS_REJECTED' });
    expect(names).toHaveLength(1);
  });
});

test('its signal ends the wait at once', async () => {
  const stopping = new AbortController();
  const { clock, settled, names } = open({
    describeTable: inTurn(table('CREATING')),
    signal: stopping.signal,
  });
  await clock.advance(1_000);
  const looks = names().length;
  stopping.abort();
  expect(await settled).toMatchObject({ code: 'LEASE_CALL_ABORTED' });
  expect([names().length, clock.pending]).toEqual([looks, 0]);
});
