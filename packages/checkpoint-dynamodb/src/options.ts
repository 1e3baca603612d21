import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { InvalidOptionError } from '@shardline/core';
import {
  aClient,
  anObject,
  callable,
  integerBetween,
  type OptionTable,
  resolveOptions,
} from '@shardline/core/internal';
import type { LeaseItemMalformedError } from './errors.js';

/** Options of a {@link DynamoDBLeaseStore}. All may be left out. */
export interface DynamoDBLeaseStoreOptions {
  /**
   * Name of the lease table, or its ARN for a table of another account. KCL: tableName.
   * @defaultValue the consumer's `applicationName`
   */
  readonly tableName?: string;
  /**
   * Configuration of the client that the store makes and closes: region, credentials, endpoint. It gets keep-alive HTTP/1.1
   * connections and no retries of its own: `maxAttempts`, `retryMode` and `retryStrategy` have no effect. Never together with
   * `client`.
   * @defaultValue the SDK's own chain of region and credentials
   */
  readonly clientConfig?: DynamoDBClientConfig;
  /**
   * A client to use as it is; its owner closes it. Its retries count as one call, within `requestTimeoutMs`. Never together with
   * `clientConfig`.
   */
  readonly client?: DynamoDBClient;
  /**
   * Whether a table that is missing is created. `false`: `open()` rejects with `LEASE_TABLE_NOT_FOUND`.
   * @defaultValue `true`
   */
  readonly createTable?: boolean;
  /**
   * How a table that the store creates is billed: by request, or for so many read and write units a second (1 to 40,000 each), which its
   * index gets too. KCL: billingMode, initialLeaseTableReadCapacity, initialLeaseTableWriteCapacity.
   * @defaultValue `'on-demand'`
   */
  readonly billingMode?:
    | 'on-demand'
    | { readonly provisioned: { readonly read: number; readonly write: number } };
  /** Tags of a table that the store creates. It then needs the right dynamodb:TagResource. KCL: tags. */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Whether a table that the store creates is protected against deletion. KCL: leaseTableDeletionProtectionEnabled.
   * @defaultValue `false`
   */
  readonly deletionProtection?: boolean;
  /**
   * Longest wait for the answer to one call, in milliseconds, 100 to 60,000. Keep it below a third of the consumer's
   * `failoverMs`, or one silent call costs the leases. KCL: dynamoDbRequestTimeout (60,000 there, six times its failover time).
   * @defaultValue 3,000
   */
  readonly requestTimeoutMs?: number;
  /**
   * Told of each item that should be a lease and cannot be read: once, and again when it is broken otherwise. Nobody takes such a
   * lease or writes to it; its shard is not read until the item is mended.
   * @defaultValue a process warning with the code `SHARDLINE_LEASE_ITEM_MALFORMED`
   */
  readonly onMalformedLease?: (error: LeaseItemMalformedError) => void;
}

type Defaulted = 'createTable' | 'billingMode' | 'deletionProtection' | 'requestTimeoutMs';

/** Options with every default filled in. */
export type ResolvedDynamoDBLeaseStoreOptions = Required<Pick<DynamoDBLeaseStoreOptions, Defaulted>> &
  Omit<DynamoDBLeaseStoreOptions, Defaulted>;

const onOrOff = Object.freeze({
  expected: 'true or false',
  accepts: (value: unknown) => typeof value === 'boolean',
});

const units = Object.freeze(integerBetween(1, 40_000));

/** What DynamoDB takes for a table's name. */
export const tableNames = Object.freeze({
  expected: "a table name of 3 to 255 letters, digits, '.', '_' or '-', or a table ARN",
  accepts: (value: unknown) =>
    typeof value === 'string' && (/^[\w.-]{3,255}$/.test(value) || isTableArn(value)),
});

/** The option table of the store: validation, docs/options.md and the README come from it. */
export const dynamoDBLeaseStoreOptions: OptionTable<keyof DynamoDBLeaseStoreOptions> = Object.freeze({
  tableName: {
    summary: 'Name or ARN of the lease table.',
    ...tableNames,
    javaName: 'tableName',
    reason: "The consumer's applicationName when absent, as with the KCL.",
  },
  clientConfig: {
    summary: 'Configuration of the client that the store makes and closes; never together with client.',
    ...anObject(),
    javaName: 'dynamoDBClient',
    reason: 'The client gets keep-alive HTTP/1.1 and no retries underneath ours.',
  },
  client: {
    summary: 'A client to use as it is; never together with clientConfig.',
    ...aClient('DynamoDBClient'),
    reason: 'Its retries must come to an end within requestTimeoutMs.',
  },
  createTable: {
    summary: 'Whether a table that is missing is created.',
    ...onOrOff,
    defaultValue: true,
    reason: 'Turn it off where tables come from infrastructure code.',
  },
  billingMode: {
    summary:
      'How a table that the store creates is billed: by request, or for read and write units a second.',
    expected: `'on-demand' or { provisioned: { read, write } }, each ${units.expected}`,
    accepts: isBillingMode,
    defaultValue: 'on-demand',
    javaName: 'billingMode',
    reason: 'The load is some thirty small writes a minute and shard.',
  },
  tags: {
    summary: 'Tags of a table that the store creates.',
    expected: 'an object of strings, at most 50',
    accepts: areTags,
    javaName: 'tags',
    reason: 'Needs the right dynamodb:TagResource.',
  },
  deletionProtection: {
    summary: 'Whether a table that the store creates is protected against deletion.',
    ...onOrOff,
    defaultValue: false,
    javaName: 'leaseTableDeletionProtectionEnabled',
    reason: 'With the table an application loses its place in the stream.',
  },
  requestTimeoutMs: {
    summary: 'Longest wait for the answer to one call, in milliseconds.',
    ...integerBetween(100, 60_000),
    defaultValue: 3_000,
    javaName: 'dynamoDbRequestTimeout',
    reason: "The 60 s of the KCL exceed its failover time: one silent call costs a worker's leases.",
  },
  onMalformedLease: {
    summary: 'Told of each item that should be a lease and cannot be read; a process warning when absent.',
    ...callable(),
    reason: 'One broken item must not hide the other leases, nor be passed over in silence.',
  },
} satisfies OptionTable<keyof DynamoDBLeaseStoreOptions>);

/** Checks options and fills in defaults; throws {@link InvalidOptionError}. */
export function resolveDynamoDBLeaseStoreOptions(
  given: DynamoDBLeaseStoreOptions,
): ResolvedDynamoDBLeaseStoreOptions {
  const owner = 'DynamoDBLeaseStore';
  const resolved = resolveOptions(
    owner,
    dynamoDBLeaseStoreOptions,
    given,
  ) as unknown as ResolvedDynamoDBLeaseStoreOptions;
  const { client, clientConfig } = resolved;
  if (client && clientConfig) {
    const expected = 'absent where clientConfig is given';
    throw new InvalidOptionError({ owner, option: 'client', received: client, expected });
  }
  return resolved;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBillingMode(value: unknown): boolean {
  if (value === 'on-demand') return true;
  if (!isObject(value) || Object.keys(value).join() !== 'provisioned') return false;
  const { provisioned } = value;
  if (!isObject(provisioned) || Object.keys(provisioned).sort().join() !== 'read,write') return false;
  return units.accepts(provisioned.read) && units.accepts(provisioned.write);
}

function areTags(value: unknown): boolean {
  if (!isObject(value)) return false;
  const tags = Object.entries(value);
  return tags.length <= 50 && tags.every(([key, tag]) => key !== '' && typeof tag === 'string');
}

function isTableArn(value: string): boolean {
  return /^arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table\/[\w.-]{3,255}$/.test(value);
}
