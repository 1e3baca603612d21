import { describe, expect, test } from 'vitest';
import { LeaseItemMalformedError, LeaseStoreStateError, LeaseTableMismatchError } from '../src/errors.js';

describe('errors say what happened to which table and item, and what to do', () => {
  test('a table that is none of ours', () => {
    const error = new LeaseTableMismatchError('tweets', 'id (N) HASH');
    expect(error).toMatchObject({
      code: 'LEASE_TABLE_MISMATCH',
      retryable: false,
      tableName: 'tweets',
      found: 'id (N) HASH',
    });
    expect(error.message).toContain('Table "tweets" is no lease table: its key is id (N) HASH');
    expect(error.message).toContain('another tableName');
  });

  test('an item that cannot be read', () => {
    const error = new LeaseItemMalformedError({
      tableName: 'tweets',
      leaseKey: 'shard-1',
      attribute: 'leaseCounter',
      found: 'absent',
      expected: 'a whole number',
    });
    expect(error).toMatchObject({
      code: 'LEASE_ITEM_MALFORMED',
      retryable: false,
      attribute: 'leaseCounter',
    });
    expect(error.message).toMatch(
      /^Item "shard-1" of table "tweets" .* leaseCounter is absent, not a whole number\./,
    );
    expect(error.message).toContain('Mend the item, or delete it');
  });

  test('a store in another state', () => {
    const error = new LeaseStoreStateError('It is closed.');
    expect(error).toMatchObject({
      code: 'LEASE_STORE_STATE',
      retryable: false,
      name: 'LeaseStoreStateError',
    });
  });
});
