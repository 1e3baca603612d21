import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLeaseStore } from '@shardline/testing/lease-store';
import { describe, expect, test } from 'vitest';
import { JsonFile } from '../src/json-file.js';
import { type KeyValue, KeyValueLeaseStore } from '../src/key-value-lease-store.js';

// The contract, a test for each sentence of it. The last five members are what some of them need besides a store.
describeLeaseStore({ describe, test }, 'KeyValueLeaseStore', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'leases-'));
  const storage = new JsonFile(join(folder, 'leases.json'));
  const leaseIn = async (key: string) => JSON.parse((await storage.get(key))?.value ?? '{}') as object;
  return {
    store: new KeyValueLeaseStore(storage),
    dispose: () => rm(folder, { recursive: true }),
    another: () => new KeyValueLeaseStore(storage),
    async putEntry(key) {
      await storage.compareAndSet(key, 0, '{"what":"not a lease"}');
    },
    async putUnreadable(key) {
      await storage.compareAndSet(key, 0, '{"leaseKey":"shardId-0000');
    },
    async putAttribute(leaseKey, name) {
      const version = (await storage.get(leaseKey))?.version ?? 0;
      await storage.compareAndSet(
        leaseKey,
        version,
        JSON.stringify({ ...(await leaseIn(leaseKey)), [name]: 'x' }),
      );
    },
    hasAttribute: async (leaseKey, name) => name in (await leaseIn(leaseKey)),
  };
});

// What the contract cannot make happen from outside: another worker writes between our reading and our writing.
test('who writes in between has the lease, and the other is told so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'leases-'));
  const storage = new JsonFile(join(folder, 'leases.json'));
  const bo = new KeyValueLeaseStore(storage);
  const { lease } = await bo.create({
    leaseKey: 'shard-1',
    checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
    parentShardIds: [],
    hashKeyRange: { startingHashKey: '0', endingHashKey: '9' },
  });
  if (!lease) throw new Error('there is no lease');
  let between = async () => void (await bo.take(lease, 'bo'));
  const slow: KeyValue = {
    keys: () => storage.keys(),
    compareAndSet: (...write) => storage.compareAndSet(...write),
    async get(key) {
      const found = await storage.get(key);
      const others = between;
      between = async () => undefined;
      await others();
      return found;
    },
  };
  const ana = new KeyValueLeaseStore(slow);
  expect(await ana.take(lease, 'ana')).toMatchObject({ written: false, lease: { leaseOwner: 'bo' } });
  between = async () => void (await bo.updateMetadata('shard-1', { childShardIds: ['shard-2'] }));
  const known = await bo.get('shard-1');
  expect(known && (await ana.renew(known))).toMatchObject({
    written: true,
    lease: { childShardIds: ['shard-2'] },
  });
  await rm(folder, { recursive: true });
});
