import { ShardlineError } from '@shardline/core';

/** What went wrong with a call to DynamoDB. */
export type LeaseTableErrorCode =
  | 'LEASE_TABLE_NOT_FOUND'
  | 'LEASE_TABLE_NOT_READY'
  | 'LEASE_TABLE_THROTTLED'
  | 'LEASE_TABLE_UNREACHABLE'
  | 'LEASE_TABLE_REFUSED'
  | 'LEASE_CALL_ABORTED'
  | 'ACCESS_DENIED'
  | 'CREDENTIALS_REJECTED'
  | 'ENCRYPTION_KEY_UNUSABLE'
  | 'CLIENT_MISCONFIGURED';

/** The API calls that the store makes. */
export type LeaseTableCall =
  | 'DescribeTable'
  | 'CreateTable'
  | 'Scan'
  | 'GetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem';

/** The lease table could not be asked. Where the call was a write, it may have taken effect unless DynamoDB answered. */
export class LeaseTableError extends ShardlineError {
  override readonly code: LeaseTableErrorCode;
  /** Name or ARN of the table. */
  readonly tableName: string;
  /** The API call; the right it needs is `dynamodb:` and its name. */
  readonly call: LeaseTableCall;
  /** The lease it was about; undefined where it was about the table. */
  readonly leaseKey: string | undefined;
  /** DynamoDB's error name, or Node's code of a broken connection. */
  readonly serviceError: string;

  constructor(
    code: LeaseTableErrorCode,
    message: string,
    facts: {
      tableName: string;
      call: LeaseTableCall;
      leaseKey: string | undefined;
      serviceError: string;
      retryable: boolean;
      cause: unknown;
    },
  ) {
    super(message, { retryable: facts.retryable, cause: facts.cause });
    this.code = code;
    this.tableName = facts.tableName;
    this.call = facts.call;
    this.leaseKey = facts.leaseKey;
    this.serviceError = facts.serviceError;
  }
}

/** The table exists, but its key is not that of a lease table. */
export class LeaseTableMismatchError extends ShardlineError {
  override readonly code = 'LEASE_TABLE_MISMATCH';
  /** Name or ARN of the table. */
  readonly tableName: string;
  /** The key it has, such as `id (N) HASH`. */
  readonly found: string;

  constructor(tableName: string, found: string, cause?: unknown) {
    super(
      `Table "${tableName}" is no lease table: its key is ${found}, and a lease table has leaseKey (S) HASH alone. ` +
        'Nothing was written. Give DynamoDBLeaseStore another tableName, or the consumer another applicationName.',
      { retryable: false, cause },
    );
    this.tableName = tableName;
    this.found = found;
  }
}

/** An item stands where a lease is, and cannot be read as one. Other leases are not affected. */
export class LeaseItemMalformedError extends ShardlineError {
  override readonly code = 'LEASE_ITEM_MALFORMED';
  /** Name or ARN of the table. */
  readonly tableName: string;
  /** Key of the item. */
  readonly leaseKey: string;
  /** The attribute that cannot be read. */
  readonly attribute: string;

  constructor(facts: {
    tableName: string;
    leaseKey: string;
    attribute: string;
    found: string;
    expected: string;
  }) {
    super(
      `Item "${facts.leaseKey}" of table "${facts.tableName}" cannot be read as a lease: its ${facts.attribute} is ` +
        `${facts.found}, not ${facts.expected}. Its shard is not read, nor are those that came of it. Mend the item, or delete it, ` +
        "which starts the shard anew from the application's initial position.",
      { retryable: false },
    );
    this.tableName = facts.tableName;
    this.leaseKey = facts.leaseKey;
    this.attribute = facts.attribute;
  }
}

/** The store was used before `open()`, opened twice, or used after `close()`. */
export class LeaseStoreStateError extends ShardlineError {
  override readonly code = 'LEASE_STORE_STATE';

  constructor(message: string) {
    super(message, { retryable: false });
  }
}
