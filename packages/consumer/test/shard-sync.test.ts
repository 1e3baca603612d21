import type { HashKeyRange } from '@shardline/aggregation';
import { seededRandom } from '@shardline/core/internal';
import { LocalKinesis } from '@shardline/local';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import type { ConsumerEvent } from '../src/events.js';
import { InMemoryLeaseStore } from '../src/in-memory-lease-store.js';
import type { Lease, NewLease } from '../src/lease.js';
import { LeasePlanner } from '../src/lease-planner.js';
import { ShardLister } from '../src/shard-lister.js';
import { ShardSync, type ShardSyncParts } from '../src/shard-sync.js';
import { localKinesisReads } from './support/local-kinesis-reads.js';
import { at, shardId } from './support/shard-tree.js';

type Position = 'trim-horizon' | 'latest' | Date;

const { signal } = new AbortController();
const startMs = 1_767_225_600_000;
const target = { StreamName: 'tweets' };

/** A local Kinesis, its clock, and any number of workers on one store. */
function setUp(shards = 2) {
  const clock = new ManualClock({ nowMs: startMs });
  const kinesis = new LocalKinesis({ clock, random: seededRandom(1), streams: [{ name: 'tweets', shards }] });
  const store = new InMemoryLeaseStore();
  const events: ConsumerEvent[] = [];
  const worker = (initialPosition: Position, changes: Partial<ShardSyncParts> = {}) => {
    const reads = localKinesisReads(kinesis.call.bind(kinesis), 'tweets', () => kinesis.nowMs());
    const lister = new ShardLister({ reads, clock, random: seededRandom(2), stream: 'tweets' });
    return new ShardSync({
      store,
      clock,
      callTimeoutMs: 2_000,
      planner: new LeasePlanner({ lister, clock, initialPosition }),
      isHeld: () => true,
      applicationName: 'counts',
      stream: 'tweets',
      tell: (event) => events.push(event),
      ...changes,
    });
  };
  return { clock, kinesis, store, events, worker };
}

type World = ReturnType<typeof setUp>;

/** The ranges of all shards, by id. */
async function rangesOf({ kinesis }: World): Promise<ReadonlyMap<string, HashKeyRange>> {
  const reads = localKinesisReads(kinesis.call.bind(kinesis), 'tweets', () => 0);
  const { shards } = await reads.listShards({ type: 'all' }, signal);
  return new Map(shards.map((shard) => [shard.shardId, shard.hashKeyRange]));
}

/** 0 → the next two, once the stream is active again. */
async function split(world: World, index: number): Promise<void> {
  const { clock, kinesis } = world;
  const range = (await rangesOf(world)).get(shardId(index));
  const middle = (BigInt(range?.startingHashKey ?? 0) + BigInt(range?.endingHashKey ?? 0)) / 2n + 1n;
  const input = { ...target, ShardToSplit: shardId(index), NewStartingHashKey: String(middle) };
  await kinesis.call('SplitShard', input);
  await clock.advance(60_000);
}

/** Leases as shard, sentinel and seconds from the start to the time they begin at. */
async function leases({ store }: World): Promise<string[]> {
  return (await store.list()).map(({ leaseKey, checkpoint, startAtMs }) => {
    const seconds = startAtMs === undefined ? '-' : (startAtMs - startMs) / 1_000;
    return `${Number(leaseKey.slice(8))} ${checkpoint.sequenceNumber} ${seconds}`;
  });
}

const newLease = (leaseKey: string): NewLease => ({
  leaseKey,
  checkpoint: at('9'.repeat(56)),
  parentShardIds: [],
  hashKeyRange: { startingHashKey: '0', endingHashKey: '99' },
});

test.each([
  ['latest', ['1 LATEST 59', '2 LATEST 59', '3 LATEST 59']],
  ['trim-horizon', ['0 TRIM_HORIZON -', '1 TRIM_HORIZON -']],
  [new Date(startMs + 59_000), ['1 AT_TIMESTAMP 59', '2 AT_TIMESTAMP 59', '3 AT_TIMESTAMP 59']],
  [new Date(startMs + 1), ['0 AT_TIMESTAMP 0.001', '1 AT_TIMESTAMP 0.001']],
] as const)('1. to 3. an empty table at %s', async (position, expected) => {
  const world = setUp();
  await split(world, 0);
  const listing = await world.worker(position).run(signal);
  expect(await leases(world)).toEqual(expected);
  expect(listing.shards.map((shard) => shard.shardId)).toEqual([0, 1, 2, 3].map(shardId));
  const reason = 'initial';
  expect(world.events).toEqual(
    expected.map((line) => ({ type: 'lease-created', reason, shardId: shardId(Number(line[0])) })),
  );
});

test('6. when every lease is there nothing is made, deleted or told of', async () => {
  const world = setUp();
  const sync = world.worker('latest');
  await sync.run(signal);
  await split(world, 0);
  world.events.length = 0;
  const before = await world.store.list();
  await sync.run(signal);
  expect([await world.store.list(), world.events]).toEqual([before, []]);
});

test('10. after a crash half-way another run, later and after a reshard, makes the rest', async () => {
  const world = setUp(3);
  const { store, clock } = world;
  let creates = 0;
  const crash = async () => {
    throw new Error('crashed');
  };
  const crashing = {
    list: store.list.bind(store),
    updateMetadata: store.updateMetadata.bind(store),
    delete: store.delete.bind(store),
    create: async (lease: NewLease) => (++creates > 1 ? crash() : store.create(lease)),
  };
  await clock.advance(10_000);
  await expect(world.worker('latest', { store: crashing }).run(signal)).rejects.toThrow('crashed');
  expect(await leases(world)).toEqual(['0 LATEST 9']);
  await split(world, 1);
  await world.worker('latest').run(signal);
  expect(await leases(world)).toEqual(['0 LATEST 9', '1 LATEST 9', '2 LATEST 9']);
});

test('11. workers that sync together make each lease once and overwrite none', async () => {
  const world = setUp(4);
  await Promise.all([world.worker('latest').run(signal), world.worker('trim-horizon').run(signal)]);
  const made = world.events.map((event) => ('shardId' in event ? event.shardId : ''));
  expect(made.sort()).toEqual([0, 1, 2, 3].map(shardId));
  const taken = (await world.store.list()).map(({ leaseCounter }) => leaseCounter);
  expect(taken).toEqual([0, 0, 0, 0]);
});

test('12. a listing of many pages, throttled on the way, comes to the same leases', async () => {
  const world = setUp(10);
  world.kinesis.faults.add({
    kind: 'failCall',
    operation: 'ListShards',
    errorCode: 'LimitExceededException',
    times: 5,
  });
  const run = world.worker('trim-horizon').run(signal);
  await world.clock.advance(60_000);
  await run;
  expect(world.kinesis.faults.counts().failCall).toBe(5);
  expect(await leases(world)).toEqual(Array.from({ length: 10 }, (_, index) => `${index} TRIM_HORIZON -`));
});

test('a table with leases of several streams is refused, and nothing is made', async () => {
  const world = setUp();
  const keys = [1, 2, 3, 4].map((index) => `123456789012:other:1700000000:${shardId(index)}`);
  for (const key of [shardId(0), ...keys]) await world.store.create(newLease(key));
  const refused = world.worker('latest').run(signal);
  await expect(refused).rejects.toMatchObject({ code: 'FOREIGN_LEASES', leaseKeys: keys.slice(0, 3) });
  await expect(refused).rejects.toThrow('"counts"');
  expect([(await world.store.list()).length, world.events]).toEqual([5, []]);
});

test('44. leases that an old KCL made get their ranges', async () => {
  const world = setUp();
  const sync = world.worker('trim-horizon');
  const listing = await sync.run(signal);
  const [first] = await world.store.list();
  if (!first) throw new RangeError('There is no lease.');
  const list = async () => (await world.store.list()).map((one) => ({ ...one, hashKeyRange: undefined }));
  const written: unknown[] = [];
  const updateMetadata = (...[key, metadata]: Parameters<InMemoryLeaseStore['updateMetadata']>) => {
    written.push([key, metadata]);
    return world.store.updateMetadata(key, metadata);
  };
  const { store } = world;
  const parts = { list, updateMetadata, create: store.create.bind(store), delete: store.delete.bind(store) };
  await world.worker('trim-horizon', { store: parts }).run(signal);
  expect(written).toEqual(
    listing.shards.map((shard) => [shard.shardId, { hashKeyRange: shard.hashKeyRange }]),
  );
});

test('a finished lease is deleted once its children have made progress, unless it has changed meanwhile', async () => {
  const world = setUp(1);
  const { store, events } = world;
  await world.worker('trim-horizon').run(signal);
  await split(world, 0);
  const finish = async (leaseKey: string, sequenceNumber: string) => {
    const lease = await store.get(leaseKey);
    if (lease) await store.checkpoint(lease, at(sequenceNumber));
  };
  const ranges = await rangesOf(world);
  for (const index of [1, 2]) {
    const hashKeyRange = ranges.get(shardId(index)) ?? { startingHashKey: '', endingHashKey: '' };
    await store.create({ ...newLease(shardId(index)), hashKeyRange, parentShardIds: [shardId(0)] });
  }
  await finish(shardId(0), 'SHARD_END');
  events.length = 0;
  const renewing = Object.assign(Object.create(store), {
    list: async () => {
      const listed = await store.list();
      const [lease] = listed;
      if (lease) await store.renew(lease);
      return listed;
    },
    create: store.create.bind(store),
    updateMetadata: store.updateMetadata.bind(store),
    delete: store.delete.bind(store),
  }) as InMemoryLeaseStore;
  await world.worker('trim-horizon', { store: renewing }).run(signal);
  expect([(await store.list()).length, events]).toEqual([3, []]);
  await world.worker('trim-horizon').run(signal);
  expect((await store.list()).map(({ leaseKey }) => leaseKey)).toEqual([1, 2].map(shardId));
  expect(events).toEqual([{ type: 'lease-deleted', reason: 'finished', shardId: shardId(0) }]);
});

test('C11: shards that were forgotten while nobody ran: their children are read from the beginning, then their leases go', async () => {
  const world = setUp(2);
  const held = new Set<string>();
  const sync = world.worker('latest', { isHeld: ({ leaseKey }) => held.has(leaseKey) });
  await sync.run(signal);
  await split(world, 0);
  await world.clock.advance(25 * 3_600_000);
  world.events.length = 0;
  held.add(shardId(0));
  await sync.run(signal);
  expect(await leases(world)).toEqual(['0 LATEST -1', '1 LATEST -1', '2 TRIM_HORIZON -', '3 TRIM_HORIZON -']);
  expect(world.events.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
    'lease-created reshard',
    'lease-created reshard',
  ]);
  await sync.run(signal);
  expect(await leases(world)).toHaveLength(4);
  held.clear();
  await sync.run(signal);
  expect((await leases(world)).map((line) => line[0])).toEqual(['1', '2', '3']);
  expect(world.events.at(-1)).toEqual({ type: 'lease-deleted', reason: 'shard-gone', shardId: shardId(0) });
});

test('a store that does not answer is given up in time', async () => {
  const world = setUp();
  const store = Object.assign(new InMemoryLeaseStore(), { list: () => new Promise<never>(() => undefined) });
  const run = expect(world.worker('latest', { store }).run(signal)).rejects.toThrow('2000 ms');
  await world.clock.advance(2_000);
  await run;
});

test('a lease that cannot be read gets no range and does not hinder the others', async () => {
  const world = setUp();
  await world.worker('latest').run(signal);
  const before = await world.store.list();
  const asked: string[] = [];
  const store = {
    list: async () => before.map((lease) => ({ ...lease, hashKeyRange: undefined, ...broken(lease) })),
    create: world.store.create.bind(world.store),
    delete: world.store.delete.bind(world.store),
    updateMetadata: async (...args: Parameters<InMemoryLeaseStore['updateMetadata']>) => {
      asked.push(args[0]);
      return world.store.updateMetadata(...args);
    },
  };
  const broken = ({ leaseKey }: Lease) =>
    leaseKey === shardId(0) ? { unreadable: 'its checkpoint is absent' } : {};
  world.events.length = 0;
  await world.worker('latest', { store }).run(signal);
  expect(asked).toEqual([shardId(1)]);
  expect(world.events).toEqual([]);
});

test('leases of another stream show by their ranges, or by a checkpoint before the shard’s beginning', async () => {
  const other = setUp(2);
  await other.worker('trim-horizon').run(signal);
  const mine = setUp(3);
  await expect(mine.worker('trim-horizon', { store: other.store }).run(signal)).rejects.toMatchObject({
    code: 'FOREIGN_LEASES',
    leaseKeys: [shardId(0), shardId(1)],
  });
  const old = setUp(1);
  await old.worker('trim-horizon').run(signal);
  const lease = (await old.store.get(shardId(0))) as Lease;
  await old.store.checkpoint(lease, at('7'));
  await expect(old.worker('trim-horizon').run(signal)).rejects.toMatchObject({ code: 'FOREIGN_LEASES' });
});
