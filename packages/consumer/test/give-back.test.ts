import { beforeEach, expect, test } from 'vitest';
import { shardEnd } from '../src/checkpoint.js';
import { type GiveBackParts, giveBackRest } from '../src/give-back.js';
import { InMemoryLeaseStore } from '../src/in-memory-lease-store.js';
import type { Lease } from '../src/lease.js';
import { ShardTree, shardId } from './support/shard-tree.js';

let store: InMemoryLeaseStore;
let failures: unknown[];

beforeEach(async () => {
  store = new InMemoryLeaseStore();
  failures = [];
  await store.open({ applicationName: 'a' });
  for (const { shardId: leaseKey, hashKeyRange } of new ShardTree(4).list()) {
    const checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
    await store.create({ leaseKey, hashKeyRange, checkpoint, parentShardIds: [] });
  }
});

async function lease(index: number): Promise<Lease> {
  return (await store.get(shardId(index))) as Lease;
}

async function own(index: number, workerId: string): Promise<void> {
  await store.take(await lease(index), workerId);
}

function giveBack(changes: Partial<GiveBackParts['store']> = {}): Promise<void> {
  const parts: GiveBackParts = {
    store: {
      list: (signal) => store.list(signal),
      release: (known, signal) => store.release(known, signal),
      assign: (known, workerId, signal) => store.assign(known, workerId, signal),
      ...changes,
    },
    workerId: 'me',
    call: (call) => call(new AbortController().signal),
    onFailure: (task, error) => failures.push([task, (error as Error).message]),
  };
  return giveBackRest(parts);
}

const owners = async () =>
  (await store.list()).map(({ leaseOwner, checkpointOwner }) => [leaseOwner, checkpointOwner]);

test('releases what is the worker’s, and nothing else', async () => {
  await own(0, 'me');
  await own(1, 'w1');
  await giveBack();
  expect(await owners()).toEqual([
    [undefined, undefined],
    ['w1', undefined],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

test('a finished shard keeps its last owner, as with the KCL', async () => {
  await own(0, 'me');
  await store.checkpoint(await lease(0), shardEnd);
  await giveBack();
  expect((await lease(0)).leaseOwner).toBe('me');
});

test('a hand-off to the worker is cancelled: its giver goes on', async () => {
  await own(0, 'w1');
  await store.startHandoff(await lease(0), 'me');
  await giveBack();
  expect((await owners())[0]).toEqual(['w1', undefined]);
});

test('a hand-off from the worker is completed', async () => {
  await own(0, 'me');
  await store.startHandoff(await lease(0), 'w1');
  await giveBack();
  expect((await owners())[0]).toEqual(['w1', undefined]);
});

test('a hand-off that is completed meanwhile is released', async () => {
  await own(0, 'w1');
  await store.startHandoff(await lease(0), 'me');
  const assign = async (...args: Parameters<InMemoryLeaseStore['assign']>) => {
    await store.release(await lease(0));
    return store.assign(...args);
  };
  await giveBack({ assign });
  expect((await owners())[0]).toEqual([undefined, undefined]);
});

test('one that fails is told, and does not keep the others', async () => {
  for (const index of [0, 1, 2]) await own(index, 'me');
  const release = async (known: Lease) => {
    if (known.leaseKey === shardId(1)) throw new Error('throttled');
    return store.release(known);
  };
  await giveBack({ release });
  expect((await owners()).map(([owner]) => owner)).toEqual([undefined, 'me', undefined, undefined]);
  expect(failures).toEqual([['release-lease', 'throttled']]);
});

test('a store that refuses what it should accept is not asked for ever', async () => {
  await own(0, 'me');
  let asked = 0;
  const release = async (known: Lease) => {
    asked += 1;
    return { written: false, lease: known } as const;
  };
  await giveBack({ release });
  expect(asked).toBe(1);
});

test('a store that cannot list is told of, and does not reject', async () => {
  const list = () => Promise.reject(new Error('no table'));
  await giveBack({ list });
  expect(failures).toEqual([['release-lease', 'no table']]);
});
