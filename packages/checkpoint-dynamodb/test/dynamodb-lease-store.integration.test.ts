import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Lease, LeaseWrite, NewLease } from '@shardline/consumer';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DynamoDBLeaseStore } from '../src/index.js';
import type { Item } from '../src/table-api.js';
import { comparable, goldenItem, goldenVersions } from './support/golden-items.js';
import { startWithinMs, type TestServer, testServers } from './support/servers.js';
import { storeOn } from './support/store-on.js';

for (const { name, runs, start } of testServers) {
  describe.skipIf(!runs)(`the lease table on ${name}`, () => {
    let server: TestServer;
    let raw: DynamoDBClient;
    let tables = 0;
    beforeAll(async () => {
      server = await start();
      raw = new DynamoDBClient(server.clientConfig);
    }, startWithinMs);
    afterAll(async () => {
      raw?.destroy();
      await server?.close();
    });

    /** A store on a table of its own, and what stands in that. */
    async function openStore() {
      tables += 1;
      const TableName = `tweets-${tables}`;
      const store = storeOn(raw, TableName);
      onTestFinished(() => store.close());
      expect(await store.open({ applicationName: TableName })).toBe('created');
      return {
        store,
        TableName,
        put: (Item: Item) => raw.send(new PutItemCommand({ TableName, Item })),
        async stored(leaseKey: string) {
          const Key = { leaseKey: { S: leaseKey } };
          const { Item } = await raw.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
          return comparable(Item);
        },
      };
    }

    /** A store with one lease, brought to where a golden item stands. */
    async function storeWith(lease: NewLease) {
      const opened = await openStore();
      let now = wrote(await opened.store.create(lease));
      return {
        ...opened,
        item: () => opened.stored(lease.leaseKey),
        async after(write: (store: DynamoDBLeaseStore, lease: Lease) => Promise<LeaseWrite>) {
          now = wrote(await write(opened.store, now));
          return now;
        },
        /** Renewals until the counter stands at `counter`. */
        async renewed(counter: number, throughputKBps?: number) {
          while (now.leaseCounter < counter) {
            now = wrote(await opened.store.renew(now, throughputKBps));
          }
        },
      };
    }

    describe('items as the KCL writes them', () => {
      test.each([
        ['TRIM_HORIZON', 'shardId-000000000000', ['0', '85070591730234615865843651857942052863']],
        [
          'LATEST',
          'shardId-000000000001',
          ['85070591730234615865843651857942052864', '170141183460469231731687303715884105727'],
        ],
        [
          'AT_TIMESTAMP',
          'shardId-000000000001',
          ['170141183460469231731687303715884105728', '340282366920938463463374607431768211455'],
        ],
      ] as const)('creation at %s, and startAt of ours', async (sentinel, leaseKey, [start, end]) => {
        const lease = newLease(leaseKey, { sentinel, range: [start, end] });
        const { store, stored } = await openStore();
        expect((await store.create(lease)).written).toBe(true);
        const golden = goldenItem(`lease at creation, ${sentinel}`);
        expect(await stored(leaseKey)).toEqual(golden);

        const other = await openStore();
        await other.store.create({ ...lease, startAtMs: 1_795_219_599_300 });
        expect(await other.stored(leaseKey)).toEqual({ ...golden, startAt: { N: '1795219599300' } });
      });

      test.each([
        ['split', 'shardId-000000000004', ['0', '42535295865117307932921825928971026430'], [0]],
        [
          'merge',
          'shardId-000000000006',
          ['170141183460469231731687303715884105728', '340282366920938463463374607431768211455'],
          [3, 2],
        ],
      ] as const)('a child of a %s', async (kind, leaseKey, [start, end], parents) => {
        const { store, stored } = await openStore();
        const parentShardIds = parents.map((one) => `shardId-00000000000${one}`);
        await store.create({ ...newLease(leaseKey, { range: [start, end] }), parentShardIds });
        expect(await stored(leaseKey)).toEqual(goldenItem(`child lease of a ${kind} at creation`));
      });

      test('taken, renewed without and with throughput, checkpointed', async () => {
        const range = [
          '85070591730234615865843651857942052864',
          '170141183460469231731687303715884105727',
        ] as const;
        const { after, renewed, item } = await storeWith(
          newLease('shardId-000000000001', { sentinel: 'LATEST', range }),
        );
        await after((store, lease) => store.take(lease, 'w1'));
        await renewed(3);
        await renewed(4, 0.0295205);
        expect(await item()).toEqual(
          goldenItem('lease renewed with throughput, LATEST still not materialised'),
        );
        const sequenceNumber = '49660000000000000000000000000000000000000000000000054034';
        await after((store, lease) => store.checkpoint(lease, { sequenceNumber, subSequenceNumber: 0 }));
        expect(await item()).toEqual(goldenItem('lease checkpointed at a plain record'));
      });

      test('assigned by a leader as the KCL does, and taken as its releases before 3 did', async () => {
        const range = [
          '85070591730234615865843651857942052864',
          '170141183460469231731687303715884105727',
        ] as const;
        const assigned = await storeWith(newLease('shardId-000000000001', { range }));
        await assigned.after((store, lease) => store.assign(lease, 'w1'));
        expect(await assigned.item()).toEqual(goldenItem('lease after assignment by the leader'));

        const third = [
          '170141183460469231731687303715884105728',
          '255211775190703847597530955573826158591',
        ] as const;
        const taken = await storeWith(newLease('shardId-000000000002', { range: third }));
        await taken.after((store, lease) => store.take(lease, 'w1'));
        expect(await taken.item()).toEqual(goldenItem('lease taken in 2.x mode'));
      });

      test('taken from another owner', async () => {
        const range = ['0', '85070591730234615865843651857942052863'] as const;
        const { after, renewed, item } = await storeWith(newLease('shardId-000000000000', { range }));
        await after((store, lease) => store.take(lease, 'w1'));
        await renewed(8, 1.024018);
        const sequenceNumber = '49660000000000000000000000000000000000000000000000054802';
        await after((store, lease) => store.checkpoint(lease, { sequenceNumber, subSequenceNumber: 7 }));
        await after((store, lease) => store.take(lease, 'w2'));
        expect(await item()).toEqual(goldenItem('lease stolen in 2.x mode'));
      });

      test('checkpointed in the middle of an aggregate', async () => {
        const range = [
          '170141183460469231731687303715884105728',
          '340282366920938463463374607431768211455',
        ] as const;
        const { after, renewed, item } = await storeWith(
          newLease('shardId-000000000001', { sentinel: 'AT_TIMESTAMP', range }),
        );
        await after((store, lease) => store.take(lease, 'w1'));
        await renewed(4);
        const sequenceNumber = '49660000000000000000000000000000000000000000000000001474';
        await after((store, lease) => store.checkpoint(lease, { sequenceNumber, subSequenceNumber: 3 }));
        expect(await item()).toEqual(goldenItem('lease checkpointed in the middle of an aggregate'));
      });

      test('prepared, then promoted', async () => {
        const range = ['0', '85070591730234615865843651857942052863'] as const;
        const { after, renewed, item } = await storeWith(newLease('shardId-000000000000', { range }));
        await after((store, lease) => store.take(lease, 'w1'));
        await renewed(4);
        const at = {
          sequenceNumber: '49660000000000000000000000000000000000000000000000002274',
          subSequenceNumber: 3,
        };
        const state = new TextEncoder().encode('opaque state');
        const prepared = await after((store, lease) => store.prepareCheckpoint(lease, { ...at, state }));
        expect(await item()).toEqual(goldenItem('lease with a prepared (pending) checkpoint and state'));
        expect(prepared.pendingCheckpoint).toEqual({ ...at, state });

        await after((store, lease) => store.prepareCheckpoint(lease, at));
        expect(Object.keys((await item()) ?? {})).not.toContain('pendingCheckpointState');
        await after((store, lease) => store.checkpoint(lease, at));
        const names = Object.keys((await item()) ?? {});
        expect(names.filter((one) => one.startsWith('pending'))).toEqual([]);
      });

      test('a hand-off from its start to its end', async () => {
        const range = [
          '85070591730234615865843651857942052864',
          '170141183460469231731687303715884105727',
        ] as const;
        const { after, renewed, item } = await storeWith(newLease('shardId-000000000001', { range }));
        await after((store, lease) => store.take(lease, 'w1'));
        await renewed(18, 0.464729);
        const before = '49660000000000000000000000000000000000000000000000061474';
        await after((store, lease) =>
          store.checkpoint(lease, { sequenceNumber: before, subSequenceNumber: 7 }),
        );
        await after((store, lease) => store.startHandoff(lease, 'w2'));
        expect(await item()).toEqual(goldenItem('lease while handoff is in progress'));

        await renewed(20, 0.36521);
        const last = '49660000000000000000000000000000000000000000000000064274';
        await after((store, lease) =>
          store.checkpoint(lease, { sequenceNumber: last, subSequenceNumber: 7 }),
        );
        await after((store, lease) => store.assign(lease, 'w2'));
        expect(await item()).toEqual(goldenItem('same lease after the handoff'));
      });

      test('the end of a shard that was merged', async () => {
        const range = [
          '170141183460469231731687303715884105728',
          '255211775190703847597530955573826158591',
        ] as const;
        const { after, renewed, item } = await storeWith(newLease('shardId-000000000002', { range }));
        await after((store, lease) => store.take(lease, 'w1'));
        await renewed(26, 0.525361);
        const sequenceNumber = '49660000000000000000000000000000000000000000000000069890';
        await after((store, lease) => store.checkpoint(lease, { sequenceNumber, subSequenceNumber: 7 }));
        const childShardIds = ['shardId-000000000006'];
        await after((store, { leaseKey }) => store.updateMetadata(leaseKey, { childShardIds }));
        expect(await item()).toEqual(
          goldenItem('lease after shard end (children written, not yet SHARD_END)'),
        );
        await after((store, lease) =>
          store.checkpoint(lease, { sequenceNumber: 'SHARD_END', subSequenceNumber: 0 }),
        );
        expect(await item()).toEqual(goldenItem('lease after SHARD_END, merge parent'));
      });

      test('the end of a shard that was split, its children written with the checkpoint', async () => {
        const range = ['0', '85070591730234615865843651857942052863'] as const;
        const { after, renewed, item } = await storeWith(newLease('shardId-000000000000', { range }));
        await after((store, lease) => store.take(lease, 'w2'));
        await renewed(24, 0.177718);
        const childShardIds = ['shardId-000000000005', 'shardId-000000000004'];
        await after((store, lease) =>
          store.checkpoint(
            { ...lease, childShardIds },
            { sequenceNumber: 'SHARD_END', subSequenceNumber: 0 },
          ),
        );
        expect(await item()).toEqual(goldenItem('lease after SHARD_END, split parent'));
      });
    });

    test("a whole table of the KCL's: its leases are listed, all else is left out and left alone", async () => {
      const { store, put, stored } = await openStore();
      const latest = new Map(
        goldenVersions()
          .filter(({ table }) => table === 'golden-main')
          .map((version) => [version.leaseKey, version]),
      );
      for (const { item } of latest.values()) await put(item);
      const leases = [...latest.keys()].filter((key) => key.startsWith('shardId-')).sort();
      expect((await store.list()).map(({ leaseKey }) => leaseKey).sort()).toEqual(leases);
      expect(leases.length).toBeLessThan(latest.size);
      for (const { leaseKey, item } of latest.values())
        expect(await stored(leaseKey)).toEqual(comparable(item));
      await expect(store.get('Leader')).resolves.toBeUndefined();
      await expect(store.create(newLease('Leader'))).rejects.toMatchObject({ code: 'LEASE_ITEM_MALFORMED' });
    });

    test('attributes that we do not know survive every write', async () => {
      const { store, put, stored } = await openStore();
      const unknown = { M: { deep: { L: [{ N: '1' }] } } };
      await put({ ...goldenItem('lease at creation, TRIM_HORIZON'), unknown });
      const key = 'shardId-000000000000';
      let lease = (await store.get(key)) as Lease;
      const at = { sequenceNumber: '7', subSequenceNumber: 0 };
      const writes = [
        () => store.take(lease, 'w1'),
        () => store.renew(lease, 1.5),
        () => store.prepareCheckpoint(lease, at),
        () => store.checkpoint(lease, at),
        () => store.startHandoff(lease, 'w2'),
        () => store.assign(lease, 'w2'),
        () => store.updateMetadata(key, { childShardIds: ['a'] }),
        () => store.updateMetadata(key, {}),
        () => store.release(lease),
      ];
      for (const write of writes) lease = wrote(await write());
      expect((await stored(key))?.unknown).toEqual(unknown);
    });

    test('a lost race is answered with what was there', async () => {
      const { store } = await openStore();
      const lease = wrote(await store.create(newLease('a')));
      const taken = wrote(await store.take(lease, 'w1'));
      expect(await store.create(newLease('a'))).toEqual({ written: false, lease: taken });
      expect(await store.take(lease, 'w2')).toEqual({ written: false, lease: taken });
      expect(await store.delete(lease)).toBe('changed');
      expect(await store.delete(taken)).toBe('deleted');
      expect(await store.delete(taken)).toBe('missing');
      for (const write of [
        store.take(taken, 'w2'),
        store.renew(taken),
        store.release(taken),
        store.assign(taken, 'w2'),
        store.startHandoff(taken, 'w2'),
        store.updateMetadata('a', { childShardIds: ['b'] }),
      ]) {
        expect(await write).toEqual({ written: false, lease: undefined });
      }
      expect(await store.list()).toEqual([]);
    });

    test('a table that is there is used as it is; one of another key is refused', async () => {
      const first = new DynamoDBLeaseStore({ clientConfig: server.clientConfig });
      onTestFinished(() => first.close());
      expect(await first.open({ applicationName: 'tweet-counts' })).toBe('created');
      const second = new DynamoDBLeaseStore({ clientConfig: server.clientConfig, createTable: false });
      onTestFinished(() => second.close());
      expect(await second.open({ applicationName: 'tweet-counts' })).toBe('existed');
      await first.create(newLease('a'));
      expect(await second.list()).toHaveLength(1);

      const none = new DynamoDBLeaseStore({ clientConfig: server.clientConfig, createTable: false });
      onTestFinished(() => none.close());
      await expect(none.open({ applicationName: 'missing' })).rejects.toMatchObject({
        code: 'LEASE_TABLE_NOT_FOUND',
        tableName: 'missing',
      });

      await raw.send(
        new CreateTableCommand({
          TableName: 'others',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      await expect(none.open({ applicationName: 'others' })).rejects.toMatchObject({
        code: 'LEASE_TABLE_MISMATCH',
        found: 'id (N) HASH',
      });
    });

    test('a table that is deleted meanwhile is told', async () => {
      const { store, TableName } = await openStore();
      const lease = wrote(await store.create(newLease('a')));
      await raw.send(new DeleteTableCommand({ TableName }));
      const error = { code: 'LEASE_TABLE_NOT_FOUND', retryable: false, tableName: TableName };
      await expect(store.renew(lease)).rejects.toMatchObject({ ...error, call: 'UpdateItem', leaseKey: 'a' });
      await expect(store.list()).rejects.toMatchObject({ ...error, call: 'Scan', leaseKey: undefined });
    });
  });
}

interface Shape {
  readonly sentinel?: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  readonly range?: readonly [string, string];
}

function newLease(leaseKey: string, { sentinel = 'TRIM_HORIZON', range = ['0', '9'] }: Shape = {}): NewLease {
  return {
    leaseKey,
    checkpoint: { sequenceNumber: sentinel, subSequenceNumber: 0 },
    parentShardIds: [],
    hashKeyRange: { startingHashKey: range[0], endingHashKey: range[1] },
  };
}

/** The lease that a write left. */
function wrote(write: LeaseWrite): Lease {
  expect(write.written).toBe(true);
  return write.lease as Lease;
}
