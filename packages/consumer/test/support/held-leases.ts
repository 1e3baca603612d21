import { ManualClock } from '@shardline/testing';
import { HeldLease } from '../../src/held-lease.js';
import { InMemoryLeaseStore } from '../../src/in-memory-lease-store.js';
import type { Lease, NewLease } from '../../src/lease.js';
import { momentOf } from '../../src/lifetime.js';
import { shardId } from './shard-tree.js';
import { StoreLine } from './store-line.js';

export const failoverMs = 10_000;
export const callTimeoutMs = 3_000;
/** From the send of the last write that was answered to the fence. */
export const fenceAfterMs = 9_000;

export function newLease(leaseKey = shardId(0), changes: Partial<NewLease> = {}): NewLease {
  return {
    leaseKey,
    checkpoint: { sequenceNumber: '100', subSequenceNumber: 0 },
    parentShardIds: [],
    hashKeyRange: { startingHashKey: '0', endingHashKey: '99' },
    ...changes,
  };
}

/** What came of a promise, without leaving a rejection to nobody. */
export function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'done',
    (error) => error,
  );
}

/** A lease that worker `w1` has just taken, the store behind it, and what a test may look at or turn. */
export async function heldLease() {
  const clock = new ManualClock();
  const memory = new InMemoryLeaseStore();
  await memory.open({ applicationName: 'counts' });
  const line = new StoreLine(memory);
  const { lease: created } = await memory.create(newLease());
  const takenAt = momentOf(clock);
  const { lease } = await memory.take(created as Lease, 'w1');
  const held = new HeldLease({
    store: line.store,
    clock,
    workerId: 'w1',
    failoverMs,
    callTimeoutMs,
    lease: lease as Lease,
    takenAt,
  });
  const fired: string[] = [];
  held.signal.addEventListener('abort', () => fired.push(`lost: ${held.lost}`));
  held.handoffAsked.addEventListener('abort', () => fired.push('hand-off asked'));
  const stored = async () => (await memory.get(shardId(0))) as Lease;
  return {
    clock,
    memory,
    line,
    held,
    /** Signals that fired, in order. */
    fired,
    stored,
    /** Another worker takes the lease, as if it had expired. */
    takenBy: async (workerId: string) => memory.take(await stored(), workerId),
    /** Another worker asks for the lease. */
    askedForBy: async (workerId: string) => memory.startHandoff(await stored(), workerId),
  };
}
