import { describe, expect, it } from 'vitest';
import { canStart } from '../src/can-start.js';
import { shardEnd } from '../src/checkpoint.js';
import { lookEveryMs } from '../src/counter-coordinator.js';
import { effectiveOwner } from '../src/lease.js';
import { LeaseFleet } from './support/coordinated-worker.js';
import { failoverMs, fenceAfterMs, newLease } from './support/held-leases.js';
import { at, shardId } from './support/shard-tree.js';
import { throttled } from './support/store-line.js';

describe('CounterCoordinator, alone', () => {
  it('takes all free leases at its first look, and tells of each once', async () => {
    const fleet = await new LeaseFleet().create(3);
    const worker = fleet.start();
    await fleet.clock.advance(0);
    expect(worker.gains.map(({ shard, reason }) => `${shard} ${reason}`).sort()).toEqual([
      '0 free',
      '1 free',
      '2 free',
    ]);
    await fleet.clock.advance(60_000);
    expect(worker.gains).toHaveLength(3);
    expect([worker.held(), worker.failures]).toEqual([[0, 1, 2], []]);
  });

  it('tells of each listing, and whose leases are silent', async () => {
    const fleet = await new LeaseFleet().create(2);
    const listings: number[] = [];
    const worker = fleet.worker({
      onListed: (leases) => void listings.push(leases.length),
      mayStart: () => 'no',
    });
    await fleet.memory.take((await fleet.memory.list())[0] as never, 'w9');
    worker.coordinator.start();
    await fleet.clock.advance(failoverMs - 1);
    const [lease] = await fleet.memory.list();
    expect(worker.coordinator.isSilent(lease as never)).toBe(false);
    await fleet.clock.advance(1);
    expect(worker.coordinator.isSilent(lease as never)).toBe(true);
    expect(new Set(listings)).toEqual(new Set([2]));
    expect(listings.length).toBeGreaterThanOrEqual(10);
  });

  it('renews what it holds, with the throughput, so that nothing is fenced', async () => {
    const fleet = await new LeaseFleet().create(2);
    const worker = fleet.start({ throughputKBps: (key) => (key === shardId(1) ? 12 : undefined) });
    await fleet.clock.advance(10 * failoverMs);
    const leases = await fleet.memory.list();
    expect(leases.map(({ throughputKBps }) => throughputKBps)).toEqual([undefined, 12]);
    expect(worker.held()).toEqual([0, 1]);
    for (const { leaseCounter } of leases) {
      expect(leaseCounter).toBeGreaterThanOrEqual(30);
      expect(leaseCounter).toBeLessThanOrEqual(35);
    }
  });

  it('looks again at once when it is told to', async () => {
    const fleet = await new LeaseFleet().create(0);
    const worker = fleet.start();
    await fleet.clock.advance(0);
    await fleet.memory.create(newLease());
    worker.coordinator.lookSoon();
    await fleet.clock.advance(0);
    expect(worker.held()).toEqual([0]);
  });

  it('does not take what it still works on, and takes it when that is over', async () => {
    const fleet = await new LeaseFleet().create(2);
    const busy = new Set([shardId(1)]);
    const worker = fleet.start({ busy: () => busy });
    await fleet.clock.advance(5_000);
    expect(worker.held()).toEqual([0]);
    busy.clear();
    await fleet.clock.advance(1_000);
    expect(worker.held()).toEqual([0, 1]);
  });

  it('makes no more than 32 writes at once', async () => {
    const fleet = await new LeaseFleet().create(100);
    const worker = fleet.start();
    await fleet.clock.advance(5_000);
    expect(worker.held()).toHaveLength(100);
    expect(worker.line.mostAtOnce).toBe(32);
  });

  it('leaves no timer and no lease behind', async () => {
    const fleet = await new LeaseFleet().create(3);
    const worker = fleet.start();
    await fleet.clock.advance(5_000);
    await fleet.until(worker.stop());
    expect(fleet.clock.pending).toBe(0);
    expect((await fleet.memory.list()).map(effectiveOwner)).toEqual([undefined, undefined, undefined]);
    const calls = worker.line.calls.length;
    await fleet.clock.advance(60_000);
    expect(worker.line.calls).toHaveLength(calls);
  });
});

describe('CounterCoordinator, a fleet (C2)', () => {
  it('evens out by hand-off when a second worker joins', async () => {
    const fleet = await new LeaseFleet().create(8);
    const first = fleet.start({ drainMs: 300 });
    await fleet.clock.advance(2_000);
    const second = fleet.start({ drainMs: 300 });
    await fleet.clock.advance(10_000);
    expect([first.held().length, second.held().length]).toEqual([4, 4]);
    expect([...first.held(), ...second.held()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(second.gains.map(({ reason }) => reason)).toEqual(Array(4).fill('handed-over'));
    expect(second.asked.sort()).toEqual(second.held().map((shard) => `${shard} of w1`));
    expect([first.asked, fleet.clashes]).toEqual([[], []]);
    const [before, calls] = [await fleet.memory.list(), second.gains.length];
    await fleet.clock.advance(120_000);
    const owners = (await fleet.memory.list()).map(({ leaseOwner }) => leaseOwner);
    expect(owners).toEqual(before.map(({ leaseOwner }) => leaseOwner));
    expect(second.gains).toHaveLength(calls);
  });

  it('26: evens out over workers that come and go, and never has two of them hold a lease', async () => {
    const fleet = await new LeaseFleet().create(10);
    const spread = () => fleet.workers.map((worker) => worker.held().length).sort((a, b) => a - b);
    for (const expected of [[10], [5, 5], [3, 3, 4], [2, 2, 3, 3]]) {
      fleet.start({ drainMs: 700 });
      await fleet.clock.advance(20_000);
      expect(spread()).toEqual(expected);
    }
    await fleet.until((fleet.workers[1] as (typeof fleet.workers)[0]).stop());
    await fleet.clock.advance(20_000);
    expect(spread()).toEqual([0, 3, 3, 4]);
    expect(fleet.clashes).toEqual([]);
  });

  it('takes at once what a worker gives back when it stops', async () => {
    const fleet = await new LeaseFleet().create(4);
    const first = fleet.start();
    const second = fleet.start();
    await fleet.clock.advance(10_000);
    const given = first.held();
    await fleet.until(first.stop());
    const stoppedMs = fleet.clock.monotonic();
    await fleet.clock.advance(5_000);
    expect(second.held()).toEqual([0, 1, 2, 3]);
    const gained = second.gains.slice(-2);
    expect(gained.map(({ shard }) => shard).sort()).toEqual(given);
    for (const { reason, atMs } of gained) {
      expect(reason).toBe('free');
      expect(atMs).toBeLessThanOrEqual(stoppedMs + 1_000);
    }
  });

  it('27: takes what a worker had that crashed, after failoverMs without a sign of it and not before', async () => {
    const fleet = await new LeaseFleet().create(4);
    const first = fleet.start();
    const second = fleet.start();
    await fleet.clock.advance(12_345);
    const orphaned = first.held();
    const counters = (await fleet.memory.list()).map(({ leaseCounter }) => leaseCounter);
    first.crash();
    const diedMs = fleet.clock.monotonic();
    // The last renewal is at most a third of failoverMs old.
    await fleet.clock.advance(failoverMs - failoverMs / 3 - 1);
    expect(second.held()).toHaveLength(2);
    await fleet.clock.advance(failoverMs / 3 + 2_001);
    expect(second.held()).toEqual([0, 1, 2, 3]);
    for (const { shard, reason, atMs } of second.gains.slice(-2)) {
      expect([orphaned.includes(shard), reason]).toEqual([true, 'expired']);
      expect(atMs).toBeLessThanOrEqual(diedMs + failoverMs + 2_000);
    }
    const after = await fleet.memory.list();
    for (const shard of orphaned)
      expect(after[shard]?.leaseCounter).toBeGreaterThan(counters[shard] as number);
    expect(fleet.clashes).toEqual([]);
  });

  it('waits for failoverMs from its own first look, however long a lease has stood still before', async () => {
    const fleet = await new LeaseFleet().create(1);
    fleet.start();
    await fleet.clock.advance(1_000);
    fleet.workers[0]?.crash();
    await fleet.clock.advance(100 * failoverMs);
    const startedMs = fleet.clock.monotonic();
    const second = fleet.start();
    await fleet.clock.advance(2 * failoverMs);
    const [gain] = second.gains;
    expect(gain).toMatchObject({ shard: 0, reason: 'expired' });
    expect(gain?.atMs).toBeGreaterThanOrEqual(startedMs + failoverMs);
    expect(gain?.atMs).toBeLessThanOrEqual(startedMs + failoverMs + 1_000);
  });

  it('has a worker that is cut off stop before another takes its lease, and take it back once it is free', async () => {
    const fleet = await new LeaseFleet().create(1);
    const first = fleet.start();
    await fleet.clock.advance(1_000);
    const second = fleet.start();
    first.line.otherwise = throttled;
    await fleet.clock.advance(fenceAfterMs);
    expect([first.held(), second.held()]).toEqual([[], []]);
    await fleet.clock.advance(4_000);
    expect([first.held(), second.held()]).toEqual([[], [0]]);
    first.line.otherwise = ({ run }) => run();
    await fleet.until(second.stop());
    await fleet.clock.advance(2_000);
    expect(first.gains.map(({ reason }) => reason)).toEqual(['free', 'free']);
    expect(fleet.clashes).toEqual([]);
  });

  it('completes a hand-off whose giver crashed, after failoverMs (N4)', async () => {
    const fleet = await new LeaseFleet().create(2);
    const first = fleet.start({ drainMs: 60_000 });
    await fleet.clock.advance(2_000);
    const second = fleet.start();
    await fleet.clock.advance(1_000);
    expect(second.asked).toHaveLength(1);
    first.crash();
    await fleet.clock.advance(failoverMs + 2_000);
    expect(second.held()).toEqual([0, 1]);
    expect(fleet.clashes).toEqual([]);
  });

  it('has the giver go on and others step in when the worker crashed that asked', async () => {
    const fleet = await new LeaseFleet().create(2);
    const first = fleet.start({ drainMs: 3_000 });
    await fleet.clock.advance(2_000);
    const second = fleet.start();
    await fleet.clock.advance(1_500);
    second.crash();
    await fleet.clock.advance(3_000);
    expect(first.held()).toHaveLength(1);
    await fleet.clock.advance(failoverMs + 2_000);
    expect(first.held()).toEqual([0, 1]);
    expect(fleet.clashes).toEqual([]);
  });
});

describe('CounterCoordinator, parents first (C3)', () => {
  const child = newLease(shardId(2), {
    parentShardIds: [shardId(0), shardId(1)],
    checkpoint: at('TRIM_HORIZON'),
  });
  const parent = (index: number, finished: boolean) =>
    newLease(shardId(index), { checkpoint: finished ? shardEnd : at('7') });

  it('takes a child once all its parents are finished', async () => {
    const fleet = await new LeaseFleet().create([parent(0, true), parent(1, false), child]);
    const worker = fleet.start({ mayStart: canStart });
    await fleet.clock.advance(3_000);
    expect(worker.held()).toEqual([1]);
    const [hold] = worker.holds;
    await hold?.checkpoint(shardEnd);
    hold?.lose('shard-end');
    worker.coordinator.lookSoon();
    await fleet.clock.advance(0);
    expect(worker.held()).toEqual([2]);
  });

  it('looks for parents that a listing leaves out before it takes a child', async () => {
    const fleet = await new LeaseFleet().create([parent(0, false), parent(1, true), child]);
    const worker = fleet.worker({ mayStart: canStart });
    worker.line.script('list', async ({ run }) => ((await run()) as never[]).slice(2));
    worker.coordinator.start();
    await fleet.clock.advance(0);
    expect(worker.line.calls).toEqual(['list', 'get', 'get']);
    expect(worker.held()).toEqual([]);
    await fleet.clock.advance(1_000);
    expect(worker.held()).toEqual([0]);
  });

  it('takes a child whose parents have no leases', async () => {
    const fleet = await new LeaseFleet().create([child]);
    const worker = fleet.start({ mayStart: canStart });
    await fleet.clock.advance(0);
    expect(worker.held()).toEqual([2]);
    expect(worker.line.calls).toEqual(['list', 'get', 'get', 'take']);
  });

  it('asks only for the parents that are missing', async () => {
    const fleet = await new LeaseFleet().create([parent(1, true), child]);
    const worker = fleet.start({ mayStart: canStart });
    await fleet.clock.advance(0);
    expect(worker.line.calls).toEqual(['list', 'get', 'take']);
    expect(worker.held()).toEqual([2]);
  });

  it('does not take a child while it cannot ask, and tries again', async () => {
    const fleet = await new LeaseFleet().create([child]);
    const worker = fleet.worker({ mayStart: canStart });
    worker.line.script('get', throttled);
    worker.coordinator.start();
    await fleet.clock.advance(0);
    expect([worker.held(), worker.failures]).toEqual([[], ['take-lease']]);
    await fleet.clock.advance(1_000);
    expect(worker.held()).toEqual([2]);
  });
});

describe('lookEveryMs', () => {
  it.each([
    ['a second for few leases', 0, 10_000, 1_000],
    ['a second for some', 200, 10_000, 1_000],
    ['5 ms a lease for many', 400, 10_000, 2_000],
    ['a third of failoverMs at most', 5_000, 10_000, 10_000 / 3],
    ['a second at least', 5_000, 2_000, 1_000],
  ])('%s', (_, leases, failover, expected) => {
    expect(lookEveryMs(leases, failover)).toBe(expected);
  });
});
