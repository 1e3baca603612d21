import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { requireLeaseKey, tableRequest, tableState } from '../src/table-schema.js';
import { goldenTableRequests } from './support/golden-items.js';

const settings = { billingMode: 'on-demand', deletionProtection: false } as const;

describe('tableRequest', () => {
  test('asks at once for what the KCL makes in two steps', () => {
    const [create, update] = goldenTableRequests() as unknown as [
      { KeySchema: unknown; BillingMode: unknown },
      {
        AttributeDefinitions: { AttributeName: string | undefined }[];
        GlobalSecondaryIndexUpdates: { Create: object }[];
      },
    ];
    const request = tableRequest(settings);
    const byName = (
      left: { AttributeName: string | undefined },
      right: { AttributeName: string | undefined },
    ) => String(left.AttributeName).localeCompare(String(right.AttributeName));
    expect({
      ...request,
      AttributeDefinitions: [...(request.AttributeDefinitions ?? [])].sort(byName),
    }).toEqual({
      KeySchema: create.KeySchema,
      BillingMode: create.BillingMode,
      AttributeDefinitions: [...update.AttributeDefinitions].sort(byName),
      GlobalSecondaryIndexes: update.GlobalSecondaryIndexUpdates.map(({ Create }) => Create),
    });
  });

  test('provisioned: table and index get the units', () => {
    const request = tableRequest({ ...settings, billingMode: { provisioned: { read: 3, write: 7 } } });
    const ProvisionedThroughput = { ReadCapacityUnits: 3, WriteCapacityUnits: 7 };
    expect(request).toMatchObject({ BillingMode: 'PROVISIONED', ProvisionedThroughput });
    expect(request.GlobalSecondaryIndexes?.[0]).toMatchObject({ ProvisionedThroughput });
  });

  test('protection and tags only where they are asked for', () => {
    expect(tableRequest({ ...settings, deletionProtection: true, tags: { team: 'ingest' } })).toEqual({
      ...tableRequest(settings),
      DeletionProtectionEnabled: true,
      Tags: [{ Key: 'team', Value: 'ingest' }],
    });
    expect(tableRequest({ ...settings, tags: {} })).toEqual(tableRequest(settings));
  });
});

describe('tableState', () => {
  test.each([
    ['ACTIVE', 'usable'],
    ['UPDATING', 'usable'],
    [undefined, 'usable'],
    ['CREATING', 'pending'],
    ['DELETING', 'pending'],
    ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'locked-out'],
    ['ARCHIVING', 'locked-out'],
    ['ARCHIVED', 'locked-out'],
  ] as const)('%s is %s', (TableStatus, state) => {
    expect(tableState({ TableStatus }, false)).toBe(state);
  });

  test('a table that we made is waited for with its index; one that was there is not', () => {
    const withIndex = (IndexStatus: 'CREATING' | 'ACTIVE'): TableDescription => ({
      TableStatus: 'ACTIVE',
      GlobalSecondaryIndexes: [
        { IndexName: 'another', IndexStatus: 'CREATING' },
        { IndexName: 'LeaseOwnerToLeaseKeyIndex', IndexStatus },
      ],
    });
    expect(tableState(withIndex('CREATING'), true)).toBe('pending');
    expect(tableState(withIndex('ACTIVE'), true)).toBe('usable');
    expect(tableState(withIndex('CREATING'), false)).toBe('usable');
    expect(tableState({ TableStatus: 'ACTIVE' }, true)).toBe('usable');
  });
});

describe('requireLeaseKey', () => {
  const described = (KeySchema: TableDescription['KeySchema'], type: 'S' | 'N' = 'S') => ({
    KeySchema,
    AttributeDefinitions: (KeySchema ?? []).map(({ AttributeName }) => ({
      AttributeName,
      AttributeType: type,
    })),
  });

  test('leaseKey alone, a string', () => {
    expect(() =>
      requireLeaseKey('tweets', described([{ AttributeName: 'leaseKey', KeyType: 'HASH' }])),
    ).not.toThrow();
  });

  test.each([
    [described([{ AttributeName: 'leaseKey', KeyType: 'HASH' }], 'N'), 'leaseKey (N) HASH'],
    [described([{ AttributeName: 'id', KeyType: 'HASH' }]), 'id (S) HASH'],
    [
      described([
        { AttributeName: 'leaseKey', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ]),
      'leaseKey (S) HASH, at (S) RANGE',
    ],
    [{}, 'unknown'],
  ])('refuses another: %j', (table, found) => {
    expect(() => requireLeaseKey('tweets', table)).toThrow(
      expect.objectContaining({ code: 'LEASE_TABLE_MISMATCH', tableName: 'tweets', found }),
    );
  });
});
