import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { ManualClock } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import type { LeaseItemMalformedError } from '../src/errors.js';
import { DynamoDBLeaseStore, type DynamoDBLeaseStoreOptions } from '../src/index.js';
import type { Item, TableApi } from '../src/table-api.js';
import { fakeApi, refusedWith, thrown } from './support/fake-api.js';
import { goldenItem } from './support/golden-items.js';
import { leaseWith } from './support/leases.js';

const golden = goldenItem('lease at creation, TRIM_HORIZON');
const brokenItem = { ...golden, leaseKey: { S: 'broken' }, leaseCounter: { S: 'x' } };
const leaseTable: TableDescription = {
  TableStatus: 'ACTIVE',
  KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
};

function makeStore(answers: Partial<TableApi>, options: DynamoDBLeaseStoreOptions = {}) {
  const api = fakeApi({ describeTable: async () => leaseTable, ...answers });
  const store = new DynamoDBLeaseStore(options, { api, clock: new ManualClock() });
  return { store, calls: api.calls };
}

async function openStore(answers: Partial<TableApi>, options?: DynamoDBLeaseStoreOptions) {
  const { store, calls } = makeStore(answers, options);
  await store.open({ applicationName: 'tweets' });
  calls.splice(0);
  return { store, calls };
}

describe('the table', () => {
  test.each([
    [{}, 'tweets'],
    [{ tableName: 'leases' }, 'leases'],
  ])('is named after the application unless the store was given a name: %o', async (options, name) => {
    const { store, calls } = makeStore({}, options);
    expect(await store.open({ applicationName: 'tweets' })).toBe('existed');
    expect(calls).toEqual([['describeTable', name]]);
  });

  test('an application whose name cannot name a table needs a tableName', async () => {
    const { store, calls } = makeStore({});
    await expect(store.open({ applicationName: 'my app' })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      option: 'tableName',
      received: 'my app',
    });
    expect(calls).toEqual([]);
  });

  test('is created as the options say', async () => {
    const created: unknown[] = [];
    const { store } = makeStore(
      {
        describeTable: async () => {
          if (created.length === 0) throw thrown('ResourceNotFoundException');
          return leaseTable;
        },
        createTable: async (input) => {
          created.push(input);
          // Ends the wait for the table at once; it has been asked for by then.
          throw thrown('AccessDeniedException');
        },
      },
      { tags: { team: 'ingest' }, deletionProtection: true },
    );
    await expect(store.open({ applicationName: 'tweets' })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(created).toMatchObject([
      { TableName: 'tweets', Tags: [{ Key: 'team', Value: 'ingest' }], DeletionProtectionEnabled: true },
    ]);
  });
});

describe('its life', () => {
  test('before open() and after close() every call is refused, and makes none', async () => {
    const { store, calls } = makeStore({});
    const state = { code: 'LEASE_STORE_STATE' };
    await expect(store.list()).rejects.toMatchObject(state);
    await expect(store.take(leaseWith(), 'w1')).rejects.toMatchObject(state);
    await store.close();
    await store.close();
    await expect(store.renew(leaseWith())).rejects.toMatchObject(state);
    await expect(store.open({ applicationName: 'tweets' })).rejects.toMatchObject(state);
    expect(calls).toEqual([['close', undefined]]);
  });

  test('it is opened once; where that failed, again', async () => {
    let denied = true;
    const { store } = makeStore({
      describeTable: async () => {
        if (denied) throw thrown('UnrecognizedClientException');
        return leaseTable;
      },
    });
    await expect(store.open({ applicationName: 'tweets' })).rejects.toMatchObject({
      code: 'CREDENTIALS_REJECTED',
    });
    denied = false;
    expect(await store.open({ applicationName: 'tweets' })).toBe('existed');
    await expect(store.open({ applicationName: 'tweets' })).rejects.toMatchObject({
      code: 'LEASE_STORE_STATE',
    });
  });

  test('closed while it opens, it stays closed', async () => {
    const { store } = makeStore({});
    const opening = store.open({ applicationName: 'tweets' });
    await store.close();
    await opening;
    await expect(store.list()).rejects.toMatchObject({ code: 'LEASE_STORE_STATE' });
  });
});

describe('items that cannot be read', () => {
  test('do not hide the others from a listing, and are told of', async () => {
    const told: LeaseItemMalformedError[] = [];
    const items = [brokenItem, goldenItem('leader lock'), golden];
    const { store } = await openStore(
      { scan: async () => ({ items, next: undefined }) },
      { onMalformedLease: (error) => told.push(error) },
    );
    for (let listing = 0; listing < 2; listing += 1) {
      expect((await store.list()).map(({ leaseKey }) => leaseKey)).toEqual([
        'broken',
        'shardId-000000000000',
      ]);
    }
    expect(told).toMatchObject([
      { code: 'LEASE_ITEM_MALFORMED', tableName: 'tweets', leaseKey: 'broken', attribute: 'leaseCounter' },
    ]);
  });

  test("stand there as what they are: nobody's, not finished, and why", async () => {
    const items = [{ ...brokenItem, checkpoint: { S: 'SHARD_END' }, leaseOwner: { S: 'w1' } }];
    const { store } = await openStore({
      scan: async () => ({ items, next: undefined }),
      getItem: async () => items[0],
      putItem: refusedWith(items[0]),
    });
    const unreadable = {
      leaseKey: 'broken',
      checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
      parentShardIds: [],
      hashKeyRange: undefined,
      leaseOwner: undefined,
      checkpointOwner: undefined,
      leaseCounter: 0,
      ownerSwitchesSinceCheckpoint: 0,
      pendingCheckpoint: undefined,
      childShardIds: [],
      throughputKBps: undefined,
      unreadable: expect.stringMatching(/Item "broken" of table "tweets".*leaseCounter/),
    };
    expect(await store.list()).toEqual([unreadable]);
    expect(await store.get('broken')).toEqual(unreadable);
    const lease = { ...leaseWith({ leaseKey: 'broken' }), hashKeyRange: range };
    expect(await store.create(lease)).toEqual({ written: false, lease: unreadable });
  });

  test('a write whose lease cannot be read after it is answered as refused', async () => {
    const broken: Item = { ...golden, throughputKBps: { S: 'fast' } };
    const { store } = await openStore({ updateItem: async () => broken });
    expect(await store.renew(leaseWith())).toMatchObject({
      written: false,
      lease: { unreadable: expect.stringContaining('throughputKBps'), leaseOwner: undefined },
    });
  });

  test('something else under the key of a lease is not taken for one', async () => {
    const leader = goldenItem('leader lock');
    const { store } = await openStore({ getItem: async () => leader, putItem: refusedWith(leader) });
    expect(await store.get('Leader')).toBeUndefined();
    const lease = { ...leaseWith({ leaseKey: 'Leader' }), hashKeyRange: range };
    await expect(store.create(lease)).rejects.toMatchObject({
      code: 'LEASE_ITEM_MALFORMED',
      leaseKey: 'Leader',
      message: expect.stringContaining('{"S":"LEADER"}'),
    });
  });
});

const range = { startingHashKey: '0', endingHashKey: '9' };

describe('answers', () => {
  const stored: Item = { ...golden, leaseOwner: { S: 'w2' }, leaseCounter: { N: '9' } };

  test('a write that passed: the lease as it stands', async () => {
    const { store } = await openStore({ updateItem: async () => stored });
    expect(await store.renew(leaseWith(), 1)).toMatchObject({
      written: true,
      lease: { leaseOwner: 'w2', leaseCounter: 9 },
    });
  });

  test('one that lost: the lease that was there, or none', async () => {
    const lost = await openStore({ updateItem: refusedWith(stored) });
    expect(await lost.store.take(leaseWith(), 'w1')).toMatchObject({
      written: false,
      lease: { leaseOwner: 'w2', leaseCounter: 9 },
    });
    const gone = await openStore({ updateItem: refusedWith(undefined), getItem: async () => undefined });
    expect(await gone.store.take(leaseWith(), 'w1')).toEqual({ written: false, lease: undefined });
  });

  test.each([
    ['missing', undefined],
    ['changed', stored],
  ])('a delete that lost: %s', async (end, now) => {
    const { store } = await openStore({ deleteItem: refusedWith(now), getItem: async () => now });
    expect(await store.delete(leaseWith())).toBe(end);
  });

  test('a hand-off of a lease without owner is refused without a write', async () => {
    const { store, calls } = await openStore({ getItem: async () => golden });
    const free = leaseWith({ leaseKey: 'shardId-000000000000', leaseOwner: undefined });
    expect(await store.startHandoff(free, 'w1')).toMatchObject({
      written: false,
      lease: { leaseCounter: 0 },
    });
    expect(calls.map(([name]) => name)).toEqual(['getItem']);
  });
});

test('a throughput that is no figure is refused by a rejection', async () => {
  const { store, calls } = await openStore({});
  await expect(store.renew(leaseWith(), Number.NaN)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  expect(calls).toEqual([]);
});
