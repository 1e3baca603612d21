import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLeaseStore } from '@shardline/testing/lease-store';
import { describe, test } from 'vitest';
import { JsonFile } from '../src/json-file.js';
import { KeyValueLeaseStore } from '../src/key-value-lease-store.js';

// The contract, a test for each sentence of it. The last four members are what some of them need besides a store.
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
