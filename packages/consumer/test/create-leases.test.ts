import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { createLeases } from '../src/create-leases.js';
import type { ConsumerEvent } from '../src/events.js';
import { InMemoryLeaseStore } from '../src/in-memory-lease-store.js';
import { initialStart } from '../src/initial-start.js';
import { type PlannedLease, planFirstLeases } from '../src/plan-leases.js';
import { ShardTree, shardId } from './support/shard-tree.js';

const { signal } = new AbortController();
const plan = planFirstLeases(new ShardTree(3).list(), initialStart('trim-horizon', [], 0));

function setUp() {
  const events: ConsumerEvent[] = [];
  const store = new InMemoryLeaseStore();
  const clock = new ManualClock();
  return {
    events,
    store,
    parts: { store, clock, callTimeoutMs: 1_000, tell: (event: ConsumerEvent) => events.push(event) },
  };
}

const eventOf = ({ lease, reason }: PlannedLease) => ({
  type: 'lease-created',
  reason,
  shardId: lease.leaseKey,
});

test('every lease is made and told of, with its reason', async () => {
  const { store, events, parts } = setUp();
  const [first, ...rest] = plan;
  const planned = [...(first ? [{ ...first, reason: 'reshard' as const }] : []), ...rest];
  await createLeases(parts, planned, signal);
  expect(events).toEqual(planned.map(eventOf));
  const leases = await store.list();
  expect(leases).toMatchObject(plan.map(({ lease }) => lease));
  expect(leases.map(({ leaseCounter }) => leaseCounter)).toEqual([0, 0, 0]);
});

test('11. a lease that somebody else made stays as it is, and is not told of', async () => {
  const { store, events, parts } = setUp();
  const [, second] = plan;
  if (!second) throw new RangeError('There is no second lease.');
  const { lease } = await store.create({
    ...second.lease,
    checkpoint: { sequenceNumber: '77', subSequenceNumber: 1 },
  });
  await createLeases(parts, plan, signal);
  expect(await store.get(second.lease.leaseKey)).toEqual(lease);
  expect(events).toEqual(plan.filter((one) => one !== second).map(eventOf));
});

test('10. where one fails none after it is made', async () => {
  const { store, events, parts } = setUp();
  const broken = {
    create: (...[lease, inner]: Parameters<InMemoryLeaseStore['create']>) =>
      lease.leaseKey === shardId(1) ? Promise.reject(new Error('down')) : store.create(lease, inner),
  };
  await expect(createLeases({ ...parts, store: broken }, plan, signal)).rejects.toThrow('down');
  expect([(await store.list()).map(({ leaseKey }) => leaseKey), events.length]).toEqual([[shardId(0)], 1]);
});

test('a store that does not answer is given up in time', async () => {
  const { parts } = setUp();
  const { clock } = parts;
  const silent = { create: () => new Promise<never>(() => undefined) };
  const made = expect(createLeases({ ...parts, store: silent }, plan, signal)).rejects.toThrow('1000 ms');
  await clock.advance(1_000);
  await made;
});
