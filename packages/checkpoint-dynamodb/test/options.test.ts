import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { type DynamoDBLeaseStoreOptions, resolveDynamoDBLeaseStoreOptions } from '../src/options.js';

const resolve = (given: object) => resolveDynamoDBLeaseStoreOptions(given as DynamoDBLeaseStoreOptions);

test('everything has a default, or may be absent', () => {
  expect(resolve({})).toEqual({
    createTable: true,
    billingMode: 'on-demand',
    deletionProtection: false,
    requestTimeoutMs: 3_000,
  });
});

describe('accepts', () => {
  test.each([
    { tableName: 'abc' },
    { tableName: 'a-b_c.9'.padEnd(255, 'x') },
    { tableName: 'arn:aws:dynamodb:eu-west-1:123456789012:table/tweets' },
    { billingMode: { provisioned: { read: 1, write: 40_000 } } },
    { tags: {} },
    { tags: { team: 'ingest', empty: '' } },
    { deletionProtection: true },
    { createTable: false },
    { requestTimeoutMs: 100 },
    { requestTimeoutMs: 60_000 },
    { clientConfig: { region: 'eu-west-1' } },
    { onMalformedLease: () => {} },
  ])('%o', (given) => {
    expect(resolve(given)).toMatchObject(given);
  });
});

describe('refuses', () => {
  test.each<[string, unknown]>([
    ['tableName', 'ab'],
    ['tableName', 'x'.repeat(256)],
    ['tableName', 'a b c'],
    ['tableName', 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets'],
    ['billingMode', 'provisioned'],
    ['billingMode', { provisioned: { read: 1 } }],
    ['billingMode', { provisioned: { read: 0, write: 1 } }],
    ['billingMode', { provisioned: { read: 1, write: 40_001 } }],
    ['billingMode', { provisioned: { read: 1, write: 1, burst: 1 } }],
    ['billingMode', { provisioned: { read: 1, write: 1 }, more: 1 }],
    ['billingMode', null],
    ['tags', ['a']],
    ['tags', { a: 1 }],
    ['tags', { '': 'a' }],
    ['tags', Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']))],
    ['deletionProtection', 'yes'],
    ['createTable', 1],
    ['requestTimeoutMs', 99],
    ['requestTimeoutMs', 60_001],
    ['clientConfig', 'eu-west-1'],
    ['client', []],
    ['client', {}],
    ['client', { send: true }],
    ['onMalformedLease', 'warn'],
    ['tablename', 'tweets'],
  ])('%s: %o', (option, value) => {
    expect(() => resolve({ [option]: value })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option }),
    );
  });

  test('what cannot send, and says what would', () => {
    expect(() => resolve({ client: {} })).toThrow(expect.objectContaining({ expected: 'a DynamoDBClient' }));
  });

  test('what belongs in clientConfig, a client in the place of all options, and an empty region', () => {
    const message = (given: object) => {
      try {
        return resolve(given) && 'accepted';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect([
      message({ requestHandler: {} }),
      message(new DynamoDBClient({ region: 'eu-west-1' })),
      message({ clientConfig: { region: '' } }),
    ]).toEqual([
      'DynamoDBLeaseStore: option "requestHandler" is unknown; it belongs in clientConfig.',
      'DynamoDBLeaseStore: option "options" must be an object of options (did you mean { client }?); received a DynamoDBClient.',
      expect.stringContaining('clientConfig: option "region" must be the name of a region'),
    ]);
  });

  test('a client beside its configuration', () => {
    const client = new DynamoDBClient({ region: 'eu-west-1' });
    expect(resolve({ client }).client).toBe(client);
    expect(() => resolve({ client, clientConfig: {} })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'client' }),
    );
  });
});
