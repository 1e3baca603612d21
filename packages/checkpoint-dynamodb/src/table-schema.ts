import type { CreateTableCommandInput, TableDescription } from '@aws-sdk/client-dynamodb';
import { LeaseTableMismatchError } from './errors.js';
import type { ResolvedDynamoDBLeaseStoreOptions } from './options.js';

/** The KCL's index of leases by owner. We do not ask it; a KCL 3 that takes the table over does not start without. */
export const ownerIndexName = 'LeaseOwnerToLeaseKeyIndex';

type TableSettings = Pick<ResolvedDynamoDBLeaseStoreOptions, 'billingMode' | 'tags' | 'deletionProtection'>;

/**
 * What CreateTable is asked for: the KCL's table and index in one go. The KCL adds the index to the finished table, which takes
 * minutes.
 */
export function tableRequest(settings: TableSettings): Omit<CreateTableCommandInput, 'TableName'> {
  const { billingMode, tags = {}, deletionProtection } = settings;
  const throughput = billingMode === 'on-demand' ? {} : { ProvisionedThroughput: capacityOf(billingMode) };
  const tagList = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    AttributeDefinitions: [
      { AttributeName: 'leaseKey', AttributeType: 'S' },
      { AttributeName: 'leaseOwner', AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: ownerIndexName,
        KeySchema: [
          { AttributeName: 'leaseOwner', KeyType: 'HASH' },
          { AttributeName: 'leaseKey', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
        ...throughput,
      },
    ],
    BillingMode: billingMode === 'on-demand' ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ...throughput,
    ...(deletionProtection && { DeletionProtectionEnabled: true }),
    ...(tagList.length > 0 && { Tags: tagList }),
  };
}

/** What may be done with a table: use it, wait for it, or nothing until its KMS key is back. */
export type TableState = 'usable' | 'pending' | 'locked-out';

const states: Readonly<Record<string, TableState>> = Object.freeze({
  CREATING: 'pending',
  DELETING: 'pending',
  INACCESSIBLE_ENCRYPTION_CREDENTIALS: 'locked-out',
  ARCHIVING: 'locked-out',
  ARCHIVED: 'locked-out',
});

/**
 * Reads a table's state. One that we made is waited for with its index; one that was there need not have it, nor wait for it. An
 * update of the table hinders nobody.
 */
export function tableState(table: TableDescription, made: boolean): TableState {
  const state = states[table.TableStatus ?? ''] ?? 'usable';
  if (state !== 'usable' || !made) return state;
  const index = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === ownerIndexName);
  return index?.IndexStatus === 'CREATING' ? 'pending' : 'usable';
}

/** Throws `LEASE_TABLE_MISMATCH` unless the table's key is that of a lease table. */
export function requireLeaseKey(tableName: string, table: TableDescription): void {
  const types = new Map(
    table.AttributeDefinitions?.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  const found = (table.KeySchema ?? [])
    .map(({ AttributeName, KeyType }) => `${AttributeName} (${types.get(AttributeName)}) ${KeyType}`)
    .join(', ');
  if (found !== 'leaseKey (S) HASH') throw new LeaseTableMismatchError(tableName, found || 'unknown');
}

function capacityOf({ provisioned }: Exclude<TableSettings['billingMode'], 'on-demand'>) {
  return { ReadCapacityUnits: provisioned.read, WriteCapacityUnits: provisioned.write };
}
